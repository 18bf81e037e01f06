"""COCO 2014 and 2017, and anything else annotated in COCO's JSON: which classes each image holds."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.class_twins import twin_notes
from campaigns.datasets.coco_index import index_of
from campaigns.datasets.coco_json import HINT, Index, Options, stated_note
from campaigns.datasets.coco_layout import Annotations, image_folder, sources_of
from campaigns.datasets.coco_marks import mark_notes
from campaigns.datasets.coco_pictures import absence_hint
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, Dataset, Labels, Split
from campaigns.datasets.files import Files, missing_pictures
from campaigns.datasets.identity import fingerprint, require_apart, uniform
from campaigns.datasets.links import inside
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.official import ANNOTATED, IMAGES, subset_note
from campaigns.datasets.read_back import table_beside
from campaigns.datasets.uncounted import uncounted_notes
from campaigns.errors import BadData, Mistake

VERSION = "coco-1"
"""Raise it when the same files are to give other labels."""
SAMPLED = 256
"""Files whose size enters the fingerprint: enough to tell a resized copy, quick on a network drive."""
PUBLISHED_CLASSES = 80
"""Annotations with another number of classes are not COCO's own, whatever their split is called."""
_YEAR = re.compile(r"COCO_(train|val|test)20\d\d_")
"""In 2014 the file names began with the split; since 2017 the same image is called by its number alone."""


def open_coco(
    root: Path,
    *,
    splits: tuple[str | None, str | None],
    options: Options,
    indexes: Path,
    needs_files: bool = True,
    test_share: float = 0.3,
    bounds: Path | None = None,
) -> Dataset:
    """COCO with labels 1 and −1: a class is there when the image has an annotation of it; 0 where all are ignored.

    `splits` are `train2014`, `val2017` and the like, training first; without a year, or None, the files are found.
    Where only one file of annotations lies, a share of its images is held out for testing, chosen by a hash of the
    file name. Ids are those of the JSON; images come in their order, classes in the order of category ids. The JSON
    is read once: a compact index of it is kept in the folder `indexes`.

    Raises:
        BadData: with every mistake in the folder; missing images count when `needs_files`. Or a link leads out of
            `root`, or of `bounds` where they are given.
    """
    sources, unused = sources_of(root, splits)
    folder = sources[0].folder
    for source in sources:
        inside(source.annotations, bounds or root)
    opened = _indexes(sources, options, indexes)
    mistakes = [*_empty(sources, opened), *_align(sources, opened)]
    notes = [note for s, i in zip(sources, opened, strict=True) for note in _notes(s.name, i, options)]
    if unused:
        notes.append(f"annotations of {', '.join(unused)[:200]} are not used: choose with data.train and data.test")
    files = [_files(source, index, root, bounds or root) for source, index in zip(sources, opened, strict=True)]
    mistakes += [mistake for some in files for mistake in missing_pictures(some)] if needs_files else []
    refuse(str(folder), mistakes, hint=absence_hint(sources, files, root) if mistakes else "")
    if len(opened) == 1:
        opened, files, note = _held_out(sources[0], opened[0], files[0], test_share)
        notes.append(note)
    both = [
        Split(index.ids, _labels(index), some.picture, some.path) for index, some in zip(opened, files, strict=True)
    ]
    require_apart(*(dict(zip(map(_known_as, index.names), index.ids, strict=True)) for index in opened), name="coco")
    notes += [*_unused_classes(opened), *twin_notes(opened[0].classes)]
    notes += [*uncounted_notes(opened[0].classes), *table_beside(root)]
    mark = fingerprint(VERSION, opened[0].classes, both, [some.sizes(_spread(len(some.names))) for some in files])
    read_from = tuple(dict.fromkeys(source.annotations.relative_to(root).as_posix() for source in sources))
    return Dataset("coco", opened[0].classes, both[0], both[1], mark, tuple(notes), read_from)


def _files(source: Annotations, index: Index, root: Path, bounds: Path) -> Files:
    folder, names = image_folder(source, root, index.names)
    return Files(folder, names, bounds)


def _known_as(name: str) -> str:
    return _YEAR.sub("", name)


def _empty(sources: Sequence[Annotations], opened: Sequence[Index]) -> list[Mistake]:
    return [
        Mistake(
            str(s.annotations),
            "holds no image"
            + " with an annotation that counts" * bool(i.unannotated)
            + f": {i.deleted} are marked 'deleted', which leaves an annotation out" * bool(i.deleted),
        )
        for s, i in zip(sources, opened, strict=True)
        if not i.ids
    ]


def _align(sources: Sequence[Annotations], opened: list[Index]) -> list[Mistake]:
    """Bring the classes of the second index into the order of the first; a mistake when they are others."""
    if len(opened) == 1 or opened[0].classes == opened[1].classes:
        return []
    classes, index = opened[0].classes, opened[1]
    if set(index.classes) != set(classes):
        return [_other_categories(sources, opened)]
    # Category ids belong to their file: the same names under other numbers are the same classes.
    order = [index.classes.index(name) for name in classes]
    opened[1] = replace(index, classes=classes, present=index.present[:, order], ignored=index.ignored[:, order])
    return []


def _other_categories(sources: Sequence[Annotations], opened: Sequence[Index]) -> Mistake:
    train, test = (set(index.classes) for index in opened)
    parts = [
        f"{what} {', '.join(sorted(some))[:100]}"
        for what, some in (("it lacks", train - test), ("it adds", test - train))
        if some
    ]
    what = f"has other categories than {sources[0].annotations}: {'; '.join(parts)}"
    return Mistake(str(sources[1].annotations), what)


def _held_out(source: Annotations, index: Index, files: Files, share: float) -> tuple[list[Index], list[Files], str]:
    """Return training and test part of a single file of annotations, and what to tell a person.

    Raises:
        BadData: one part would be empty.
    """
    in_test = np.array([uniform(name) < share for name in index.names], np.bool_)
    tested = int(in_test.sum())
    if tested in {0, len(in_test)}:
        raise BadData(
            f"{source.annotations}: of {len(in_test)} images {tested} fall into the test split, by a hash of the names",
            hint="change data.test_share, or give annotations of a test split of their own",
        )
    note = (
        f"annotations of {source.name} alone: {tested} of {len(in_test)} images are held out for testing, by a hash of "
        f"the file name (data.test_share {share:g})"
    )
    parts = [_part(index, files, chosen) for chosen in (~in_test, in_test)]
    return [part for part, _ in parts], [some for _, some in parts], note


def _part(index: Index, files: Files, chosen: NDArray[np.bool_]) -> tuple[Index, Files]:
    at = np.flatnonzero(chosen).tolist()
    part = replace(
        index, ids=[index.ids[i] for i in at], names=[index.names[i] for i in at], present=index.present[chosen],
        ignored=index.ignored[chosen],
    )  # fmt: skip
    return part, replace(files, names=[files.names[i] for i in at])


def _indexes(sources: Sequence[Annotations], options: Options, indexes: Path) -> list[Index]:
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
    known = np.where(index.present, np.int8(POSITIVE), np.int8(NEGATIVE))
    return np.where(index.ignored, np.int8(DIFFICULT), known)


def _spread(n: int) -> list[int]:
    """Return at most SAMPLED indices below `n`, evenly spread, first and last included."""
    return sorted({int(i) for i in np.linspace(0, n - 1, min(n, SAMPLED))})


def _notes(name: str, index: Index, options: Options) -> list[str]:
    notes: list[str] = []
    # Without crowds fewer images have an annotation that counts; how many was never published.
    if options.keep_crowd and len(index.classes) == PUBLISHED_CLASSES:
        whole = (IMAGES if options.keep_unannotated else ANNOTATED).get(("coco", name))
        notes += subset_note("coco", name, images=len(index.ids), whole=whole, title=f"COCO {name[-4:]}")
    if index.unannotated:
        images = len(index.ids) + index.unannotated
        notes.append(
            f"{index.unannotated} of {images} {name} images have no annotation that counts and are left out; "
            "data.keep_unannotated = true keeps them as images of nothing"
        )
    notes += stated_note(index)
    if index.federated:
        notes.append(
            f"{index.federated} {name} images were annotated for some classes only (neg_category_ids, as in LVIS): a "
            "class without an annotation is read as absent, although nobody may have looked for it"
        )
    if index.dangling:
        many = index.dangling > 1
        notes.append(
            f"{index.dangling} annotation{'s' if many else ''} of {name} {'are' if many else 'is'} left out: "
            f"{'their' if many else 'its'} image_id is that of no image listed"
        )
    return [*notes, *mark_notes(name, ignored=int(index.ignored.sum()), deleted=index.deleted)]


def _unused_classes(opened: Sequence[Index]) -> list[str]:
    """Say which classes no image holds."""
    used = np.logical_or.reduce([(index.present | index.ignored).any(axis=0) for index in opened])
    classes = opened[0].classes
    names = [name for name, is_used in zip(classes, used, strict=True) if not is_used]
    if not names:
        return []
    return [f"{len(names)} of {len(classes)} categories have no annotation, for example {names[0]!r}"]
