"""Small data sets on disk, and the real ones when they are there."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from campaigns.datasets.official import VOC_CLASSES


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Genuine VOC and COCO images."""
    chosen = os.environ.get("ALWSL_TEST_DATA")
    folder = Path(chosen) if chosen else Path(__file__).resolve().parents[2].parent / "shared/data"
    if not (folder / "VOCdevkit").is_dir():
        pytest.skip(f"no real images in {folder}; set ALWSL_TEST_DATA")
    return folder


def write_picture(path: Path, colour: int = 0) -> Path:
    """A tiny picture whose bytes depend on its colour."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 4), (colour % 256, colour // 256 % 256, 90)).save(path)
    return path


def write_voc(root: Path, splits: Mapping[str, Sequence[str]], *, year: str = "VOC2007") -> Path:
    """A VOCdevkit in which image number n holds class n mod 20, and the next class as difficult."""
    main = root / year / "ImageSets" / "Main"
    main.mkdir(parents=True)
    for split, ids in splits.items():
        (main / f"{split}.txt").write_text("".join(f"{i}\n" for i in ids))
        for c, name in enumerate(VOC_CLASSES):
            values = [1 if int(i) % 20 == c else 0 if (int(i) + 1) % 20 == c else -1 for i in ids]
            (main / f"{name}_{split}.txt").write_text("".join(f"{i} {v:2}\n" for i, v in zip(ids, values, strict=True)))
        for i in ids:
            write_picture(root / year / "JPEGImages" / f"{i}.jpg", int(i))
    return root


def coco_json(images: Sequence[int], annotations: Sequence[tuple[int, int]], *, crowd: Sequence[int] = ()) -> Any:
    """COCO's JSON with categories 1 cat, 3 dog, 2 bird; `crowd` gives places among the annotations."""
    return {
        "images": [{"id": i, "file_name": f"{i:012}.jpg"} for i in images],
        "annotations": [
            {"id": n, "image_id": i, "category_id": c, "iscrowd": int(n in crowd), "segmentation": [[1, 2, 3]]}
            for n, (i, c) in enumerate(annotations)
        ],
        "categories": [{"id": 1, "name": "cat"}, {"id": 3, "name": "dog"}, {"id": 2, "name": "bird"}],
    }


def write_coco(root: Path, splits: Mapping[str, Any]) -> Path:
    """Annotations and pictures of each split."""
    (root / "annotations").mkdir(parents=True, exist_ok=True)
    for split, tree in splits.items():
        (root / "annotations" / f"instances_{split}.json").write_text(json.dumps(tree))
        for n, row in enumerate(tree["images"]):
            write_picture(root / split / str(row["file_name"]), n + len(split) * 40)
    return root


def write_folder(root: Path, images: Sequence[str], labels: str | None = None) -> Path:
    """Pictures of different colours and a CSV."""
    root.mkdir(parents=True, exist_ok=True)
    for n, image in enumerate(images):
        write_picture(root / image, n)
    if labels is not None:
        (root / "labels.csv").write_text(labels, encoding="utf-8")
    return root
