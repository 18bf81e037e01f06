"""PASCAL VOC's segmentation: masks in `SegmentationClass`, splits in `ImageSets/Segmentation`."""

import hashlib
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.class_list import read_classes
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, VOID, Dataset, Mask, Split
from campaigns.datasets.files import Files, bounded_text, missing_pictures, picture_names, what_lies_in
from campaigns.datasets.identity import fingerprint, shared
from campaigns.datasets.links import inside
from campaigns.datasets.mask_index import MaskedImages, masked_images
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.official import TITLES, VOC_CLASSES
from campaigns.datasets.pictures import open_mask, size_of
from campaigns.datasets.shape_masks import BACKGROUND
from campaigns.datasets.voc_layout import YEARS
from campaigns.errors import BadData, Mistake

VERSION = "voc-masks-1"
"""Raise it when the same files are to give other masks."""
USUAL = {"voc2007": ("trainval", "test"), "voc2012": ("train", "val")}
"""Training and test split of each year."""
SETS, MASKS = "ImageSets/Segmentation", "SegmentationClass"
MOST_BYTES = 1 << 26
"""Of a file of a split."""
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def open_voc_masks(
    root: Path, *, year: str, splits: tuple[str | None, str | None], classes: Path | None = None,
    bounds: Path | None = None, indexes: Path | None = None,
) -> Dataset:  # fmt: skip
    """Open the images that have masks: pixels are 0 for background, the number of a class from 1, 255 for void.

    `root` is VOCdevkit, a folder that holds it, or the year's own folder; `classes` lists those of one's own in the
    order of their numbers. A class is in an image where its mask has a pixel of it. Every mask is read, unless the
    folder `indexes` has what they said and none of their files has changed since.

    Raises:
        BadData: with every mistake in the folder: masks of another size than their picture, numbers of classes that
            there are not, what is missing.
    """
    folder, bounds = find_voc_masks(root, year=year), bounds or root
    mistakes: list[Mistake] = []
    listed = VOC_CLASSES if classes is None else read_classes(classes, mistakes) or ()
    names = (BACKGROUND, *(name for name in listed if name != BACKGROUND))
    wanted = [given or usual for given, usual in zip(splits, USUAL[year], strict=True)]
    lists = [_ids(inside(folder / SETS / f"{name}.txt", bounds), mistakes) for name in wanted]
    files = [Files(folder / "JPEGImages", picture_names(folder / "JPEGImages", ids), bounds) for ids in lists]
    mistakes += [mistake for some in files for mistake in missing_pictures(some)]
    refuse(str(folder), mistakes, hint=f"each image of a split has a picture, and a mask {MASKS}/ID.png")
    read = [
        masked_images(
            [*(folder / MASKS / f"{image}.png" for image in ids), *map(some.path, range(len(ids)))], len(names),
            indexes=indexes, read=partial(_masked, folder, some, ids, names, bounds, mistakes),
        )
        for some, ids in zip(files, lists, strict=True)
    ]  # fmt: skip
    refuse(str(folder), mistakes, hint="0 is background, 255 void, and each class has a number: see --classes FILE")
    parts = [part for part in read if part is not None]
    train, test = (
        Split(ids, part.labels, some.picture, some.path, mask=partial(_mask, folder, tuple(ids), bounds))
        for part, some, ids in zip(parts, files, lists, strict=True)
    )
    shared(train, test, name=f"{year}-masks")
    sizes = [some.sizes(range(len(some.names))) for some in files]
    mark = fingerprint(f"{VERSION} {year}", names, (train, test), sizes)
    labels = hashlib.sha256(mark.labels.encode() + b"".join(part.digest for part in parts)).hexdigest()
    return Dataset(f"{year}-masks", names, train, test, Fingerprint(mark.images, labels))


def find_voc_masks(root: Path, *, year: str) -> Path:
    """Return the folder that holds `ImageSets/Segmentation` of that year, or of no year.

    Raises:
        BadData: there is none; says what was looked for and what lies there.
    """
    for folder in (root / YEARS[year], root / "VOCdevkit" / YEARS[year], root):
        is_other_year = folder.name in set(YEARS.values()) - {YEARS[year]}
        if (folder / SETS).is_dir() and (folder / MASKS).is_dir() and not is_other_year:
            return folder
    lies = what_lies_in(root) if root.is_dir() else "nothing"
    raise BadData(
        f"{root} holds no masks of {TITLES[year]}: looked for {SETS} and {MASKS}; there lies {lies}",
        hint=f"give the folder that holds VOCdevkit/{YEARS[year]}",
    )


def _ids(path: Path, mistakes: list[Mistake]) -> list[str]:
    try:
        lines = bounded_text(path, MOST_BYTES, encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        mistakes.append(Mistake(str(path), f"cannot be read as text: {error}"))
        return []
    ids: dict[str, None] = {}
    for number, line in enumerate(lines, start=1):
        name = line.strip()
        if name and not _ID.fullmatch(name):
            what = f"{name[:60]!r} is not an image id: letters, digits, _, - and . can stand in one"
            mistakes.append(Mistake(f"{path}:{number}", what))
        elif name in ids:
            mistakes.append(Mistake(f"{path}:{number}", f"image {name} is listed twice"))
        elif name:
            ids[name] = None
    if not ids:
        mistakes.append(Mistake(str(path), "names no image"))
    return list(ids)


def _masked(
    folder: Path, files: Files, ids: Sequence[str], classes: Sequence[str], bounds: Path, mistakes: list[Mistake]
) -> MaskedImages | None:
    before, labels, digest = len(mistakes), np.full((len(ids), len(classes)), NEGATIVE, np.int8), hashlib.sha256()
    for row, image in enumerate(ids):
        path = folder / MASKS / f"{image}.png"
        try:
            mask, size = open_mask(path, root=bounds)
            wanted = size_of(files.path(row), root=bounds)
        except BadData as error:
            mistakes.append(Mistake(str(path), error.message))
            continue
        there = np.flatnonzero(np.bincount(mask.ravel(), minlength=VOID + 1))
        strange = [number for number in there.tolist() if len(classes) <= number != VOID]
        if size != wanted:
            what = f"has {size[0]} x {size[1]} pixels, its picture {wanted[0]} x {wanted[1]}"
            mistakes.append(Mistake(str(path), what))
        elif strange:
            what = f"has pixels of class {strange[0]}; classes are 0 to {len(classes) - 1}, and 255 is void"
            mistakes.append(Mistake(str(path), what))
        else:
            labels[row, there[there != VOID]] = POSITIVE
        digest.update(mask.tobytes())
    return MaskedImages(labels, digest.digest()) if len(mistakes) == before else None


def _mask(folder: Path, ids: Sequence[str], bounds: Path, i: int) -> Mask:
    return open_mask(folder / MASKS / f"{ids[i]}.png", root=bounds)[0]
