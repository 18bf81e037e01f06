"""What is shown of labels that were read from files a person may not have thought of."""

import json
from pathlib import Path

import pytest

from campaigns.datasets.inspection import summary
from campaigns.errors import BadData
from tests.datasets.conftest import coco_json, write_coco, write_folder, write_picture, write_voc
from tests.datasets.field import opened

TRAIN, VAL = coco_json([1, 2], [(1, 1), (1, 3), (2, 2)]), coco_json([3], [(3, 1)])


def test_coco_shows_its_files_and_rows(tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train2017": TRAIN, "val2017": VAL})
    notes = summary(opened(root, tmp_path)).notes
    assert notes[-3:] == (
        "the labels were read from annotations/instances_train2017.json, annotations/instances_val2017.json",
        "read back: 000000000001.jpg: cat, dog",
        "read back: 000000000002.jpg: bird",
    )


def test_voc_shows_its_files_and_rows(tmp_path: Path) -> None:
    root = write_voc(tmp_path / "set", {"trainval": ["000001"], "test": ["000002"]})
    notes = summary(opened(root, tmp_path)).notes
    assert notes[-2:] == (
        "the labels were read from ImageSets/Main/*_trainval.txt, ImageSets/Main/*_test.txt",
        "read back: 000001.jpg: bicycle",
    )


def test_a_table_beside_other_labels_is_told(tmp_path: Path) -> None:
    for root in (
        write_coco(tmp_path / "coco", {"train2017": TRAIN, "val2017": VAL}),
        write_voc(tmp_path / "voc", {"trainval": ["000001"], "test": ["000002"]}),
    ):
        assert not any("labels.csv" in note for note in opened(root, tmp_path).notes)
        (root / "labels.csv").write_text("image,labels\n")
        assert any("labels.csv is not read" in note for note in opened(root, tmp_path).notes)


def test_images_annotated_for_some_classes_only_are_told(tmp_path: Path) -> None:
    root = write_coco(tmp_path / "set", {"train2017": TRAIN, "val2017": VAL})
    path = root / "annotations" / "instances_train2017.json"
    tree = json.loads(path.read_text())
    tree["images"][0]["neg_category_ids"] = [2]
    path.write_text(json.dumps(tree))
    for _ in range(2):  # read, then kept
        assert any(note.startswith("1 train2017 images were annotated for") for note in opened(root, tmp_path).notes)


def test_lines_of_links_that_lead_out_name_the_option(tmp_path: Path) -> None:
    root = write_folder(tmp_path / "set", ["a.png", "b.png"], "image,labels\na.png,cat\nb.png,dog\nc.png,cat\n")
    (root / "c.png").symlink_to(write_picture(tmp_path / "far" / "c.png"))
    with pytest.raises(BadData) as error:
        opened(root, tmp_path)
    assert "links that lead out of the folder: 1, for example 'c.png'; --follow-links takes them in" in str(error.value)
