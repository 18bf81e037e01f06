"""COCO 2014 and 2017, and anything else annotated in COCO's JSON: which classes each image holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.datasets.coco_index import index_of
from campaigns.datasets.coco_json import HINT, Index, Options
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Dataset, Labels, Split
from campaigns.datasets.files import Files, missing_pictures, what_lies_in
from campaigns.datasets.identity import fingerprint, shared
from campaigns.datasets.links import inside
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.official import ANNOTATED, IMAGES, subset_note
from campaigns.errors import BadData, Mistake

VERSION = "coco-1"
"""Raise it when the same files are to give other labels."""
YEARS = ("2014", "2017")
"""The paper's year first: it is what `train` and `val` mean where both years lie side by side."""
SAMPLED = 256
"""Files whose size enters the fingerprint: enough to tell a resized copy, quick on a network drive."""
_SPLIT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class _Source:
    """Where one split lies."""

    name: str
    annotations: Path
    images: Path


def open_coco(
    root: Path, *, splits: tuple[str, str], options: Options, indexes: Path, needs_files: bool = True
) -> Dataset:
    """COCO with labels 1 and −1: a class is there when the image has an annotation of it.

    `splits` are `train2014`, `val2017` and the like, training first; without a year the year is found. Ids are
    COCO's image ids; images come in their order, classes in the order of category ids. The JSON is read once: a
    compact index of it is kept in the folder `indexes`.

    Raises:
        BadData: with every mistake in the folder; missing images count when `needs_files`. Or a link leads out of
            `root`.
    """
    folder = find_coco(root)
    sources = [_source(folder, name) for name in _with_year(folder, splits)]
    absent = [Mistake(str(s.annotations), "does not exist") for s in sources if not s.annotations.is_file()]
    refuse(str(folder), absent, hint=f"{folder / 'annotations'} holds {what_lies_in(folder / 'annotations')}")
    for source in sources:
        inside(source.annotations, root)
    opened = _indexes(sources, options, indexes)
    files = [Files(source.images, index.names, root) for source, index in zip(sources, opened, strict=True)]
    mistakes = [mistake for some in files for mistake in missing_pictures(some)] if needs_files else []
    if opened[0].classes != opened[1].classes:
        mistakes.append(Mistake(str(sources[1].annotations), f"has other categories than {sources[0].annotations}"))
    mistakes += [
        Mistake(str(s.annotations), "holds no image") for s, i in zip(sources, opened, strict=True) if not i.ids
    ]
    refuse(str(folder), mistakes, hint="unpack images and annotations of the same year into this folder")
    both = [
        Split(index.ids, _labels(index), some.picture, some.path) for index, some in zip(opened, files, strict=True)
    ]
    shared(both[0], both[1], name="coco")
    notes = [note for s, split in zip(sources, both, strict=True) for note in _notes(s.name, len(split), options)]
    mark = fingerprint(VERSION, opened[0].classes, both, [some.sizes(_spread(len(some.names))) for some in files])
    return Dataset("coco", opened[0].classes, both[0], both[1], mark, tuple(notes))


def find_coco(root: Path) -> Path:
    """Return the folder that holds `annotations/instances_*.json`.

    Raises:
        BadData: there is none; says what lies there.
    """
    for folder in (root, root / "coco"):
        if any((folder / "annotations").glob("instances_*.json")):
            return folder
    what = f"there lies {what_lies_in(root)}" if root.is_dir() else "it is not a folder"
    raise BadData(
        f"{root} holds no COCO: looked for annotations/instances_train2014.json and its like; {what}",
        hint="give the folder that holds annotations/, train2014/ and val2014/ (or 2017)",
    )


def _with_year(folder: Path, names: Sequence[str]) -> list[str]:
    """`train` and `val` with the first year that has them all; other names as they are."""
    for year in YEARS:
        dated = [f"{name}{year}" if name in {"train", "val"} else name for name in names]
        if all((folder / "annotations" / f"instances_{name}.json").is_file() for name in dated):
            return dated
    return [f"{name}{YEARS[0]}" if name in {"train", "val"} else name for name in names]


def _source(folder: Path, name: str) -> _Source:
    if not _SPLIT.fullmatch(name):
        raise BadData(f"{name!r} is not a split of COCO", hint="train2014, val2014, train2017, val2017, train or val")
    return _Source(name, folder / "annotations" / f"instances_{name}.json", folder / name)


def _indexes(sources: Sequence[_Source], options: Options, indexes: Path) -> list[Index]:
    """Build an index for each split; what is wrong with one does not hide what is wrong with the other."""
    built: list[Index] = []
    mistakes: list[Mistake] = []
    for source in sources:
        try:
            built.append(index_of(source.annotations, options, indexes))
        except BadData as error:
            mistakes += error.mistakes or [Mistake(str(source.annotations), error.message)]
    refuse(str(sources[0].annotations.parent), mistakes, hint=HINT)
    return built


def _labels(index: Index) -> Labels:
    return np.where(index.present, np.int8(POSITIVE), np.int8(NEGATIVE))


def _spread(n: int) -> list[int]:
    """Return at most SAMPLED indices below `n`, evenly spread, first and last included."""
    return sorted({int(i) for i in np.linspace(0, n - 1, min(n, SAMPLED))})


def _notes(name: str, images: int, options: Options) -> tuple[str, ...]:
    whole = (IMAGES if options.keep_unannotated else ANNOTATED).get(("coco", name))
    title = f"COCO {name[-4:]}"
    # Without crowds fewer images have an annotation that counts; how many was never published.
    return () if not options.keep_crowd else subset_note("coco", name, images=images, whole=whole, title=title)
