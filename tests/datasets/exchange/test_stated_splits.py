"""Splits that a file of labels states: used, or told."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from campaigns.datasets.coco import open_coco
from campaigns.datasets.coco_json import Options
from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from tests.datasets.conftest import coco_json, write_folder
from tests.datasets.exchange.reading import wrote
from tests.datasets.test_strange_cells import refusal
from tests.datasets.test_strange_columns import table

NAMES = [f"{n}.png" for n in range(20)]
USES = ["train", "train", "test", "validation"]


def automl(uses: Sequence[str]) -> str:
    rows = zip(uses, NAMES, strict=True)
    return "".join(f"{use.upper()},gs://bucket/{name},{['cat', 'dog'][n % 2]}\n" for n, (use, name) in enumerate(rows))


def hf(uses: Sequence[str]) -> str:
    rows = zip(uses, NAMES, strict=True)
    lines = [{"file_name": name, "label": ["cat", "dog"][n % 2], "split": use} for n, (use, name) in enumerate(rows)]
    return "\n".join(map(json.dumps, lines))


def cvat(uses: Sequence[str]) -> str:
    rows = zip(uses, NAMES, strict=True)
    tags = [
        f'<image id="{n}" name="{name}" subset="{use.title()}"><tag label="{["cat", "dog"][n % 2]}"/></image>'
        for n, (use, name) in enumerate(rows)
    ]
    return f"<annotations>{''.join(tags)}</annotations>"


FORMS = {"a.csv": automl, "metadata.jsonl": hf, "annotations.xml": cvat}


@pytest.mark.parametrize(("name", "form"), FORMS.items())
def test_the_split_of_a_file_is_used(name: str, form: Callable[[Sequence[str]], str], tmp_path: Path) -> None:
    root = write_folder(tmp_path, NAMES)
    wrote(root / name, form(USES * 5))
    mine = open_folder(root, labels=name)
    assert set(mine.test.ids) == {NAMES[n] for n in range(2, 20, 4)}
    assert any("test is held out for testing, train and validation is for training" in note for note in mine.notes)
    other = open_folder(root, labels=name, options=TableOptions(split="-"), test_share=0.5)
    assert set(other.test.ids) != set(mine.test.ids)


@pytest.mark.parametrize(("name", "form"), FORMS.items())
@pytest.mark.parametrize("uses", [["train", "batch-2"], ["test"], ["train"]])
def test_a_split_that_leaves_open_what_is_for_testing_is_told(
    name: str, form: Callable[[Sequence[str]], str], uses: list[str], tmp_path: Path
) -> None:
    if form is automl and "batch-2" in uses:
        uses = ["train", "unassigned"]
    root = write_folder(tmp_path, NAMES)
    wrote(root / name, form((uses * 20)[:20]))
    notes = open_folder(root, labels=name, test_share=0.5).notes
    assert any(note.startswith("the file states a split (") and "which is not used" in note for note in notes)


def test_images_that_google_assigns_to_no_split_state_none(tmp_path: Path) -> None:
    root = write_folder(tmp_path, NAMES)
    wrote(root / "a.csv", automl(["unassigned"] * 20))
    assert not any("split" in note for note in open_folder(root, labels="a.csv", test_share=0.5).notes)


def test_an_image_without_a_label_is_no_test_image(tmp_path: Path) -> None:
    root = write_folder(tmp_path, NAMES)
    text = cvat(["train", "test"] * 10).replace(f'name="{NAMES[1]}" subset="Test"><tag label="dog"/>',
                                                f'name="{NAMES[1]}" subset="Test">')  # fmt: skip
    wrote(root / "annotations.xml", text)
    mine = open_folder(root, labels="annotations.xml")
    assert NAMES[1] in mine.train.ids
    assert "1 images of test lack a label for some class: they are no test images" in mine.notes


@pytest.mark.parametrize("header", ["image,labels,data_split", "image,labels,what_for"])
def test_a_column_of_words_for_splits_is_asked_about(header: str, tmp_path: Path) -> None:
    root = table(tmp_path, header, ("cat,train", "dog,Test", "cat,val", "dog,"))
    column = header.rpartition(",")[2]
    assert f"column {column!r} looks like a split: say --split {column}" in refusal(root)
    mine = open_folder(root, options=TableOptions(split=f"{column}=test"))
    assert set(mine.test.ids) == {"1.png", "5.png"}


def test_classes_called_train_and_test_are_no_split(tmp_path: Path) -> None:
    assert open_folder(table(tmp_path, "image,labels", ("train", "test"))).classes == ("test", "train")


def test_a_split_that_images_of_coco_state_is_told(tmp_path: Path) -> None:
    tree = coco_json(range(20), [(n, 1 + n % 3) for n in range(20)])
    for n, row in enumerate(tree["images"]):
        row["split"] = USES[n % 4]
    write_folder(tmp_path, [row["file_name"] for row in tree["images"]])
    wrote(tmp_path / "all.json", tree)
    what = "images state a split (test, train, validation), which is not used: write a JSON for each"
    for _ in ("read", "read again from its index"):
        dataset = open_coco(tmp_path, splits=(None, None), options=Options(), indexes=tmp_path / "indexes")
        assert any(note.startswith(what) for note in dataset.notes)
    notes = open_folder(tmp_path, labels="all.json", test_share=0.5).notes
    assert any(note.startswith(what) for note in notes)
