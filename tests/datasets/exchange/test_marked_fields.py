"""Hugging Face's metadata.jsonl with a field for each class, and fields beside them."""

import json
from pathlib import Path
from typing import Any

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.datasets.table_reader import TableOptions
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import NO, YES, labels, mistakes, wrote
from tests.datasets.test_strange_cells import PICTURES


def lines(*rows: dict[str, Any], names: tuple[str, ...] = ("a.jpg", "b.jpg")) -> str:
    return "\n".join(json.dumps({"file_name": name, **row}) for name, row in zip(names, rows * 6, strict=False))


def folder(root: Path, *rows: dict[str, Any]) -> Path:
    write_folder(root, PICTURES)
    wrote(root / "metadata.jsonl", lines(*rows, names=tuple(PICTURES)))
    return root


def refused(root: Path, **options: Any) -> str:
    with pytest.raises(Exception, match="mistake") as error:
        open_folder(root, labels="metadata.jsonl", **options)
    return "\n".join(map(str, error.value.mistakes))  # type: ignore[attr-defined]


@pytest.mark.parametrize(("yes", "no"), [(True, False), (1, 0)])
def test_fields_of_yes_and_no_are_classes(yes: object, no: object, tmp_path: Path) -> None:
    file = wrote(tmp_path / "metadata.jsonl", lines({"cat": yes, "dog": no}, {"cat": no, "dog": None}))
    assert labels(file, classes=None) == {"a.jpg": {"cat": YES, "dog": NO}, "b.jpg": {"cat": NO}}


@pytest.mark.parametrize("name", ["is_train", "verified", "reviewed", "is_augmented", "unlabeled"])
@pytest.mark.parametrize(("yes", "no"), [(True, False), (1, 0)])
def test_a_field_that_describes_the_image_is_asked_about(name: str, yes: object, no: object, tmp_path: Path) -> None:
    root = folder(tmp_path, {"cat": yes, "dog": no, name: yes}, {"cat": no, "dog": yes, name: no})
    what = refused(root)
    assert f"metadata.jsonl:1: field {name!r}" in what
    assert "--classes FILE" in what
    mine = open_folder(root, labels="metadata.jsonl", classes=wrote(root / "list", "cat\ndog"))
    assert mine.classes == ("cat", "dog")
    assert f"left out as no labels: the fields {name}" in mine.notes
    names = ("cat", "dog", name)
    assert open_folder(root, labels="metadata.jsonl", classes=wrote(root / "all", "\n".join(names))).classes == names


@pytest.mark.parametrize("odd", ["1", "yes", 2, -1])
def test_a_field_that_is_nearly_one_of_yes_and_no_is_refused_with_line_and_name(odd: object, tmp_path: Path) -> None:
    rows = ({"cat": 1, "dog": 0}, {"cat": 0, "dog": odd})
    names = None if odd != 2 else ("cat", "dog")
    file = wrote(tmp_path / "metadata.jsonl", lines(*rows))
    assert any(f"metadata.jsonl:2: field 'dog' is {odd!r}" in what for what in mistakes(file, classes=names))


@pytest.mark.parametrize(("first", "second"), [("yes", "no"), (0, -1), (1, "na")])
def test_the_list_of_classes_that_is_asked_for_leaves_such_a_field_out(
    first: object, second: object, tmp_path: Path
) -> None:
    root = folder(tmp_path, {"cat": True, "dog": False, "beside": first}, {"cat": False, "dog": True, "beside": second})
    what = refused(root)
    assert "field 'beside' is" in what
    assert "--classes FILE" in what
    mine = open_folder(root, labels="metadata.jsonl", classes=wrote(root / "list", "cat\ndog"))
    assert mine.classes == ("cat", "dog")
    assert "left out as no labels: the fields beside" in mine.notes


@pytest.mark.parametrize("values", [(-1, 0, 12), (0, 0.3, 1), (5, 0, "na"), ("x", "y", "x"), ("f", "m", None)])
def test_numbers_beyond_one_and_texts_are_left_out_aloud(values: tuple[object, ...], tmp_path: Path) -> None:
    rows = [{"cat": n % 2 == 0, "dog": n % 2 == 1, "beside": value} for n, value in enumerate(values)]
    mine = open_folder(folder(tmp_path, *rows), labels="metadata.jsonl")
    assert mine.classes == ("cat", "dog")
    assert "left out as no labels: the fields beside" in mine.notes


def test_what_is_no_yes_or_no_is_left_out_aloud(tmp_path: Path) -> None:
    mine = open_folder(folder(tmp_path, {"cat": 1, "width": 640}, {"cat": 0, "width": 800}), labels="metadata.jsonl")
    assert mine.classes == ("cat",)
    assert "left out as no labels: the fields width" in mine.notes
    listed = open_folder(folder(tmp_path / "l", {"labels": ["cat"], "hour": 1}, {"labels": ["dog"], "hour": 2}),
                         labels="metadata.jsonl")  # fmt: skip
    assert "left out as no labels: the fields hour" in listed.notes


def test_lines_without_a_field_that_names_classes_are_told(tmp_path: Path) -> None:
    what = refused(folder(tmp_path, {"objects": {"bbox": []}, "text": "a cat"}))
    assert "metadata.jsonl:1: names classes in no field: it has objects, text" in what


def test_the_word_for_nothing_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    root = folder(tmp_path, {"label": "none"}, {"label": "cat"}, {"label": "dog"})
    assert "say --nothing 'none'" in refused(root)
    mine = open_folder(root, labels="metadata.jsonl", options=TableOptions(nothing="none"))
    assert mine.classes == ("cat", "dog")
    assert "2 labels say 'none': no class" in mine.notes
    beside = folder(tmp_path / "beside", {"labels": ["none", "cat"]}, {"labels": ["dog"]})
    assert "'none', which means no class, stands beside others" in refused(beside, options=TableOptions(nothing="none"))
