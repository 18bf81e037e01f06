"""The images that benchmarks read: real photographs where they are to be had, drawn scenes elsewhere."""

import os
from dataclasses import replace
from pathlib import Path

from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import Dataset, Split
from campaigns.recipe import DataSpec

PHOTOGRAPHS = Path(os.environ.get("ALWSL_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def some_dataset(scratch: Path) -> Dataset:
    """VOC 2007 or what there is of it, else scenes of 512 pixels."""
    root = PHOTOGRAPHS / "VOCdevkit"
    if root.is_dir():
        return open_dataset(DataSpec(name="voc2007", root=str(root)), indexes=scratch)
    return open_dataset(DataSpec(name="shapes", images=512, test_images=512, size=512), indexes=scratch)


def first(split: Split, count: int) -> Split:
    """The first images of a split."""
    return replace(split, ids=list(split.ids[:count]), labels=split.labels[:count])
