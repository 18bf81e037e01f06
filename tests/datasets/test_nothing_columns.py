"""Columns of tables that say of an image that nobody labelled it, or that nothing is there."""

from pathlib import Path

import pytest

from campaigns.datasets.dataset import UNKNOWN
from campaigns.datasets.folder import open_folder
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import labels, mistakes, wrote
from tests.datasets.test_strange_cells import PICTURES, refusal
from tests.datasets.test_strange_columns import table
from tests.datasets.test_words_of_cells import labels_of


@pytest.mark.parametrize("column", ["Unlabeled", "unlabelled", "not_labelled", "Not labeled"])
def test_images_that_a_column_says_nobody_labelled_have_no_label(column: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", f"filename, cat, dog, {column}", ("1, 0, 0", "0, 1, 0", "0, 0, 1"))
    mine = open_folder(root)
    assert mine.classes == ("cat", "dog")
    assert labels_of(mine)["2.png"] == [UNKNOWN, UNKNOWN]
    assert f"{column} is no class: 2 of 6 images are not yet labelled by it" in mine.notes
    listed = open_folder(root, classes=wrote(tmp_path / "list", "cat\ndog"))
    assert labels_of(listed)["2.png"] == [UNKNOWN, UNKNOWN]
    assert open_folder(root, classes=wrote(tmp_path / "all", f"cat\ndog\n{column}")).classes == ("cat", "dog", column)
    file = wrote(tmp_path / "t.csv", f"image,cat,{column}\na.jpg,1,0\nb.jpg,0,1\n")
    assert set(labels(file, classes=None)) == {"a.jpg"}


def test_a_line_that_nobody_labelled_and_that_names_a_class_is_a_mistake(tmp_path: Path) -> None:
    what = "says 'Unlabeled' and 'dog' of the image"
    root = table(tmp_path, "image,cat,dog,Unlabeled", ("1,0,0", "0,1,1", "0,0,0"))
    assert f"labels.csv:3: {what}" in refusal(root)
    file = wrote(tmp_path / "t.csv", "image,dog,Unlabeled\na.jpg,1,1\n")
    assert any(f"t.csv:2: {what}" in mistake for mistake in mistakes(file, classes=None))


def test_a_table_with_no_column_but_that_of_nobody_is_refused(tmp_path: Path) -> None:
    assert "column 'Unlabeled' says that nobody has labelled" in refusal(table(tmp_path, "image,Unlabeled", ("1", "0")))


@pytest.mark.parametrize("column", ["none", "no_label", "Nothing", "unsure"])
def test_a_column_of_a_word_that_names_no_class_is_asked_about(column: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", f"image,cat,dog,{column}", ("1,0,0", "0,1,0", "0,0,1"))
    assert f"labels.csv:1: column {column!r} may" in refusal(root)
    for names in (["cat", "dog"], ["cat", "dog", column]):
        assert open_folder(root, classes=wrote(tmp_path / "list", "\n".join(names))).classes == tuple(names)


def test_a_column_of_no_finding_is_a_class_with_a_note_and_contradicts_others(tmp_path: Path) -> None:
    right = ("1,0,0", "0,1,1", "0,0,1")
    mine = open_folder(table(tmp_path / "right", "image,edema,No Finding,Support Devices", right))
    assert mine.classes == ("No Finding", "Support Devices", "edema")
    assert "'No Finding' was read as a class; --classes FILE without it leaves it out" in mine.notes
    root = table(tmp_path / "wrong", "image,edema,no_finding", ("1,0", "0,1", "1,1"))
    assert "labels.csv:4: says 'no_finding' and 'edema' of the image" in refusal(root)
    listed = open_folder(root, classes=wrote(tmp_path / "list", "edema\nno_finding"))
    assert listed.classes == ("edema", "no_finding")


def test_no_finding_beside_a_class_in_a_cell_is_a_mistake(tmp_path: Path) -> None:
    root = table(tmp_path / "mine", "image,labels", ("edema", "No Finding", "edema|No Finding"))
    assert "labels.csv:4: 'No Finding' stands beside 'edema'" in refusal(root)
    assert open_folder(root, classes=wrote(tmp_path / "list", "edema\nNo Finding")).classes == ("edema", "No Finding")
    file = wrote(tmp_path / "t.csv", "image,labels\na.jpg,edema|No Finding\n")
    assert any("t.csv:2: 'No Finding' stands beside 'edema'" in what for what in mistakes(file, classes=None))


def test_no_finding_and_a_class_in_two_lines_of_an_image_are_a_mistake(tmp_path: Path) -> None:
    rows = "".join(
        f"{name},{a}\n{name},{b}\n" for name, a, b in zip(PICTURES, ["edema"] * 6, ["mass"] * 6, strict=True)
    )
    text = "image,label\n" + rows.replace("0.png,mass", "0.png,No Finding")
    what = "labels.csv:3: 'No Finding' stands beside 'edema' of line 2"
    root = write_folder(tmp_path, PICTURES, text)
    assert what in refusal(root)
    listed = wrote(tmp_path / "list", "edema\nmass\nNo Finding")
    assert open_folder(root, classes=listed).classes == ("edema", "mass", "No Finding")
    file = wrote(tmp_path / "t.csv", "image,label\na.jpg,edema\na.jpg,No Finding\n")
    assert any("t.csv:3: 'No Finding' stands beside 'edema' of line 2" in each for each in mistakes(file, classes=None))


def test_a_column_called_the_absence_of_another_is_told(tmp_path: Path) -> None:
    mine = open_folder(table(tmp_path, "image,cat,no_cat", ("1,0", "0,1")))
    assert "'no_cat' was read as a class of its own, and not as the absence of 'cat'" in mine.notes
