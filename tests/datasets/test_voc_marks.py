"""What marks of objects in VOC's XML are worth: difficult, deleted, in the words in which programs write them."""

from pathlib import Path

import pytest

from campaigns.errors import BadData
from tests.datasets.field import opened
from tests.datasets.test_cases_voc import XML, described

HELMET = "<object><name>helmet</name>{}</object>"


@pytest.mark.parametrize(
    ("word", "label"),
    [
        *((word, 0) for word in ("1", "1.0", "true", "True", "yes", " YES ", "y", "2", "3.0")),
        *((word, 1) for word in ("0", "0.0", "false", "False", "no", "", "Unspecified")),
        *((word, 1) for word in ("None", "null", "Unknown", "-1", "na", "N/A", "nan", "n", "f")),
    ],
)
def test_difficult_is_read_in_the_words_of_all_programs(word: str, label: int, tmp_path: Path) -> None:
    objects = HELMET.format(f"<difficult>{word}</difficult>")
    data = opened(described(tmp_path, XML.format(objects)), tmp_path)
    assert data.train.labels.tolist() == [[label, -1]]
    assert "deleted" not in "".join(data.notes)


@pytest.mark.parametrize("tag", ["difficult", "deleted"])
def test_a_mark_that_says_neither_yes_nor_no_is_a_mistake(tag: str, tmp_path: Path) -> None:
    objects = HELMET.format("") + HELMET.format(f"<{tag}>maybe</{tag}>")
    with pytest.raises(BadData) as error:
        opened(described(tmp_path, XML.format(objects)), tmp_path)
    assert f"a.xml: cannot be read: object 2 has <{tag}>maybe</{tag}>: write 1 for yes, 0 for no" in str(error.value)
    assert "mend those XML files" in (error.value.hint or "")


def test_the_same_strange_mark_in_many_files_is_one_mistake(tmp_path: Path) -> None:
    root = described(tmp_path, XML.format(HELMET.format("<difficult>easy</difficult>")))
    first = (root / "Annotations" / "a.xml").read_text()
    (root / "Annotations" / "c.xml").write_text(first)
    (root / "ImageSets" / "Main" / "train.txt").write_text("a\nc\n")
    with pytest.raises(BadData) as error:
        opened(root, tmp_path)
    (mistake,) = [str(mistake) for mistake in error.value.mistakes if "easy" in str(mistake)]
    assert "a.xml: cannot be read: object 1 has <difficult>easy</difficult>: write 1 for yes, 0 for no" in mistake
    assert mistake.endswith("; 2 of 2 files have such a <difficult>")


def test_deleted_objects_are_left_out_and_counted(tmp_path: Path) -> None:
    objects = [HELMET.format(f"<deleted>{word}</deleted>") for word in ("1", "true", "0")]
    data = opened(described(tmp_path / "one", XML.format("".join(objects))), tmp_path)
    assert (data.classes, data.train.labels.tolist()) == (("helmet", "vest"), [[1, -1]])
    assert "2 objects marked <deleted> were left out, for example in a.xml" in data.notes
    root = described(tmp_path / "none", XML.format(objects[0]))
    (root / "Annotations" / "b.xml").write_text(XML.format(objects[0]))
    with pytest.raises(BadData, match="names no class: all objects are marked <deleted>") as error:
        opened(root, tmp_path)
    assert "no <deleted>1</deleted> where they count" in (error.value.hint or "")
    data = opened(described(tmp_path / "all", XML.format(objects[0])), tmp_path)
    assert (data.classes, data.train.labels.tolist()) == (("vest",), [[-1]])
    assert "1 object marked <deleted> was left out, for example in a.xml" in data.notes
