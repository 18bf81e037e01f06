"""Masks that nobody touched are decoded once; whatever changes with them is looked at anew."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from campaigns.datasets.dataset import NEGATIVE, POSITIVE
from campaigns.datasets.mask_index import MaskedImages, masked_images
from campaigns.datasets.voc_masks import open_voc_masks
from tests.datasets.masked_voc import write_masked_voc
from tests.stage import refusal

CLASSES = 11
LABELS = np.where(np.random.default_rng(0).random((3, CLASSES)) < 0.4, POSITIVE, NEGATIVE).astype(np.int8)
SAID = MaskedImages(LABELS, bytes(range(32)))


class Files:
    """Three files, and how often what they say was read."""

    def __init__(self, folder: Path) -> None:
        self.paths = [folder / f"{name}.png" for name in "abc"]
        for path in self.paths:
            path.write_bytes(b"a mask")
        self.indexes, self.times = folder / "indexes", 0

    def read(self) -> MaskedImages:
        self.times += 1
        return SAID

    def ask(self, classes: int = CLASSES) -> MaskedImages:
        masked = masked_images(self.paths, classes, indexes=self.indexes, read=self.read)
        assert masked is not None
        return masked


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def touch_nothing_but_the_bytes(path: Path) -> None:
    before = path.stat()
    path.write_bytes(b"b mask")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_what_is_kept_is_what_was_read(files: Files) -> None:
    for _ in range(3):
        masked = files.ask()
        np.testing.assert_array_equal(masked.labels, LABELS)
        assert (masked.labels.dtype, masked.digest) == (LABELS.dtype, SAID.digest)
    assert files.times == 1


@pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"longer mask"), touch_nothing_but_the_bytes])
def test_a_change_of_one_file_is_noticed(files: Files, change: Callable[[Path], object]) -> None:
    files.ask()
    change(files.paths[1])
    files.ask()
    assert files.times == 2


def test_other_classes_are_another_index(files: Files) -> None:
    files.ask()
    files.ask(CLASSES + 1)
    assert files.times == 2


def test_an_index_that_is_damaged_is_made_again(files: Files) -> None:
    files.ask()
    (kept,) = files.indexes.iterdir()
    whole = kept.read_bytes()
    damaged = [whole[:at] for at in range(0, len(whole), 7)]
    damaged += [b"{}", b"[]", b"null", b"\xff", whole.replace(b'"images": 3', b'"images": 4'), b"[" * 100_000]
    for content in damaged:
        kept.write_bytes(content)
        np.testing.assert_array_equal(files.ask().labels, LABELS)
    assert files.times == 1 + len(damaged)
    assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_costs_time_alone(files: Files) -> None:
    files.indexes.write_bytes(b"a file in its place")
    files.ask()
    files.ask()
    assert files.times == 2


def test_a_data_set_is_the_same_from_its_index_and_mistakes_are_never_kept(tmp_path: Path) -> None:
    folder, indexes = write_masked_voc(tmp_path), tmp_path / "indexes"

    def opened(kept: Path | None) -> tuple[object, list[list[int]]]:
        data = open_voc_masks(
            tmp_path, year="voc2012", splits=(None, None), classes=tmp_path / "classes.txt", indexes=kept
        )
        return data.fingerprint, [*data.train.labels.tolist(), *data.test.labels.tolist()]

    assert opened(None) == opened(indexes) == opened(indexes)
    assert len(list(indexes.iterdir())) == 2
    mask = min((folder / "SegmentationClass").iterdir())
    Image.new("P", (3, 3)).save(mask)
    for _ in range(2):
        assert "its picture" in refusal(lambda: opened(indexes))
