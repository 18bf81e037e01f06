"""VOC's segmentation layout, written from drawn scenes."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.shape_masks import open_shape_masks

SPLITS: Mapping[str, tuple[int, ...]] = {"train": (0, 1, 2, 3), "val": (4, 5, 6)}
"""Numbers of scenes."""


def scenes() -> Dataset:
    """Return the scenes that are written."""
    return open_shape_masks(images=7, test_images=1, size=32)


def write_masked_voc(root: Path, *, year: str = "VOC2012", splits: Mapping[str, tuple[int, ...]] = SPLITS) -> Path:
    """Write the year's folder, with a palette in each mask as VOC has it; `classes.txt` in the root lists the forms."""
    folder, data = root / "VOCdevkit" / year, scenes()
    for name in ("JPEGImages", "SegmentationClass", "ImageSets/Segmentation"):
        (folder / name).mkdir(parents=True)
    for split, rows in splits.items():
        (folder / f"ImageSets/Segmentation/{split}.txt").write_text("".join(f"{data.train.ids[r]}\n" for r in rows))
        for row in rows:
            data.train.picture(row).save(folder / f"JPEGImages/{data.train.ids[row]}.jpg")
            assert data.train.mask is not None
            mask = Image.new("P", (32, 32))
            mask.putdata(data.train.mask(row).ravel().tolist())
            mask.putpalette([value for n in range(256) for value in (n, 255 - n, n // 2)])
            mask.save(folder / f"SegmentationClass/{data.train.ids[row]}.png")
    (root / "classes.txt").write_text("".join(f"{name}\n" for name in data.classes[1:]))
    return folder
