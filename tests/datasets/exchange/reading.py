"""What a file of labels says, by the door that everybody reads it through."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from campaigns.core.answers import Opinion
from campaigns.datasets.exchange.door import read_labels, require_right
from campaigns.datasets.exchange.label_file import LabelFile, ReadOptions, merged

IMAGES = ("a.jpg", "b.jpg", "yard/c.jpg")


CLASSES = ("car", "cat", "owl")


YES, NO, UNSURE = Opinion.YES, Opinion.NO, Opinion.UNSURE


def wrote(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def read(path: Path, *, classes: Sequence[str] | None = CLASSES, **options: Any) -> LabelFile:
    return read_labels(path, images=IMAGES, classes=classes, options=ReadOptions(**options))


def labels(path: Path, *, classes: Sequence[str] | None = CLASSES, **options: Any) -> dict[str, Mapping[str, Opinion]]:
    label_file = require_right(read(path, classes=classes, **options))
    return {item.image: dict(item.labels) for item in merged(label_file.items)}


def mistakes(path: Path, *, classes: Sequence[str] | None = CLASSES, **options: Any) -> list[str]:
    label_file = read(path, classes=classes, **options)
    assert label_file.mistakes
    assert label_file.items == ()
    return [str(mistake) for mistake in label_file.mistakes]
