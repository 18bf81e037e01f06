"""Honest tables of strangers that were read as what they are not, or asked about with an option that does not help."""

from pathlib import Path

import pytest

from campaigns.datasets.dataset import POSITIVE, UNKNOWN
from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import wrote
from tests.datasets.test_name_shapes import opened, table
from tests.datasets.test_strange_cells import PICTURES, folder, refusal


@pytest.mark.parametrize(
    "cells",
    [
        ("cat", "no cat", "dog", "no dog"),
        ("crack", "without crack", "rust", "without rust"),
        ("casque", "sans casque", "gilet", "sans gilet"),
        ("fox", "grey fox", "wolf", "grey wolf"),
        ("cat", "light", "cat light", "no light"),
    ],
)
def test_a_word_before_a_class_is_not_divided_off_in_silence(cells: tuple[str, ...], tmp_path: Path) -> None:
    root = table(tmp_path, *cells)
    said = refusal(root)
    assert "divided by blank: say --separator ';' for one class, or --separator ' ' to divide it" in said
    assert set(opened(root, separator=";").classes) == set(cells)


def test_labels_that_stand_alone_and_together_are_still_divided_at_blanks(tmp_path: Path) -> None:
    assert opened(table(tmp_path, "scab", "rust", "scab rust", "complex", "rust complex")).classes == (
        "complex", "rust", "scab",
    )  # fmt: skip


@pytest.mark.parametrize("cell", ["set()", "{}", "frozenset()"])
def test_a_set_without_a_name_is_no_class(cell: str, tmp_path: Path) -> None:
    root = table(tmp_path, "{'cat', 'dog'}", "{'dog'}", cell)
    assert opened(root).classes == ("cat", "dog")


def test_ranges_of_numbers_in_parentheses_are_asked_about(tmp_path: Path) -> None:
    root = table(tmp_path, "(0, 2)", "(4, 6)", "(25, 32)")
    assert "labels.csv:2: '(0, 2)' may be one class, as a range of ages is" in refusal(root)


@pytest.mark.parametrize("cell", ["False", "skip", "keine", "なし", "cat<br>dog"])
def test_other_words_for_no_class_are_asked_about(cell: str, tmp_path: Path) -> None:
    assert f"labels.csv:2: {cell!r}" in refusal(folder(tmp_path / "mine", cell))


@pytest.mark.parametrize("column", ["is_training", "holdout", "cv_fold", "in_test", "trainval"])
def test_more_names_of_splits_are_asked_about(column: str, tmp_path: Path) -> None:
    lines = "".join(f"{image},1,0,{at % 2}\n" for at, image in enumerate(PICTURES))
    root = write_folder(tmp_path, PICTURES, f"image,cat,dog,{column}\n{lines}")
    assert f"column {column!r} looks like a split: say --split {column}" in refusal(root)


@pytest.mark.parametrize("column", ["annotators", "n_objects", "rater", "verified_by", "consensus", "usable"])
def test_more_columns_about_the_line_are_asked_about(column: str, tmp_path: Path) -> None:
    lines = "".join(f"{image},1,0,{at % 2}\n" for at, image in enumerate(PICTURES))
    root = write_folder(tmp_path, PICTURES, f"image,cat,dog,{column}\n{lines}")
    assert f"column {column!r} may be a class or say something else of the image" in refusal(root)


@pytest.mark.parametrize("missing", ["NA", "nan", "#N/A", "<NA>", "NULL"])
def test_a_cell_that_nobody_filled_is_not_yet_labelled(missing: str, tmp_path: Path) -> None:
    lines = "".join(f"{image},TRUE,{missing if at % 4 == 0 else 'FALSE'}\n" for at, image in enumerate(PICTURES))
    found = open_folder(write_folder(tmp_path, PICTURES, f"image,cat,dog\n{lines}"))
    asked = sum(at % 4 == 0 for at in range(len(PICTURES)))
    assert f"{asked} of {2 * len(PICTURES)} cells say NA or the like: not yet labelled" in found.notes
    labels = [*found.train.labels[:, 1], *found.test.labels[:, 1]]
    assert UNKNOWN in labels or len(labels) == len(PICTURES) - asked
    assert POSITIVE not in labels


def test_words_that_answer_a_question_in_several_columns_name_no_classes(tmp_path: Path) -> None:
    lines = "".join(f"{image},{'igen' if at % 2 else 'nem'},{'nem' if at % 3 else 'igen'}\n"
                    for at, image in enumerate(PICTURES))  # fmt: skip
    said = refusal(write_folder(tmp_path, PICTURES, f"image,Riss,Delle\n{lines}"))
    assert "Riss is 'igen'" in said or "Riss is 'nem'" in said
    assert "--class-column" not in said


def test_the_separator_that_a_line_before_the_header_names_is_taken(tmp_path: Path) -> None:
    lines = "".join(f"{image};{'cat' if at % 2 else 'dog'}\n" for at, image in enumerate(PICTURES))
    root = write_folder(tmp_path / "good", PICTURES, f"sep=;\nimage;labels\n{lines}")
    assert open_folder(root).classes == ("cat", "dog")
    wrong = write_folder(tmp_path / "wrong", PICTURES, f"sep=;\nimage;labels\n{PICTURES[0]};nan\n{lines}")
    assert "labels.csv:3: 'nan'" in refusal(wrong)


def test_numbers_of_classes_in_a_column_of_another_name_are_reached_by_what_is_named(tmp_path: Path) -> None:
    lines = "".join(f"{image},{at % 3}\n" for at, image in enumerate(PICTURES))
    root = write_folder(tmp_path / "mine", PICTURES, f"image,diagnosis\n{lines}")
    assert "--class-column diagnosis says that its cells name them" in refusal(root)
    options = TableOptions(class_column="diagnosis")
    assert "say --classes FILE with these numbers as classes" in refusal(root, class_column="diagnosis")
    listed = wrote(tmp_path / "grades.lst", "0\n1\n2\n")
    assert open_folder(root, classes=listed, options=options).classes == ("0", "1", "2")


@pytest.mark.parametrize("head", ["# made by tool 1.2\n", "Survey 2024,,\n,,\n"])
def test_lines_before_the_header_are_told(head: str, tmp_path: Path) -> None:
    lines = "".join(f"{image},{'cat' if at % 2 else 'dog'}\n" for at, image in enumerate(PICTURES))
    said = refusal(write_folder(tmp_path, PICTURES, f"{head}image,labels\n{lines}"))
    assert "looks like the header: take the lines before it away" in said
    assert "--image" not in said


def test_columns_that_blanks_divide_are_told(tmp_path: Path) -> None:
    lines = "".join(f"{image} {at % 2}\n" for at, image in enumerate(PICTURES))
    assert "is divided by blanks: save the table with commas" in refusal(write_folder(tmp_path, PICTURES, lines))


def test_a_workbook_is_called_one(tmp_path: Path) -> None:
    root = write_folder(tmp_path, PICTURES, "image,labels\n")
    (root / "labels.csv").write_bytes(b"PK\x03\x04\x14\0\x06\0")
    assert "it is a workbook or another archive: save the table as a CSV" in refusal(root)
    (root / "labels.csv").rename(root / "labels.xlsx")
    with pytest.raises(BadData) as error:
        open_folder(root)
    assert "labels.xlsx is no text" in str(error.value)
    assert "--labels labels.csv" in (error.value.hint or "")


def test_another_table_with_the_same_columns_is_told_of(tmp_path: Path) -> None:
    lines = [f"{image},{'cat' if at % 2 else 'dog'}\n" for at, image in enumerate(PICTURES)]
    root = write_folder(tmp_path, PICTURES, "image,tags\n")
    (root / "labels.csv").unlink()
    for name, part in (("train.csv", lines[:4]), ("test.csv", lines[4:]), ("other.csv", ["a,b,c\n"])):
        (root / name).write_text(f"{'image,labels' if name != 'other.csv' else 'x,y,z'}\n" + "".join(part))
    notes = open_folder(root, labels="train.csv", options=TableOptions(split="-")).notes
    assert "not read, though it has the same columns: test.csv" in notes
