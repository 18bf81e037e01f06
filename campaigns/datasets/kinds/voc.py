"""PASCAL VOC 2007 and 2012; with labels, or with masks."""

from functools import partial
from pathlib import Path

from campaigns.datasets.dataset import Dataset
from campaigns.datasets.fetch import Archive, Source
from campaigns.datasets.kind import OF_TABLES, Kind, OpenRequest
from campaigns.datasets.official import published
from campaigns.datasets.voc import open_voc
from campaigns.datasets.voc_layout import YEARS, recognise_voc
from campaigns.datasets.voc_masks import MASKS, SETS, USUAL, find_voc_masks, open_voc_masks

URL = "http://host.robots.ox.ac.uk/pascal/VOC"


def _open(kind: str, opening: OpenRequest) -> Dataset:
    spec = opening.spec
    return open_voc(
        opening.root,
        kind=kind,
        splits=(spec.train, spec.test),
        needs_files=opening.needs_files,
        classes=None if spec.classes is None else Path(spec.classes),
        bounds=opening.bounds,
    )


def _open_masks(year: str, opening: OpenRequest) -> Dataset:
    spec = opening.spec
    return open_voc_masks(
        opening.root,
        year=year,
        splits=(spec.train, spec.test),
        classes=None if spec.classes is None else Path(spec.classes),
        bounds=opening.bounds,
        indexes=opening.indexes,
    )


def _find_masks(year: str, root: Path) -> Path:
    return find_voc_masks(root, year=year)


def _with_masks(year: str, title: str) -> Kind:
    folder, (train, test) = YEARS[year], USUAL[year]
    return Kind(
        f"{year}-masks", f"{title}, segmentation", partial(_open_masks, year), train, test,
        (f"VOCdevkit/{folder}/{SETS}/{{{train},{test}}}.txt", f"VOCdevkit/{folder}/{MASKS}/*.png"),
        # The same folder has labels, too, and is taken for that where nobody says more.
        partial(_find_masks, year), partial(_find_masks, year), is_last=True, unread=OF_TABLES,
    )  # fmt: skip


def _find(kind: str, root: Path) -> Path:
    return recognise_voc(root, kind=kind)


ENTRIES = (
    Kind(
        "voc2007", "PASCAL VOC 2007", partial(_open, "voc2007"), "trainval", "test",
        ("VOCdevkit/VOC2007/ImageSets/Main/*_{trainval,test}.txt", "VOCdevkit/VOC2007/JPEGImages/*.jpg"),
        partial(_find, "voc2007"),
        source=Source(
            "PASCAL VOC 2007",
            (
                Archive(f"{URL}/voc2007/VOCtrainval_06-Nov-2007.tar", "c52e279531787c972589f7e41ab4ae64", 460_032_000),
                Archive(f"{URL}/voc2007/VOCtest_06-Nov-2007.tar", "b6e924de25625d8de591ea690078ad9f", 451_020_800),
            ),
            "VOCdevkit",
        ),
        unread=OF_TABLES,
        published=published("voc2007"),
    ),
    Kind(
        "voc2012", "PASCAL VOC 2012", partial(_open, "voc2012"), "train", "val",
        ("VOCdevkit/VOC2012/ImageSets/Main/*_{train,val}.txt", "VOCdevkit/VOC2012/JPEGImages/*.jpg"),
        partial(_find, "voc2012"),
        source=Source(
            "PASCAL VOC 2012",
            (
                Archive(
                    f"{URL}/voc2012/VOCtrainval_11-May-2012.tar", "6cd6e144f989b92b3379bac3b3de84fd", 1_999_639_040
                ),
            ),
            "VOCdevkit",
        ),
        unread=OF_TABLES,
        published=published("voc2012"),
    ),
    _with_masks("voc2007", "PASCAL VOC 2007"),
    _with_masks("voc2012", "PASCAL VOC 2012"),
)  # fmt: skip
