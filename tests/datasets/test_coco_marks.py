"""What marks of annotations in COCO's form are worth, and names of categories that nobody counts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.dataset import Dataset
from campaigns.errors import BadData
from tests.datasets.conftest import coco_json, write_coco
from tests.datasets.exchange.reading import NO, UNSURE, YES, labels, mistakes, read, wrote
from tests.datasets.exchange.test_readers import coco
from tests.datasets.field import opened

SHOWN = [(1, 1), (1, 1), (2, 3), (3, 2)]
"""Images 1 to 3 with cat twice, dog, bird."""


def marked(tmp_path: Path, *marks: Mapping[str, Any], first: str = "cat") -> Dataset:
    """Open annotations of which those of the training split carry marks, in their order; classes: cat, bird, dog."""
    train, test = coco_json([1, 2, 3], SHOWN), coco_json([11, 12], [(11, 1), (12, 2)])
    for row, its in zip(train["annotations"], marks, strict=False):
        row.update(its)
    for tree in (train, test):
        tree["categories"][0]["name"] = first
    return opened(write_coco(tmp_path / "own", {"train2017": train, "val2017": test}), tmp_path)


def refusal(tmp_path: Path, *marks: Mapping[str, Any]) -> str:
    with pytest.raises(BadData) as error:
        marked(tmp_path, *marks)
    return str(error.value)


@pytest.mark.parametrize(
    "mark", [{"ignore": 1}, {"ignore": True}, {"ignored": "yes"}, {"difficult": 1.0}, {"difficult": 2}]
)
def test_what_is_to_be_ignored_is_unknown(mark: Mapping[str, Any], tmp_path: Path) -> None:
    data = marked(tmp_path, mark, mark, {}, mark)
    assert data.train.labels.tolist() == [[0, -1, -1], [-1, -1, 1], [-1, 0, -1]]
    assert marked(tmp_path, mark, mark, {}, mark).train.labels.tolist() == data.train.labels.tolist()
    assert any(
        note.startswith("2 labels are unknown in train2017: all annotations of the class") for note in data.notes
    )


@pytest.mark.parametrize(
    "mark", [{"ignore": 0}, {"ignore": False}, {"ignore": None}, {"ignored": "no"}, {"ignore": -1}]
)
def test_a_class_is_there_where_one_annotation_counts(mark: Mapping[str, Any], tmp_path: Path) -> None:
    data = marked(tmp_path, {"ignore": 1}, mark, mark, mark)
    assert data.train.labels.tolist() == [[1, -1, -1], [-1, -1, 1], [-1, 1, -1]]
    assert not any("unknown" in note for note in data.notes)


def test_a_mark_that_says_neither_yes_nor_no_is_a_mistake(tmp_path: Path) -> None:
    said_of = refusal(tmp_path, {}, {"ignore": "maybe"})
    assert "annotations: 1 have neither yes nor no as 'ignore', the first is number 1: 'maybe'" in said_of


def test_deleted_annotations_are_left_out_and_counted(tmp_path: Path) -> None:
    data = marked(tmp_path, {"deleted": True}, {}, {"deleted": 1}, {"deleted": False})
    assert (list(data.train.ids), data.train.labels.tolist()) == (["1", "3"], [[1, -1, -1], [-1, 1, -1]])
    assert "2 annotations marked 'deleted' were left out of train2017" in data.notes


def test_annotations_that_are_all_deleted_are_told(tmp_path: Path) -> None:
    assert "that counts: 4 are marked 'deleted', which leaves an annotation out" in refusal(
        tmp_path, *[{"deleted": 1}] * 4
    )


@pytest.mark.parametrize("key", ["score", "confidence"])
def test_detections_are_no_truth(key: str, tmp_path: Path) -> None:
    said_of = refusal(tmp_path, *({key: 0.03 * n} for n in range(1, 5)))
    assert f"4 of 4 have a '{key}', the first is number 0 with 0.03: a model's detections are no truth" in said_of
    assert f"take '{key}' out of the file" in said_of
    assert "1 of 4 have a" in refusal(tmp_path, {}, {key: 0.5})


@pytest.mark.parametrize("scores", [(0.3, 0.3, 0.3, 0.3), (1, 1.0, 1, 1), (None,) * 4, (0, 1, 1, 0), (-1,) * 4])
def test_a_number_that_programs_fill_in_is_no_score(scores: tuple[float | None, ...], tmp_path: Path) -> None:
    data = marked(tmp_path, *({"score": score} for score in scores))
    assert data.train.labels.tolist() == [[1, -1, -1], [-1, -1, 1], [-1, 1, -1]]


@pytest.mark.parametrize("name", ["ignored regions", "ignore", "DontCare", "Don't care", "Ignored_Region"])
def test_a_category_that_nobody_counts_is_told(name: str, tmp_path: Path) -> None:
    assert any(f"class {name!r} has the name of what nobody" in note for note in marked(tmp_path, first=name).notes)


def test_a_category_of_another_name_is_not_told(tmp_path: Path) -> None:
    assert not any("nobody" in note for note in marked(tmp_path, first="ignorant person").notes)


def test_imported_labels_are_unsure_where_all_is_to_be_ignored(tmp_path: Path) -> None:
    tree = coco((0, 0), (0, 1), (1, 2))
    tree["annotations"][1]["ignore"] = tree["annotations"][2]["ignore"] = 1
    path = wrote(tmp_path / "c.json", tree)
    assert labels(path) == {
        "a.jpg": {"car": YES, "cat": UNSURE, "owl": NO}, "b.jpg": {"car": NO, "cat": NO, "owl": UNSURE},
    }  # fmt: skip
    assert any(note.startswith("2 labels are unknown in c.json") for note in read(path).notes)
    tree["annotations"][0]["score"] = 0.4
    assert "1 of 3 have a 'score'" in mistakes(wrote(path, tree))[0]
