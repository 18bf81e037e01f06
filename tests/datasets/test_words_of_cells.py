"""What people write into the cells of a table with a column for each class: other languages, ticks, names."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pytest

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, UNKNOWN, Dataset
from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import CELLS, CROSSES, TICKS, TableOptions
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder
from tests.datasets.test_strange_cells import refusal

PICTURES = [f"{n}.png" for n in range(4)]


def wide(root: Path, rows: Sequence[str], header: str = "image,car,dog") -> Path:
    """Four pictures, each with a line of two cells."""
    lines = (f"{name},{row}" for name, row in zip(PICTURES, rows, strict=True))
    return write_folder(root, PICTURES, "\n".join((header, *lines, "")))


def labels_of(dataset: Dataset) -> dict[str, list[int]]:
    parts = (dataset.train, dataset.test)
    return {id_: row for part in parts for id_, row in zip(part.ids, part.labels.tolist(), strict=True)}


PAIRS = [
    ("yes", "no"), ("ja", "nein"), ("ja", "nee"), ("ja", "nej"), ("oui", "non"), ("sí", "no"), ("sì", "no"),
    ("sim", "não"), ("Да", "Нет"), ("是", "否"), ("はい", "いいえ"), ("present", "absent"), ("positive", "negative"),
    ("☑", "☐"), ("✔\ufe0f", "no"),
]  # fmt: skip


@pytest.mark.parametrize(("yes", "no"), PAIRS)
def test_yes_and_no_are_read_in_other_languages(yes: str, no: str, tmp_path: Path) -> None:
    rows = (f"{yes},{no}", f"{no.upper()},{yes}", f"{yes},{yes.upper()}", f"{no},{no}")
    dataset = open_folder(wide(tmp_path, rows), options=TableOptions())
    here, not_here = POSITIVE, NEGATIVE
    assert [labels_of(dataset)[name] for name in PICTURES] == [
        [here, not_here], [not_here, here], [here, here], [not_here, not_here],
    ]  # fmt: skip


def test_no_word_says_yes_and_no() -> None:
    assert all(word == word.lower() for word in CELLS)
    assert CELLS.keys() >= TICKS
    assert not CELLS.keys() & CROSSES


@pytest.mark.parametrize("tick", sorted(TICKS))
def test_where_cells_are_ticked_alone_an_empty_one_is_absent(tick: str, tmp_path: Path) -> None:
    dataset = open_folder(wide(tmp_path, (f"{tick},", f",{tick}", f"{tick},{tick}", ",")), options=TableOptions())
    assert labels_of(dataset)["0.png"] == [POSITIVE, NEGATIVE]
    assert labels_of(dataset)["3.png"] == [NEGATIVE, NEGATIVE]
    assert f"cells are marked with {tick} alone: empty ones were read as absent" in dataset.notes


@pytest.mark.parametrize(("means", "label"), [("absent", NEGATIVE), ("unknown", UNKNOWN)])
@pytest.mark.parametrize("yes", ["1", "1.0", "x", "✓"])
def test_a_person_says_what_an_empty_cell_means(
    yes: str, means: Literal["absent", "unknown"], label: int, tmp_path: Path
) -> None:
    rows = (f"{yes},", f",{yes}", f"{yes},{yes}", f"{yes},{yes}")
    dataset = open_folder(wide(tmp_path, rows), options=TableOptions(empty_cell=means))
    assert labels_of(dataset)["0.png"] == [POSITIVE, label]
    assert labels_of(dataset)["1.png"] == [label, POSITIVE]
    assert any("2 of 8 cells are empty: read as" in note for note in dataset.notes)


def test_a_table_without_a_line_that_is_full_names_the_option_that_reads_it(tmp_path: Path) -> None:
    rows = ("1,", ",1", "1.0,", ",1.0")
    assert "--empty-cell absent" in refusal(wide(tmp_path / "asked", rows))
    dataset = open_folder(wide(tmp_path / "told", rows), options=TableOptions(empty_cell="absent"))
    assert [labels_of(dataset)[name] for name in PICTURES] == [
        [POSITIVE, NEGATIVE], [NEGATIVE, POSITIVE], [POSITIVE, NEGATIVE], [NEGATIVE, POSITIVE],
    ]  # fmt: skip


def test_an_option_that_answers_nothing_is_not_offered_and_not_taken(tmp_path: Path) -> None:
    rows = ("1,NA", "NA,1", "1,NA", "NA,1")
    assert "--empty-cell" not in refusal(wide(tmp_path / "missing", rows))
    root = wide(tmp_path / "told", ("1,?", "?,1", "1,?", "?,1"), header="image,car,fox")
    (root / "classes.txt").write_text("car\nfox\nowl\n")
    with pytest.raises(BadData) as error:
        open_folder(root, options=TableOptions(empty_cell="absent"))
    assert "--empty-cell" not in str(error.value)
    long = write_folder(tmp_path / "long", ["a.png", "b.png"], "image,labels\na.png,cat\nb.png,\n")
    with pytest.raises(BadData, match="leave out --empty-cell"):
        open_folder(long, options=TableOptions(empty_cell="unknown"))


@pytest.mark.parametrize("cross", sorted(CROSSES))
def test_a_cross_is_absent_beside_ticks_and_unclear_alone(cross: str, tmp_path: Path) -> None:
    rows = (f"✓,{cross}", f"{cross},✓", "✓,", f"{cross},✓")
    dataset = open_folder(wide(tmp_path / "both", rows), options=TableOptions())
    assert labels_of(dataset)["0.png"] == [POSITIVE, NEGATIVE]
    assert labels_of(dataset)["2.png"] == [POSITIVE, UNKNOWN]
    assert f"car is '{cross}'" in refusal(wide(tmp_path / "alone", (f"{cross},", ",", ",", f",{cross}")))


def test_x_beside_ticks_is_asked_about(tmp_path: Path) -> None:
    assert "labels.csv:1: holds x beside ✓" in refusal(wide(tmp_path, ("✓,x", "x,✓", "✓,✓", "x,x")))


def test_several_columns_that_name_classes_are_told_as_that(tmp_path: Path) -> None:
    text = refusal(wide(tmp_path / "two", ("cat,dog", "cat,", "dog,", ","), "image,label1,label2"))
    assert "labels.csv:1: columns label1, label2 name classes in their cells: join them" in text


@pytest.mark.parametrize(
    ("rows", "header", "told"),
    [
        (("maybe,1", "0,maybe", "1,1", "0,0"), "image,car,dog", "car is 'maybe'"),
        (("sure,unsure", "unsure,sure", "sure,sure", "unsure,sure"), "image,Edema,Mass", "Edema is 'sure'"),
        (("1,ann", "0,bo", "1,ann", "0,bo"), "image,cat,reader", "--class-column reader"),
        (("1e-05,2e-03", "1e-05,2e-03", "1e-04,0.1", "0.2,0.1"), "image,p1,p2", "p1 is '1e-05'"),
    ],
)
def test_what_else_stands_in_cells_is_told_as_before(
    rows: Sequence[str], header: str, told: str, tmp_path: Path
) -> None:
    text = refusal(wide(tmp_path, rows, header))
    assert told in text
    assert "join" not in text


def test_a_column_of_answers_is_no_class_for_its_words_in_other_languages(tmp_path: Path) -> None:
    rows = ("present,ja", "absent,nein", "present,ja", "absent,ja")
    dataset = open_folder(wide(tmp_path, rows, "image,class,checked"), options=TableOptions())
    assert dataset.classes == ("absent", "present")


def test_the_null_of_a_database_is_asked_about_in_words_that_work(tmp_path: Path) -> None:
    root = write_folder(tmp_path, PICTURES, "image,labels\n0.png,\\N\n1.png,car\n2.png,dog\n3.png,car;dog\n")
    assert "--nothing '\\N' for no class" in refusal(root).replace("\\\\", "\\")
    dataset = open_folder(root, options=TableOptions(nothing="\\N"))
    assert labels_of(dataset)["0.png"] == [NEGATIVE, NEGATIVE]


def test_hugging_faces_metadata_in_each_folder_of_a_split_is_found(tmp_path: Path) -> None:
    root = write_folder(tmp_path, ["train/0.png", "train/1.png", "test/0.png", "test/1.png"])
    (root / "README.txt").write_text("what this is", encoding="utf-8")
    said = {"train": (["car"], ["car", "owl"]), "test": (["dog"], [])}
    for split, lists in said.items():
        lines = [json.dumps({"file_name": f"{at}.png", "labels": names}) for at, names in enumerate(lists)]
        (root / split / "metadata.jsonl").write_text("\n".join(lines), encoding="utf-8")
    dataset = open_folder(root, options=TableOptions())
    assert dataset.classes == ("car", "dog", "owl")
    assert labels_of(dataset) == {
        "train/0.png": [POSITIVE, NEGATIVE, NEGATIVE], "train/1.png": [POSITIVE, NEGATIVE, POSITIVE],
        "test/0.png": [NEGATIVE, POSITIVE, NEGATIVE], "test/1.png": [NEGATIVE, NEGATIVE, NEGATIVE],
    }  # fmt: skip
    assert sorted(dataset.test.ids) == ["test/0.png", "test/1.png"]


def test_a_line_that_says_what_is_absent_says_nothing_of_classes_of_another_split(tmp_path: Path) -> None:
    root = write_folder(tmp_path, ["train/0.png", "test/0.png"])
    lines = {"train": {"labels": ["car"], "absent": ["dog", "owl"]}, "test": {"labels": ["car"], "absent": ["owl"]}}
    for split, said in lines.items():
        text = json.dumps({"file_name": "0.png", **said})
        (root / split / "metadata.jsonl").write_text(text, encoding="utf-8")
    assert "test images need a label for every class: 'test/0.png'" in refusal(root)
