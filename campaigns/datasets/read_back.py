"""What a person sees of how labels were read: which files, and the first rows; and what was not read."""

from collections.abc import Iterator
from pathlib import Path

from campaigns.datasets.dataset import POSITIVE, Dataset

ROWS = 3
"""Shown of a data set."""
TABLE = "labels.csv"


def read_back(dataset: Dataset) -> Iterator[str]:
    """Yield the files that the labels come from and the first training images; nothing where no files are told."""
    if not dataset.read_from:
        return
    yield f"the labels were read from {', '.join(dataset.read_from)}"
    split = dataset.train
    for i in range(min(ROWS, len(split))):
        path = split.path(i)
        present = [c for c, value in zip(dataset.classes, split.labels[i], strict=True) if value == POSITIVE]
        yield f"read back: {path.name if path else split.ids[i]}: {', '.join(present[:8]) or 'no class'}"


def table_beside(root: Path) -> list[str]:
    """Return a note where a table lies beside labels of another kind, which are read instead."""
    if not (root / TABLE).is_file():
        return []
    return [f"{TABLE} is not read: with --labels {TABLE} it is, and these labels are not"]
