"""A data set whose labels lie beside its images as another program exported them."""

import json
from pathlib import Path

import pytest

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, UNKNOWN
from campaigns.datasets.folder import open_folder
from campaigns.errors import BadData
from tests.datasets.conftest import write_folder

NAMES = [f"{n}.png" for n in range(20)]


def test_an_export_of_label_studio_labels_a_folder(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", NAMES)
    tasks = [
        {"data": {"image": f"/data/upload/1/1a2b3c4d-{name}"}, "annotations": [{"result": [
            {"type": "choices", "from_name": "c", "value": {"choices": ["car"] if n % 2 else ["cat"]}},
        ]}]}
        for n, name in enumerate(NAMES[:-1])
    ]  # fmt: skip
    (root / "project.json").write_text(json.dumps(tasks))
    dataset = open_folder(root, labels="project.json")
    assert dataset.classes == ("car", "cat")
    labels = dict(zip(dataset.train.ids, dataset.train.labels.tolist(), strict=True))
    labels |= dict(zip(dataset.test.ids, dataset.test.labels.tolist(), strict=True))
    assert labels["1.png"] == [POSITIVE, NEGATIVE]
    assert labels["19.png"] == [UNKNOWN, UNKNOWN]


def test_its_mistakes_are_those_of_the_data_set(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", NAMES)
    (root / "metadata.jsonl").write_text('{"file_name": "x.png", "labels": ["car"]}\n')
    with pytest.raises(BadData, match="0 of 1 images found"):
        open_folder(root, labels="metadata.jsonl")


def test_an_export_that_drops_labels_is_refused(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "photos", NAMES)
    tree = {"images": [], "categories": [], "annotations": [], "info": {"contributor": "Label Studio"}}
    (root / "result.json").write_text(json.dumps(tree))
    with pytest.raises(BadData, match="leaves out the choices"):
        open_folder(root, labels="result.json")
