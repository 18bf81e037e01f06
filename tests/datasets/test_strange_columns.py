"""Columns of strangers' tables that must neither be left out nor become classes in silence."""

from pathlib import Path

import pytest

from campaigns.datasets.folder import open_folder
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import labels, mistakes, wrote
from tests.datasets.test_strange_cells import PICTURES, PLAIN, refusal


def table(root: Path, header: str, cells: tuple[str, ...]) -> Path:
    lines = [header, *(f"{name},{cell}" for name, cell in zip(PICTURES, cells * 6, strict=False))]
    return write_folder(root, PICTURES, "\n".join((*lines, "")))


@pytest.mark.parametrize("column", ["probability", "score", "confidence", "present"])
def test_a_column_that_may_say_which_lines_hold_is_asked_about(column: str, tmp_path: Path) -> None:
    cells = ("1", "0") if column == "present" else ("0.97", "0.02")
    text = f"image,class,{column}\n" + "".join(f"a.jpg,cat,{cells[0]}\n{name},owl,{cells[1]}\n" for name in ("a.jpg",))
    assert any("table.csv:1" in what and column in what for what in mistakes(wrote(tmp_path / "table.csv", text)))
    lines = "".join(f"{name},cat,{cells[0]}\n{name},owl,{cells[1]}\n" for name in PICTURES)
    root, listed = write_folder(tmp_path, PICTURES, f"image,class,{column}\n{lines}"), wrote(tmp_path / "l", "cat\nowl")
    for classes in (None, listed):
        assert f"labels.csv:1: an image has several lines, and {column} may say" in refusal(root, classes)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("image,label,label_2", ("cat,", "dog,owl")),
        ("image,label,other", ("cat,", "dog,cat")),
        ("image,tag,tag1", ("cat,sun",)),
    ],
)
def test_a_second_column_of_labels_is_asked_about(header: str, cells: tuple[str, ...], tmp_path: Path) -> None:
    said = refusal(table(tmp_path, header, cells))
    assert f"labels.csv:1: column {header.split(',')[1]!r} holds labels, and so may {header.split(',')[2]}" in said


def test_an_import_takes_the_column_of_labels_that_a_person_names(tmp_path: Path) -> None:
    file = wrote(tmp_path / "two.csv", "image,label,label_2\na.jpg,cat,owl\nb.jpg,owl,cat\n")
    assert any("two.csv:1: column 'label' holds labels" in what for what in mistakes(file))
    assert labels(file, labels="label_2")["a.jpg"]["owl"].value == "yes"


@pytest.mark.parametrize(
    "column", ["num_labels", "group", "reviewed", "occluded", "truncated", "augmented", "duplicate"]
)
def test_a_column_of_yes_and_no_that_describes_the_line_is_asked_about(column: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", f"image,cat,dog,{column}", ("1,0,1", "0,1,0"))
    assert f"labels.csv:1: column {column!r} may be a class" in refusal(root)
    for names in (["cat", "dog"], ["cat", "dog", column]):
        assert open_folder(root, classes=wrote(tmp_path / "list", "\n".join(names))).classes == tuple(names)


def test_beside_a_column_of_labels_what_describes_the_line_is_left_out_aloud(tmp_path: Path) -> None:
    rows = tuple(f"{cell},{n % 2}" for n, cell in enumerate((*PLAIN, "cat")))
    mine = open_folder(table(tmp_path / "mine", "image,labels,verified", rows))
    assert mine.classes == ("cat", "dog", "owl")
    assert "left out as no labels: the columns verified" in mine.notes
    root, listed = table(tmp_path / "other", "image,labels,sunny", rows), wrote(tmp_path / "list", "cat\ndog\nowl")
    assert "--classes FILE" in refusal(root)
    assert open_folder(root, classes=listed).classes == ("cat", "dog", "owl")


def test_cells_that_leave_no_image_fully_labelled_are_named_with_line_and_column(tmp_path: Path) -> None:
    said = refusal(table(tmp_path, "image,cat,dog", ("1,", ",1")))
    assert "labels.csv:2: has no label for 'dog': an empty cell is not yet labelled, 0 is no" in said


def test_a_column_that_labels_no_image_is_named(tmp_path: Path) -> None:
    root, listed = (
        table(tmp_path / "mine", "image,cat,dog,comment", ("1,0,", "0,1,")),
        wrote(tmp_path / "l", "cat\ndog"),
    )
    assert "labels.csv: no image has a label for 'comment': --classes FILE" in refusal(root)
    assert open_folder(root, classes=listed).classes == ("cat", "dog")
