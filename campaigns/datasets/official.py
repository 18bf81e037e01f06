"""What the published data sets hold, counted: so that a subset is called one, and a damaged copy is noticed."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Published:
    """What a whole split holds."""

    images: int
    annotated: int | None = None
    """Images with at least one annotation, where others are published as well."""
    positives: tuple[int, ...] = ()
    """Images of each class, in the order of the data set's; empty where nobody has counted."""
    difficult: tuple[int, ...] = ()
    """Images in which every instance of the class is difficult."""
    classes: int | None = None
    """A set with another number of classes is another data set."""


VOC_CLASSES = (
    "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow",
    "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
)  # fmt: skip

TITLES: Mapping[str, str] = MappingProxyType({"voc2007": "VOC 2007", "voc2012": "VOC 2012", "coco": "COCO"})

IMAGES: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("voc2007", "trainval"): 5011,
        ("voc2007", "train"): 2501,
        ("voc2007", "val"): 2510,
        ("voc2007", "test"): 4952,
        ("voc2012", "train"): 5717,
        ("voc2012", "val"): 5823,
        ("voc2012", "trainval"): 11540,
        ("coco", "train2014"): 82783,
        ("coco", "val2014"): 40504,
        ("coco", "train2017"): 118287,
        ("coco", "val2017"): 5000,
    }
)
"""Images of a split, by kind and split."""

ANNOTATED: Mapping[tuple[str, str], int] = MappingProxyType(
    {
        ("coco", "train2014"): 82081,
        ("coco", "val2014"): 40137,
        ("coco", "train2017"): 117266,
        ("coco", "val2017"): 4952,
    }
)
"""COCO images with at least one annotation, crowds counted."""

POSITIVES: Mapping[tuple[str, str], tuple[int, ...]] = MappingProxyType({
    ("voc2007", "trainval"): (
        238, 243, 330, 181, 244, 186, 713, 337, 445, 141, 200, 421, 287, 245, 2008, 245, 96, 229, 261, 256,
    ),
    ("voc2007", "test"): (
        204, 239, 282, 172, 212, 174, 721, 322, 417, 127, 190, 418, 274, 222, 2007, 224, 97, 223, 259, 229,
    ),
})  # fmt: skip
"""Images of each class, in the order of VOC_CLASSES."""

DIFFICULT: Mapping[tuple[str, str], tuple[int, ...]] = MappingProxyType(
    {
        ("voc2007", "trainval"): (2, 12, 3, 7, 18, 11, 48, 7, 127, 5, 63, 9, 7, 4, 87, 28, 1, 143, 2, 23),
        ("voc2007", "test"): (1, 11, 7, 4, 28, 9, 54, 10, 128, 0, 57, 15, 5, 11, 90, 30, 1, 132, 0, 26),
    }
)
"""Images in which every instance of the class is difficult, in the order of VOC_CLASSES."""


def published(kind: str) -> Mapping[str, Published]:
    """Return what is known of each split of one of these kinds, by the split's name."""
    return MappingProxyType(
        {
            split: Published(
                images,
                ANNOTATED.get((kind, split)),
                POSITIVES.get((kind, split), ()),
                DIFFICULT.get((kind, split), ()),
                None if kind == "coco" else len(VOC_CLASSES),
            )
            for (of, split), images in IMAGES.items()
            if of == kind
        }
    )


def subset_note(kind: str, split: str, *, images: int, whole: int | None, title: str = "") -> tuple[str, ...]:
    """Return a note when fewer images are here than were published; none when all are, or none were published."""
    if whole is None or images >= whole:
        return ()
    return (f"a subset of {title or TITLES[kind]}: {images} of {whole} {split} images",)
