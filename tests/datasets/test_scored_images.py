"""Files of scores from other programs: what is read, how it is understood, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from campaigns.datasets.raw_scores import Meaning
from campaigns.datasets.scored_images import ScoredImages, read_scored_images
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
        ("image,cat,cat\na,0,1\n", ":1: column 'cat' is listed twice"),
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
        ("image,cat\na,0\nb,1\na,1\n", ":4: image 'a' is already listed: "),
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
        f"image 'a' is already listed: {tmp_path / 'scores.csv'}:2",
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
