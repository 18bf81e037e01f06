import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.dataset import Dataset, Split
from campaigns.datasets.folder import open_folder
from campaigns.datasets.inspection import Difference, check, summary
from campaigns.datasets.official import ANNOTATED, DIFFICULT, IMAGES, POSITIVES, VOC_CLASSES
from campaigns.datasets.shapes import open_shapes
from campaigns.datasets.voc import open_voc
from tests.datasets.conftest import write_folder

CSV = "image,split,cat,dog\na.png,train,1,0\nb.png,train,1,?\nc.png,train,,1\nd.png,test,1,1\ne.png,test,0,0\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_folder(tmp_path, ["a.png", "b.png", "c.png", "d.png", "e.png"], CSV)


def test_published_counts_add_up() -> None:
    for split, positives, difficult in (("trainval", 7306, 607), ("test", 7013, 619)):
        assert sum(POSITIVES["voc2007", split]) == positives
        assert sum(DIFFICULT["voc2007", split]) == difficult
    assert IMAGES["voc2007", "train"] + IMAGES["voc2007", "val"] == IMAGES["voc2007", "trainval"]
    assert IMAGES["voc2012", "train"] + IMAGES["voc2012", "val"] == IMAGES["voc2012", "trainval"]
    assert all(ANNOTATED[key] < IMAGES[key] for key in ANNOTATED)


def test_a_summary_counts(root: Path) -> None:
    found = summary(open_folder(root))
    assert found.classes == ("cat", "dog")
    assert (found.train.images, found.train.labelled) == (3, 1), "whether a `?` is there is unknown"
    assert (found.train.positives, found.train.difficult) == ((2, 1), (0, 0))
    assert "labels of training images that are `?`, and kept out of training: 1" in found.notes
    assert (found.test.labels_per_image, found.test.by_count) == (1.0, (1, 0, 1))


def test_a_good_folder_is_good(root: Path) -> None:
    found = check(open_folder(root))
    assert found.is_good
    assert found.unlabelled == ("b.png", "c.png")
    assert found.differences == ()


def test_unreadable_images_and_leaks_are_found(root: Path) -> None:
    shutil.copy(root / "a.png", root / "d.png")
    (root / "b.png").write_bytes(b"junk")
    seen: list[tuple[int, int]] = []
    found = check(open_folder(root), progress=lambda done, total: seen.append((done, total)))
    assert [(u.split, u.image) for u in found.unreadable] == [("train", "b.png")]
    assert "is not a picture" in found.unreadable[0].why
    assert [(leak.train, leak.test) for leak in found.leaks] == [("a.png", "d.png")]
    assert not found.is_good
    assert seen == [(n, 5) for n in range(1, 6)]


def test_a_file_that_vanished_is_unreadable_and_nothing_else(root: Path) -> None:
    mine = open_folder(root)
    (root / "a.png").unlink()
    found = check(mine)
    assert [u.image for u in found.unreadable] == ["a.png"]


def test_drawn_pictures_are_not_drawn_for_a_check() -> None:
    seen: list[int] = []
    found = check(open_shapes(images=50, test_images=20, size=32), progress=lambda done, _: seen.append(done))
    assert found.is_good
    assert seen == []
    assert found.summary.train.images == 50


def whole_voc(spoilt: bool) -> Dataset:
    """A data set with the published counts of VOC 2007 and no pictures."""
    splits = []
    for name in ("trainval", "test"):
        n = IMAGES["voc2007", name]
        labels = np.full((n, 20), -1, np.int8)
        for c in range(20):
            positive = POSITIVES["voc2007", name][c]
            labels[:positive, c] = 1
            labels[positive : positive + DIFFICULT["voc2007", name][c], c] = 0
        splits.append(Split([f"{name}{i}" for i in range(n)], labels, picture=lambda _: pytest.fail("looked at")))
    if spoilt:
        splits[0].labels[0, 7] = -1
    return Dataset("voc2007", VOC_CLASSES, splits[0], splits[1], Fingerprint("", ""))


def test_counts_of_classes_are_compared_with_the_published_ones() -> None:
    names = ("trainval", "test")
    assert check(whole_voc(spoilt=False), kind="voc2007", splits=names).differences == ()
    found = check(whole_voc(spoilt=True), kind="voc2007", splits=names).differences
    assert found == (Difference("trainval", "cat", 336, 337),)
    elsewhere = replace(whole_voc(spoilt=True), name="mine")
    assert check(elsewhere, kind="folder").differences == ()


def test_a_subset_differs_in_its_images_alone(real_data: Path) -> None:
    voc = open_voc(real_data, kind="voc2007", splits=("val", "train"))
    tiny = replace(voc, train=_first(voc.train), test=_first(voc.test))
    found = check(tiny, kind="voc2007", splits=("val", "train"))
    assert found.is_good
    assert found.differences == (Difference("val", "images", 5, 2510), Difference("train", "images", 5, 2501))


def _first(split: Split) -> Split:
    return replace(split, ids=split.ids[:5], labels=split.labels[:5])
