"""JSON of no form that is read: it is told what it is, and never taken for a table."""

import json
from pathlib import Path

import pytest

from campaigns.datasets.folder import open_folder
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder
from tests.datasets.exchange.reading import read, wrote
from tests.datasets.test_strange_cells import PICTURES

VERTEX = {"imageGcsUri": "gs://b/0.png", "classificationAnnotations": [{"displayName": "cat"}]}
SAGEMAKER = {"source-ref": "s3://b/0.png", "pets": 1, "pets-metadata": {"class-name": "cat"}}
LINES = {"lines.jsonl": {"image": "0.png", "labels": ["cat"]}, "vertex.jsonl": VERTEX, "out.manifest": SAGEMAKER}
STRANGE = {
    "map.json": {"0.png": ["cat"]},
    "list.json": [{"picture": "0.png", "what": "cat"}],
    "v7.json": {"version": "2.0", "item": {"name": "0.png"}, "annotations": [{"name": "cat", "tag": {}}]},
    "0.png.json": {"description": "", "tags": [{"name": "cat", "value": None}], "size": {}, "objects": []},
    "empty.json": {},
    "words.json": ["cat", "dog"],
}


def refused(root: Path, name: str) -> str:
    with pytest.raises(BadData) as error:
        open_folder(write_folder(root, PICTURES), labels=name)
    return "\n".join((str(error.value), *map(str, error.value.mistakes)))


@pytest.mark.parametrize("name", [*LINES, *STRANGE])
def test_json_of_no_form_is_told_with_its_keys_and_what_is_read(name: str, tmp_path: Path) -> None:
    content = f"{json.dumps(LINES[name])}\n" * 2 if name in LINES else json.dumps(STRANGE[name])
    wrote(tmp_path / name, content)
    what = refused(tmp_path, name)
    assert f"{name}: is JSON of no form that is read, " in what
    assert "of JSON these are read: Label Studio JSON" in what
    content_ = LINES.get(name, STRANGE.get(name))
    first = content_[0] if isinstance(content_, list) else content_
    assert all(key in what for key in list(first)[:4]) if isinstance(first, dict) else "a list without keys" in what
    assert "CSV" not in what
    with pytest.raises(BadData, match="in no form of labels that is read: it is a"):
        read(tmp_path / name, classes=None)


def test_json_that_is_cut_off_is_told(tmp_path: Path) -> None:
    wrote(tmp_path / "cut.json", '{"images": [{"id": 1')
    assert "cut.json: is JSON that cannot be read: " in refused(tmp_path, "cut.json")


def test_a_table_whose_first_name_stands_in_brackets_is_a_table(tmp_path: Path) -> None:
    text = "[name],labels\n" + "".join(f"{name},{'cat' if n % 2 else 'dog'}\n" for n, name in enumerate(PICTURES))
    wrote(tmp_path / "t.csv", text)
    assert "say --image '[name]'" in refused(tmp_path, "t.csv")
