"""Files of scores from other programs: what is read, how it is understood, and what is refused."""

import io
import pickle
import struct
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from campaigns.datasets.raw_scores import Meaning
from campaigns.datasets.scored_images import ScoredImages, read_scored_images
from campaigns.errors import BadData
from campaigns.selection.scores import sigmoid
from tests.stage import refusal

GOOD = "image,cat,dog\na.jpg,0.25,0.5\nb.jpg,1,0\n"
NAMES: dict[str, Any] = {"images": ["a.jpg", "b.jpg"], "classes": ["cat", "dog"]}
SHARES = np.array([[0.25, 0.5], [1, 0]])


def table(folder: Path, content: str | bytes) -> Path:
    path = folder / "scores.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def arrays(folder: Path, **values: Any) -> Path:
    path = folder / "scores.npz"
    np.savez(path, **values)
    return path


def shares(source: ScoredImages) -> list[list[float]]:
    rows: list[list[float]] = np.round(sigmoid(source.scores.logits), 12).tolist()
    return rows


def wrong(path: Path, **options: Any) -> str:
    """What is said of a file; it names the file."""
    text = refusal(lambda: read_scored_images(path, **options))
    assert str(path) in text
    return text


@pytest.mark.parametrize(
    ("content", "reading"),
    [
        (GOOD, "UTF-8, columns separated by comma"),
        (GOOD.replace(",", ";"), "UTF-8, columns separated by semicolon"),
        (GOOD.replace(",", "\t"), "UTF-8, columns separated by tab"),
        (GOOD.replace(",", ";").replace(".2", ",2").replace(".5", ",5"), "UTF-8, columns separated by semicolon"),
        (GOOD.replace("\n", "\r\n"), "UTF-8, columns separated by comma"),
        (GOOD.encode("utf-8-sig"), "UTF-8, columns separated by comma"),
        (GOOD.encode("utf-16"), "UTF-16, columns separated by comma"),
        (GOOD.replace("\n", ",\n"), "UTF-8, columns separated by comma"),
        (GOOD.replace("\n", "\n\n") + " , ,\n", "UTF-8, columns separated by comma"),
        ('"image","cat","dog"\n"a.jpg","0.25","5e-1"\n"b.jpg"," 1 ","0.0"\n', "UTF-8, columns separated by comma"),
        (",image,cat,dog\n0,a.jpg,0.25,0.5\n1,b.jpg,1,0\n", "UTF-8, columns separated by comma"),
    ],
)
def test_usual_tables_are_read_alike(tmp_path: Path, content: str | bytes, reading: str) -> None:
    source = read_scored_images(table(tmp_path, content))
    assert (source.images, source.classes) == (("a.jpg", "b.jpg"), ("cat", "dog"))
    assert shares(source) == SHARES.tolist()
    assert (source.meaning, source.reading, source.scores.has_maps) == (Meaning.PROBABILITIES, reading, False)


def test_the_first_column_is_the_image_whatever_it_is_called_and_classes_may_be_numbers(tmp_path: Path) -> None:
    source = read_scored_images(table(tmp_path, "photo,0,1\n17,0.5,0.25\n"))
    assert (source.images, source.classes) == (("17",), ("0", "1"))


def test_maps_stand_beside_their_classes_in_any_order(tmp_path: Path) -> None:
    head = "image,dog.trough,cat,cat.peak,dog,cat.trough,dog.peak"
    scores = read_scored_images(table(tmp_path, f"{head}\na,-1,2,3,-4,0.5,6\n")).scores
    assert scores.has_maps
    assert [array.tolist() for array in (scores.logits, scores.peak, scores.trough)] == [
        [[2, -4]],
        [[3, 6]],
        [[0.5, -1]],
    ]


@pytest.mark.parametrize(
    ("numbers", "meaning", "why"),
    [
        ("0,1\n0.5,0.2", Meaning.PROBABILITIES, "all numbers are in [0, 1]"),
        ("-3,1\n0.5,7.25", Meaning.LOGITS, "numbers go from -3 to 7.25"),
    ],
)
def test_what_the_outputs_are_is_told_from_all_of_them(
    tmp_path: Path, numbers: str, meaning: Meaning, why: str
) -> None:
    lines = "".join(f"{at},{line}\n" for at, line in enumerate(numbers.split("\n")))
    source = read_scored_images(table(tmp_path, f"image,cat,dog\n{lines}"))
    assert (source.meaning, source.known_by) == (meaning, why)


def test_what_a_person_says_of_the_outputs_holds(tmp_path: Path) -> None:
    source = read_scored_images(table(tmp_path, GOOD), meaning=Meaning.LOGITS)
    assert (source.meaning, source.known_by) == (Meaning.LOGITS, "as --logits says")
    assert source.scores.logits.tolist() == SHARES.tolist()


def test_outputs_that_may_be_either_are_asked_about(tmp_path: Path) -> None:
    percent = table(tmp_path, "image,cat,dog\na,97.5,3\nb,12,0\n")
    text = wrong(percent)
    assert f"{percent}:2: column 'cat' is 97.5; probabilities are in [0, 1]" in text
    assert "say --probabilities or --logits (and 2 more like it)" in text
    assert read_scored_images(percent, meaning=Meaning.LOGITS).meaning is Meaning.LOGITS
    slip = "".join(f"{at},0.5,0.25\n" for at in range(99))
    assert "column 'dog' is -0.1" in wrong(table(tmp_path, f"image,cat,dog\n{slip}x,0.5,-0.1\n"))


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        ("", ":1: names the columns nothing; should be the image"),
        ("image\na.jpg\n", ":1: names the columns image; should be"),
        ("a.jpg,0.25,0.5\nb.jpg,1,0\n", ":1: holds numbers; should name the columns"),
        ("a.jpg,0,1\nb.jpg,1,0\n", ":1: holds numbers; should name the columns"),
        ("image,cat,cat\na,0,1\n", ":1: column 'cat' stands there twice"),
        ("image,cat,,dog\na,0,1,1\n", ":1: column 3 has no name"),
        ("image,c\x1bat\na,0\n", ":1: column 'c\\x1bat' has characters that a terminal cannot show"),
        ("image,cat\n", ": holds no image"),
        ("image,cat,dog\na,0\n", ":2: has 2 cells, the first line has 3"),
        ("image,cat\na,0,1\nb,1,1\n", ":2: has 3 cells, the first line has 2 (and 1 more like it)"),
        ("image,cat,dog\na,0.5,\n", ":2: column 'dog' is empty; should be a number"),
        ("image,cat,dog\na,0.5,high\n", ":2: column 'dog' is 'high'; should be a number"),
        ("image,cat,dog\na,0.5,1_0\n", ":2: column 'dog' is '1_0'; should be a number"),
        ("image,cat,dog\na,0.5,nan\n", ":2: column 'dog' is nan; should be a finite number"),
        ("image,cat,dog\na,-inf,0.5\nb,NaN,inf\n", ":2: column 'cat' is -inf; should be a finite number (and 2 more"),
        ("image,cat\na,0\nb,1\na,1\n", ":4: image 'a' stands there already: "),
        ("image,cat\n,0\n", ":2: the image has no name"),
        ("image,cat\n\x9b31m,0\n", ":2: image '\\x9b31m' has characters that a terminal cannot show"),
        ("image;cat\na;1,234\n", ":2: column 'cat' is '1,234'; should be a number"),
        ("image;cat\na;0,5\nb;1,5,0\n", ":2: column 'cat' is '0,5'; should be a number"),
        ("image;cat\na;0,5\n" * 1 + "b;1\n" * 60 + "c;0.5\n", "is '0.5', other numbers have a decimal comma"),
        ('image,cat\n"a,0\n', "cannot be read as a CSV: "),
        (b"image,cat\n\x00\x00,0\n", "it holds zero bytes, as no text does"),
        ("image,cat,cat.peak\na,0,1\n", ":1: has no column 'cat.trough'; maps are told of every class or of none"),
        ("image,cat,cta.peak,cat.trough\na,0,1,0\n", "no column is called 'cta': did you mean 'cat'?"),
        ("image,cat,cat.peak,cat.trough\na,0,1,2\n", ":2: column 'cat.peak' is 1.0, below its trough, 2.0"),
        ("image,cat,cat.peak,cat.trough\na,0,1,inf\n", ":2: column 'cat.trough' is inf; should be a finite"),
    ],
)
def test_a_wrong_table_is_refused_with_line_and_column(tmp_path: Path, content: str | bytes, mistake: str) -> None:
    assert mistake in wrong(table(tmp_path, content))


def test_a_number_outside_is_no_probability(tmp_path: Path) -> None:
    path = table(tmp_path, "image,cat,dog\na,0.5,1.3\nb,-0.1,1\n")
    text = wrong(path, meaning=Meaning.PROBABILITIES)
    assert f"{path}:2: column 'dog' is 1.3; should be a probability, in [0, 1] (and 1 more like it)" in text


def test_all_mistakes_are_told_at_once_and_like_ones_counted(tmp_path: Path) -> None:
    lines = ["a,0.5,1", "b,nan,1", "c,x,1", "d,,", "e,1", "a,0,0", "f,y,7", "g,0,0,0"]
    text = wrong(table(tmp_path, "image,cat,dog\n" + "\n".join(lines)), meaning=Meaning.PROBABILITIES)
    assert "has 6 mistakes" not in text
    told = [line.strip().split(": ", 1)[1] for line in text.splitlines() if line.startswith("  ")]
    assert told == [
        "column 'cat' is 'x'; should be a number (and 1 more like it)",
        "column 'cat' is empty; should be a number (and 1 more like it)",
        "has 2 cells, the first line has 3 (and 1 more like it)",
        f"image 'a' stands there already: {tmp_path / 'scores.csv'}:2",
        "column 'cat' is nan; should be a finite number",
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("missing.csv", None, "No such file or directory"),
        ("folder", None, "it is not a file"),
        ("one.npy", b"\x93NUMPY\x01\x00", "it is one array without names"),
        ("cut.npz", b"PK\x03\x04", "it ends too early"),
    ],
)
def test_what_is_no_file_of_scores_is_refused(tmp_path: Path, name: str, content: bytes | None, reason: str) -> None:
    (tmp_path / "folder").mkdir()
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert f"cannot read {tmp_path / name}: " in wrong(tmp_path / name)
    assert reason in wrong(tmp_path / name)


@given(data=st.data())
def test_a_table_and_arrays_of_the_same_numbers_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("both")
    count, width = data.draw(st.integers(1, 5)), data.draw(st.integers(1, 4))
    numbers = st.lists(st.floats(0, 1), min_size=count * width, max_size=count * width)
    outputs, low, gap = (np.array(data.draw(numbers)).reshape(count, width) for _ in range(3))
    classes, images = [f"c{at}" for at in range(width)], [f"{at}.jpg" for at in range(count)]
    heads = [f"{name}{ending}" for ending in ("", ".peak", ".trough") for name in classes]
    rows = np.concatenate([outputs, low + gap, low], axis=1).tolist()
    lines = [",".join([image, *map(repr, row)]) for image, row in zip(images, rows, strict=True)]
    one = read_scored_images(table(folder, "\n".join([",".join(["image", *heads]), *lines])))
    maps = {"peaks": low + gap, "troughs": low}
    other = read_scored_images(
        arrays(folder, images=images, classes=classes, probabilities=np.asfortranarray(outputs), **maps)
    )
    assert (one.images, one.classes, one.meaning) == (other.images, other.classes, other.meaning)
    for name in ("logits", "peak", "trough"):
        np.testing.assert_array_equal(getattr(one.scores, name), getattr(other.scores, name))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.dtype(">f4"), np.int8])
def test_numbers_of_any_width_and_names_of_any_sort_are_read(tmp_path: Path, dtype: Any) -> None:
    names = {"images": np.array([b"a.jpg", b"b.jpg"]), "classes": np.array([3, 7])}
    source = read_scored_images(arrays(tmp_path, **names, logits=(SHARES * 4).astype(dtype)))
    assert (source.images, source.classes) == (("a.jpg", "b.jpg"), ("3", "7"))
    assert source.scores.logits.tolist() == (SHARES * 4).astype(dtype).tolist()
    assert (source.meaning, source.known_by) == (Meaning.LOGITS, "as their array is called")


@pytest.mark.parametrize(
    ("values", "mistakes"),
    [
        ({"scores": SHARES}, ["no array 'images'", "no array 'classes'", "neither an array 'probabilities' nor"]),
        (NAMES | {"probs": SHARES, "peek": SHARES}, ["'peek', did you mean 'peaks'?", "it holds classes, images"]),
        (NAMES | {"logits": SHARES, "probabilities": SHARES}, ["holds 'probabilities' and 'logits'; should be one"]),
        (NAMES | {"logits": SHARES, "peaks": SHARES}, ["one of 'peaks' and 'troughs'; should be both or neither"]),
        (NAMES | {"logits": SHARES[:1]}, ["array 'logits' has shape (1, 2), images and classes make (2, 2)"]),
        (NAMES | {"images": list("abc"), "logits": np.ones((2, 3))}, ["shape (2, 3)", "(3, 2); it is transposed"]),
        (NAMES | {"logits": SHARES.astype(str)}, ["array 'logits' holds <U32; should be numbers"]),
        (NAMES | {"logits": SHARES > 0}, ["array 'logits' holds bool; should be numbers"]),
        (NAMES | {"logits": SHARES + 1j}, ["array 'logits' holds complex128; should be numbers"]),
        (NAMES | {"images": [["a", "b"]], "logits": SHARES}, ["array 'images' is <U1 of shape (1, 2)"]),
        (NAMES | {"images": np.array([b"\xff", b"b"]), "logits": SHARES}, ["array 'images' is not UTF-8"]),
        (NAMES | {"images": ["a", "a"], "logits": SHARES}, ["npz: images[1]: image 'a' stands there already: "]),
        (NAMES | {"classes": ["a", "a"], "logits": SHARES}, ["npz: classes[1]: class 'a' stands there already: "]),
        (NAMES | {"classes": ["", "\x1b"], "logits": SHARES}, ["[0]: the class has no name", "'\\x1b' has char"]),
        (NAMES | {"probabilities": SHARES * 1.3}, ["probabilities[1, 0]: class 'cat' of 'b.jpg' is 1.3; should be"]),
        (NAMES | {"logits": np.full((2, 2), np.inf)}, ["logits[0, 0]: class 'cat' of 'a.jpg' is inf", "(and 3 more"]),
        (NAMES | {"logits": SHARES, "peaks": SHARES, "troughs": SHARES + 1}, ["peaks[0, 0]: ", "below its trough"]),
        ({"images": [], "classes": ["a"], "logits": np.empty((0, 1))}, [": holds no image"]),
    ],
)  # fmt: skip
def test_wrong_arrays_are_refused_by_name(tmp_path: Path, values: dict[str, Any], mistakes: Sequence[str]) -> None:
    text = wrong(arrays(tmp_path, **values))
    assert [mistake for mistake in mistakes if mistake not in text] == []


def test_the_name_of_an_array_and_what_a_person_says_must_agree(tmp_path: Path) -> None:
    path = arrays(tmp_path, **NAMES, logits=SHARES)
    assert "holds an array 'logits', and --probabilities was given" in wrong(path, meaning=Meaning.PROBABILITIES)


class Touch:
    """What a pickle runs when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        return Path.touch, (self.path,)


def test_objects_of_python_are_never_loaded(tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    pickle.loads(pickle.dumps(Touch(proof)))
    assert proof.exists()
    proof.unlink()
    path = arrays(tmp_path, images=np.array([Touch(proof)] * 2, object), classes=["cat", "dog"], logits=SHARES)
    assert "array 'images' holds objects of Python, which are not read" in wrong(path)
    assert not proof.exists()


def member(header: str, body: bytes = b"") -> bytes:
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + body


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            member("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000)}"),
            "of shape (1000000, 1000000)",
        ),
        (member("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -1)}", bytes(8)), "of shape (-1, -1)"),
        (member("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", bytes(9)), "of shape (2,)"),
        (member("no header"), "it is damaged, or not as numpy.savez writes it"),
        (b"nothing", "it is damaged, or not as numpy.savez writes it"),
    ],
)
def test_an_array_that_promises_more_than_it_holds_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = arrays(tmp_path, **NAMES)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("logits.npy", content)
    assert reason in wrong(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("logits.npy", member("{}"))
        archive.getinfo("logits.npy").file_size = (1 << 30) + 1  # as the list of contents will have it
    assert "its arrays are larger than 1073741824 bytes" in wrong(path)


def test_a_list_of_contents_without_end_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for at in range(20_000):
            archive.writestr(f"{at}.npy", b"")
    path = tmp_path / "many.npz"
    path.write_bytes(buffer.getvalue())
    assert "it lists too many arrays" in wrong(path)


def test_whatever_is_cut_off_or_turned_is_read_or_refused(tmp_path: Path) -> None:
    content = arrays(tmp_path, **NAMES, logits=SHARES).read_bytes()
    path = tmp_path / "cut.npz"
    for at in range(4, len(content), 23):
        path.write_bytes(content[:at])
        assert "cannot read " in wrong(path)
        path.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        with suppress(BadData):
            read_scored_images(path)
