"""A folder of one's own: any tree of images, labelled by a CSV."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.core.text import is_printable
from campaigns.datasets.class_list import read_classes
from campaigns.datasets.dataset import UNKNOWN, Dataset, Labels, Split
from campaigns.datasets.files import Files
from campaigns.datasets.formats import OTHER_FORMATS, SUFFIXES, other_formats
from campaigns.datasets.identity import fingerprint, uniform
from campaigns.datasets.label_table import LabelTable, read_table
from campaigns.datasets.links import inside, is_inside
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake

VERSION = "folder-1"
"""Raise it when the same files are to give other labels or another split."""
LABELS = "labels.csv"
CLASSES = "classes.txt"
HINT = (
    f"{LABELS} has a line `image,labels` and then lines like `cats/1.jpg,cat;sofa`; "
    "or `image,cat,sofa` and then lines like `cats/1.jpg,1,0`"
)


@dataclass(frozen=True, slots=True)
class _Tree:
    """The images below a folder."""

    ids: list[str]
    """Paths below the folder, sorted."""
    outside: list[str]
    """Links to files that lead out of the folder; they are left alone."""
    linked: list[str]
    """Links to folders; they are left alone, too, unless links are to be followed."""
    unreadable: list[str]
    """Pictures of formats that are not read."""
    unprintable: list[str]
    """Pictures whose names no terminal can show, spelt out: control characters, or bytes that are no UTF-8."""


def open_folder(
    root: Path,
    *,
    labels: str | None = None,
    test_share: float = 0.3,
    classes: Path | None = None,
    follow_links: bool = False,
) -> Dataset:
    """Open the images below `root`, labelled by a CSV (see `label_table` for its two forms).

    Ids are paths below `root`. Images without a row are UNKNOWN and go to training, where a person labels them.
    Without a `split` column a share of the fully labelled images is held out for testing, chosen by a hash of
    the id: adding images never moves one from a split to the other. `classes.txt`, or the file `classes`, fixes
    classes and their order. Links lead anywhere inside `root`, and further only when they are to be followed.

    Raises:
        BadData: with every mistake in the folder and its CSV, each with file and line; or one of its files is a link
            that leads out of `root`.
    """
    if not root.is_dir():
        raise BadData(f"{root} is not a folder", hint="give the folder that holds the images")
    bounds = Path(root.anchor) if follow_links else root
    tree = _tree(root, follow_links=follow_links)
    mistakes = []
    if not tree.ids:
        formats = other_formats(tree.unreadable)
        mistakes.append(
            Mistake(str(root), f"holds no image ({', '.join(sorted(SUFFIXES))}){formats and f'; {formats}'}")
        )
    table = read_table(
        inside(root / (labels or LABELS), bounds),
        images=[*tree.ids, *tree.unreadable],
        classes=_fixed_classes(root, classes, bounds, mistakes),
    )
    if labelled := [name for name in tree.unreadable if name in table.rows]:
        mistakes.append(
            Mistake(str(root), f"labelled pictures are of formats that are not read: {other_formats(labelled)}")
        )
    refuse(str(root), [*mistakes, *table.mistakes], hint=_hint(root, classes, table, bool(labelled)))
    everything = _labels(tree.ids, table)
    in_test = _in_test(tree.ids, everything, table.splits, test_share)
    _is_usable(root, everything, in_test)
    ids = np.array(tree.ids, dtype=object)
    files = [Files(root, list(ids[chosen]), bounds) for chosen in (~in_test, in_test)]
    train, test = (
        Split(some.names, everything[chosen], some.picture, some.path)
        for some, chosen in zip(files, (~in_test, in_test), strict=True)
    )
    mark = fingerprint(VERSION, table.classes, (train, test), [some.sizes(range(len(some.names))) for some in files])
    return Dataset("folder", table.classes, train, test, mark, _notes(tree, train))


def has_images(root: Path) -> bool:
    """Return whether there is an image somewhere below the folder."""
    return bool(_tree(root).ids)


def _tree(root: Path, *, follow_links: bool = False) -> _Tree:
    """Hidden files and folders are left out: systems keep thumbnails and forks there."""
    tree = _Tree([], [], [], [], [])
    for path in _entries(root, tree.linked, follow_links=follow_links):
        name = path.relative_to(root).as_posix()
        if not is_printable(name):
            tree.unprintable.append(
                os.fsencode(name).decode("utf-8", "backslashreplace").encode("unicode_escape").decode()
            )
        elif path.suffix.lower() in OTHER_FORMATS:
            tree.unreadable.append(name)
        else:
            is_outside = not follow_links and path.is_symlink() and not is_inside(path, root)
            (tree.outside if is_outside else tree.ids).append(name)
    for names in (tree.ids, tree.outside, tree.linked, tree.unreadable, tree.unprintable):
        names.sort()
    return tree


def _entries(root: Path, linked: list[str], *, follow_links: bool) -> Iterator[Path]:
    """Return all pictures, of whatever format; add links to folders that are not followed to `linked`."""
    known = {os.path.realpath(root)}
    for folder, below, names in os.walk(root, followlinks=follow_links):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in [name for name in below if Path(folder, name).is_symlink()]:
            target = os.path.realpath(Path(folder, name))
            if not follow_links:
                # What it leads to inside the root is met there.
                linked += [] if is_inside(Path(target), root) else [Path(folder, name).relative_to(root).as_posix()]
            elif target in known or os.path.realpath(folder).startswith(target + os.sep):
                below.remove(name)  # a loop, or what was there already under another name
            else:
                known.add(target)
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES | OTHER_FORMATS.keys():
                yield Path(folder, name)


def _fixed_classes(root: Path, listed: Path | None, bounds: Path, mistakes: list[Mistake]) -> tuple[str, ...] | None:
    """Return the classes that a person lists, or those of `classes.txt`; None when there is no such file."""
    if listed is not None:
        return read_classes(listed, mistakes)
    path = root / CLASSES
    return read_classes(inside(path, bounds), mistakes) if path.is_file() else None


def _hint(root: Path, listed: Path | None, table: LabelTable, has_other_formats: bool) -> str:
    """Say what to do about the mistakes: lists of classes that other programs leave are the usual cause of theirs."""
    unlisted = "in classes.txt"
    if any(unlisted in mistake.what for mistake in table.mistakes):
        return (
            f"add the classes to {listed or root / CLASSES}, take that file away if another program left it there, or "
            "name the right list with --classes FILE"
        )
    if has_other_formats and not table.mistakes:
        return "save those pictures in a format that is read, and write their new names into the table"
    return HINT


def _labels(ids: Sequence[str], table: LabelTable) -> Labels:
    """(N, C), UNKNOWN where the table has no row."""
    labels = np.full((len(ids), len(table.classes)), UNKNOWN, np.int8)
    place = {image: i for i, image in enumerate(ids)}
    for image, values in table.rows.items():
        labels[place[image]] = values
    return labels


def _in_test(
    ids: Sequence[str], labels: Labels, splits: Mapping[str, str] | None, share: float
) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """(N,) True where an image belongs to the test split."""
    if splits is not None:
        return np.array([splits.get(image) == "test" for image in ids], np.bool_)
    chosen = np.array([uniform(image) < share for image in ids], np.bool_)
    known: np.ndarray[tuple[int], np.dtype[np.bool_]] = chosen & (labels != UNKNOWN).all(axis=1)
    return known


def _is_usable(root: Path, labels: Labels, in_test: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> None:
    """Raise BadData unless both splits hold a fully labelled image.

    Raises:
        BadData: one does not.
    """
    known = (labels != UNKNOWN).all(axis=1)
    for name, chosen in (("training", ~in_test), ("test", in_test)):
        if not (known & chosen).any():
            raise BadData(
                f"{root}: none of {int(known.sum())} fully labelled images is in the {name} split",
                hint="label more images, change data.test_share, or add a column `split` with train or test to the CSV",
            )


def _notes(tree: _Tree, train: Split) -> tuple[str, ...]:
    unknown = int((~train.known).sum())
    notes = [f"{unknown} of {len(train)} training images are not fully labelled"] if unknown else []
    if tree.outside:
        notes.append(
            f"{len(tree.outside)} links that lead out of the folder were left out, for example {tree.outside[0]!r}; "
            "--follow-links takes them in"
        )
    if tree.linked:
        notes.append(
            f"{len(tree.linked)} linked folders were not followed, for example {tree.linked[0]!r}; "
            "--follow-links takes them in"
        )
    if tree.unreadable:
        notes.append(f"left out are pictures of formats that are not read: {other_formats(tree.unreadable)}")
    if tree.unprintable:
        notes.append(
            f"{len(tree.unprintable)} pictures were left out because their names are not UTF-8 or cannot be shown, for "
            f"example '{tree.unprintable[0]}': rename them"
        )
    return tuple(notes)
