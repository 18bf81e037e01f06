"""VOC's segmentation layout, written from drawn scenes and read by the reader of the published data."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.datasets.catalogue import open_dataset, recognise
from campaigns.datasets.dataset import POSITIVE, VOID, Dataset
from campaigns.datasets.voc_masks import open_voc_masks
from campaigns.recipe import DataSpec
from tests.datasets.masked_voc import SPLITS, scenes, write_masked_voc
from tests.stage import refusal


def opened(root: Path) -> Dataset:
    return open_voc_masks(root, year="voc2012", splits=(None, None), classes=root / "classes.txt")


def test_masks_come_back_as_they_were_and_say_which_classes_are_there(tmp_path: Path) -> None:
    write_masked_voc(tmp_path)
    data, voc = scenes(), opened(tmp_path)
    assert voc.classes == data.classes
    for split, rows in zip((voc.train, voc.test), SPLITS.values(), strict=True):
        assert list(split.ids) == [data.train.ids[row] for row in rows]
        assert split.mask is not None
        assert data.train.mask is not None
        for at, row in enumerate(rows):
            mask = split.mask(at)
            np.testing.assert_array_equal(mask, data.train.mask(row))
            assert split.picture(at).size == mask.shape[::-1]
            there = set(np.unique(mask).tolist()) - {VOID}
            assert set(np.flatnonzero(split.labels[at] == POSITIVE).tolist()) == there


def test_it_is_opened_by_its_name_and_a_change_of_one_pixel_is_another_data_set(tmp_path: Path) -> None:
    folder = write_masked_voc(tmp_path)
    spec = DataSpec(name="voc2012-masks", root=str(tmp_path), classes=str(tmp_path / "classes.txt"))
    before = open_dataset(spec, indexes=tmp_path / "indexes")
    assert before.name == "voc2012-masks"
    path = folder / f"SegmentationClass/{before.train.ids[0]}.png"
    with Image.open(path) as mask:
        changed = mask.copy()
    changed.putpixel((0, 0), 0 if changed.getpixel((0, 0)) else VOID)
    changed.save(path)
    after = open_dataset(spec, indexes=tmp_path / "indexes")
    assert after.fingerprint.images == before.fingerprint.images
    assert after.fingerprint.labels != before.fingerprint.labels


def test_a_folder_with_labels_too_is_taken_for_these(tmp_path: Path) -> None:
    folder = write_masked_voc(tmp_path)
    assert recognise(tmp_path) == "voc2012-masks"
    (folder / "ImageSets/Main").mkdir()
    assert recognise(tmp_path) == "voc2012"


def larger(path: Path) -> None:
    Image.fromarray(np.zeros((40, 32), np.uint8)).save(path)


def strange(path: Path) -> None:
    Image.fromarray(np.full((32, 32), 77, np.uint8)).save(path)


def coloured(path: Path) -> None:
    Image.fromarray(np.zeros((32, 32, 3), np.uint8)).save(path)


def broken(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:60])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (larger, "has 32 x 40 pixels, its picture 32 x 32"),
        (strange, "has pixels of class 77; classes are 0 to 10, and 255 is void"),
        (coloured, "has pixels of the kind RGB, where a mask has numbers of classes"),
        (broken, "is damaged"),
        (Path.unlink, "does not exist"),
    ],
)
def test_a_wrong_mask_is_told_with_its_file(tmp_path: Path, spoil: Callable[[Path], None], words: str) -> None:
    folder = write_masked_voc(tmp_path)
    path = folder / f"SegmentationClass/{scenes().train.ids[2]}.png"
    spoil(path)
    text = refusal(lambda: opened(tmp_path))
    assert f"{path}: " in text
    assert words in text


def test_wrong_lines_of_a_split_are_told(tmp_path: Path) -> None:
    folder = write_masked_voc(tmp_path)
    lists = folder / "ImageSets/Segmentation/val.txt"
    first = scenes().train.ids[4]
    lists.write_text(f"{first}\n../x\n{first}\n")
    text = refusal(lambda: opened(tmp_path))
    assert f"{lists}:2: '../x' is not an image id" in text
    assert f"{lists}:3: image {first} is listed twice" in text


def test_a_folder_without_masks_says_what_lies_there(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert "looked for ImageSets/Segmentation and SegmentationClass" in refusal(lambda: opened(tmp_path))
