"""Arrays of scores of other programs: read as a table of the same numbers is, or refused by name."""

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
        (NAMES | {"images": ["a", "a"], "logits": SHARES}, ["npz: images[1]: image 'a' is already listed: "]),
        (NAMES | {"classes": ["a", "a"], "logits": SHARES}, ["npz: classes[1]: class 'a' is already listed: "]),
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
