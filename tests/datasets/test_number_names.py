"""Numbers, dates and scores where names of classes should stand: they are asked about."""

from pathlib import Path

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import mistakes, read, wrote
from tests.datasets.test_strange_cells import PICTURES, refusal
from tests.datasets.test_strange_columns import table


@pytest.mark.parametrize("column", ["labels", "label", "class", "target"])
@pytest.mark.parametrize("cells", [("0", "1"), ("0.0", "1.0", "2.0"), ("1", "2", "3")])
def test_numbers_in_a_column_of_labels_are_asked_about(column: str, cells: tuple[str, ...], tmp_path: Path) -> None:
    root = table(tmp_path / "mine", f"image,{column}", cells)
    asked = f"labels.csv:1: column {column!r} holds {', '.join(cells)}, which may be numbers of classes or yes and no"
    assert asked in refusal(root)
    assert open_folder(root, classes=wrote(tmp_path / "list.json", list(cells))).classes == cells


def test_numbers_for_yes_and_no_are_answered_by_the_name_of_the_column(tmp_path: Path) -> None:
    root = table(tmp_path / "mine", "image,label", ("0.0", "1.0"))
    assert "or with the name of the column" in refusal(root)
    mine = open_folder(root, classes=wrote(tmp_path / "list", "label"))
    assert mine.classes == ("label",)
    assert 0 < mine.train.labels.sum() < len(mine.train.labels)


def test_several_numbers_in_a_cell_of_labels_and_single_letters_are_names(tmp_path: Path) -> None:
    assert open_folder(table(tmp_path / "mine", "image,labels", ("0;3", "3", "5;0"))).classes == ("0", "3", "5")
    assert open_folder(table(tmp_path / "other", "image,labels", ("x", "y"))).classes == ("x", "y")


def test_numbers_in_lists_and_in_lines_of_a_bucket_are_asked_about(tmp_path: Path) -> None:
    lines = '{"file_name": "a.jpg", "label": "0"}\n{"file_name": "b.jpg", "label": "1"}\n'
    file = wrote(tmp_path / "metadata.jsonl", lines)
    asked = ":1: labels are 0, 1, which may be numbers of classes or yes and no: say --classes FILE"
    assert any(f"metadata.jsonl{asked}" in what for what in mistakes(file, classes=None))
    assert read(file, classes=("0", "1")).mistakes == ()
    file = wrote(tmp_path / "a.csv", "TRAIN,gs://b/a.jpg,0\nTEST,gs://b/b.jpg,1\n")
    assert any(f"a.csv{asked}" in what for what in mistakes(file, classes=None))
    file = wrote(tmp_path / "b.csv", "image,label\na.jpg,0\nb.jpg,1\n")
    assert any(f"b.csv{asked}" in what for what in mistakes(file, classes=None))


def test_the_column_that_names_numbers_is_offered(tmp_path: Path) -> None:
    cells = tuple(f"{n},{('cat', 'dog')[n]}" for n in (0, 1))
    root = table(tmp_path, "image,class,class_name", cells)
    assert "; --class-column class_name names them" in refusal(root)
    assert open_folder(root, options=TableOptions(class_column="class_name")).classes == ("cat", "dog")


def test_numbers_divided_by_blanks_are_told_with_the_separator(tmp_path: Path) -> None:
    root = table(tmp_path / "mine", "Id,Target", ("0 1", "1 2", "2"))
    assert "labels.csv:2: there is no class '0 1' in the list of classes: several are divided by --separator ' '" in (
        refusal(root, wrote(tmp_path / "list", "cat\ndog\nowl"))
    )
    assert open_folder(root, classes=wrote(tmp_path / "numbers", "0\n1\n2")).classes == ("0", "1", "2")


@pytest.mark.parametrize(
    "cell", ["01-Feb", "3-Mrz", "Mar-22", "1. Dez", "01-févr", "2024-02-01", "2024-02-01 00:00:00", "01/02/2024"]
)
def test_dates_that_a_spreadsheet_made_are_asked_about(cell: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", "image,label", ("cat", "dog", cell))
    assert f"labels.csv:4: {cell!r} may be a date that a spreadsheet made of another name" in refusal(root)
    assert cell in open_folder(root, classes=wrote(tmp_path / "list", f"cat\ndog\n{cell}")).classes


def test_ages_and_words_that_begin_like_months_are_classes(tmp_path: Path) -> None:
    names = ("3-5", "8-12", "march hare", "mayfly", "maple 12", "junior-20")
    assert open_folder(table(tmp_path, "image,label", names)).classes == tuple(sorted(names))


@pytest.mark.parametrize("score", ["cat_0.93", "cat 0.93", "cat-0.93", "cat 1.00", "cat,0.93", "cat [0.93]"])
def test_scores_that_any_sign_joins_to_a_name_are_asked_about(score: str, tmp_path: Path) -> None:
    root = table(tmp_path / "mine", "image,labels", (f'"{score}"', '"dog 0.20"', "dog"))
    assert f"labels.csv:2: {score!r} may say how sure somebody is of a class" in refusal(root)
    root = table(tmp_path / "two", "image,labels", ("cat 0.93;dog 1.0", "dog 0.20"))
    assert "labels.csv:2: 'cat 0.93' may say how sure" in refusal(root)


@pytest.mark.parametrize(
    "names", [("cdr_0.5", "cdr_1.0"), ("USB 1.0", "USB 2.0"), ("2 mars", "14 juillet"), ("OCT-500", "DEC-205")], ids=str
)
def test_versions_sizes_grades_and_holidays_are_names(names: tuple[str, ...], tmp_path: Path) -> None:
    root = table(tmp_path, "image,label", names)
    assert open_folder(root, options=TableOptions(separator=";")).classes == tuple(sorted(names))


def test_a_value_of_the_split_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    root = table(tmp_path / "mine", "image,labels,is_train", ("cat,True", "dog,False"))
    assert "no line has '1' in column 'is_train', there is 'False', 'True'" in refusal(root, split="is_train=1")
    assert len(open_folder(root, options=TableOptions(split="is_train=false")).test.labels) == len(PICTURES) // 2
    root = write_folder(
        tmp_path / "other", PICTURES, "image,labels,is_train\n" + "".join(f"{p},cat,1\n" for p in PICTURES)
    )
    assert "say --split is_train=VALUE with the value of the test images" in refusal(root, split="is_train")
