"""Small folders made after what strangers brought; they are not part of the repository."""

import os
from pathlib import Path

import pytest

from campaigns.datasets.catalogue import open_dataset, recognise
from campaigns.datasets.dataset import Dataset
from campaigns.recipe import DataSpec


def case(name: str) -> Path:
    """The folder of one case, beside the real images."""
    chosen = os.environ.get("ALWSL_TEST_DATA")
    data = Path(chosen) if chosen else Path(__file__).resolve().parents[2].parent / "shared/data"
    folder = data.parent / "cases" / name
    if not folder.is_dir():
        pytest.skip(f"no {folder}; set ALWSL_TEST_DATA to the folder beside `cases`")
    return folder


def opened(root: Path, indexes: Path, **keys: object) -> Dataset:
    """A folder as `data add mine` opens it."""
    kind = recognise(root)
    name = kind if kind in {"voc2007", "voc2012", "coco"} else "mine"
    return open_dataset(DataSpec.model_validate({"name": name, "root": str(root), **keys}), indexes=indexes)
