"""A folder of one's own: any tree of images, labelled by a CSV."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.core.text import is_printable
from campaigns.datasets.dataset import UNKNOWN, Dataset, Labels, Split
from campaigns.datasets.files import Files, bounded_text
from campaigns.datasets.identity import fingerprint, uniform
from campaigns.datasets.label_table import LabelTable, read_table
from campaigns.datasets.links import inside, is_inside
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake

VERSION = "folder-1"
"""Raise it when the same files are to give other labels or another split."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
LABELS = "labels.csv"
CLASSES = "classes.txt"
MOST_CLASSES_BYTES = 1 << 20
"""Of the list of classes."""
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
    """Links that lead out of the folder; they are left alone."""


def open_folder(root: Path, *, labels: str | None = None, test_share: float = 0.3) -> Dataset:
    """Open the images below `root`, labelled by a CSV (see `label_table` for its two forms).

    Ids are paths below `root`. Images without a row are UNKNOWN and go to training, where a person labels them.
    Without a `split` column a share of the fully labelled images is held out for testing, chosen by a hash of
    the id: adding images never moves one from a split to the other. `classes.txt` fixes classes and their order.

    Raises:
        BadData: with every mistake in the folder and its CSV, each with file and line; or one of its files is a link
            that leads out of `root`.
    """
    if not root.is_dir():
        raise BadData(f"{root} is not a folder", hint="give the folder that holds the images")
    tree = _tree(root)
    mistakes = [
        Mistake(str(root), f"{i!r} has characters that a terminal cannot show") for i in tree.ids if not is_printable(i)
    ]
    if not tree.ids:
        mistakes.append(Mistake(str(root), f"holds no image ({', '.join(sorted(SUFFIXES))})"))
    table = read_table(inside(root / (labels or LABELS), root), images=tree.ids, classes=_fixed_classes(root, mistakes))
    refuse(str(root), [*mistakes, *table.mistakes], hint=HINT)
    everything = _labels(tree.ids, table)
    in_test = _in_test(tree.ids, everything, table.splits, test_share)
    _is_usable(root, everything, in_test)
    ids = np.array(tree.ids, dtype=object)
    files = [Files(root, list(ids[chosen]), root) for chosen in (~in_test, in_test)]
    train, test = (
        Split(some.names, everything[chosen], some.picture, some.path)
        for some, chosen in zip(files, (~in_test, in_test), strict=True)
    )
    mark = fingerprint(VERSION, table.classes, (train, test), [some.sizes(range(len(some.names))) for some in files])
    return Dataset("folder", table.classes, train, test, mark, _notes(tree, train))


def has_images(root: Path) -> bool:
    """Return whether there is an image somewhere below the folder."""
    return bool(_tree(root).ids)


def _tree(root: Path) -> _Tree:
    """Hidden files and folders are left out: systems keep thumbnails and forks there."""
    ids: list[str] = []
    outside: list[str] = []
    for path in _images(root):
        name = path.relative_to(root).as_posix()
        (outside if path.is_symlink() and not is_inside(path, root) else ids).append(name)
    return _Tree(sorted(ids), sorted(outside))


def _images(root: Path) -> Iterator[Path]:
    # Links to folders are not followed: what they lead to inside the root is met there, the rest is not ours.
    for folder, below, names in os.walk(root, followlinks=False):
        below[:] = [name for name in below if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in SUFFIXES:
                yield Path(folder, name)


def _fixed_classes(root: Path, mistakes: list[Mistake]) -> tuple[str, ...] | None:
    """Read the classes of `classes.txt`, one a line; None when there is no such file."""
    path = root / CLASSES
    if not path.is_file():
        return None
    try:
        lines = bounded_text(inside(path, root), MOST_CLASSES_BYTES, encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        mistakes.append(Mistake(str(path), f"cannot be read as UTF-8 text: {error}"))
        return None
    classes: list[str] = []
    for number, line in enumerate(lines, start=1):
        name = line.strip()
        if name in classes:
            mistakes.append(Mistake(f"{path}:{number}", f"class {name!r} stands there twice"))
        elif name and not is_printable(name):
            mistakes.append(Mistake(f"{path}:{number}", f"{name!r} has characters that a terminal cannot show"))
        elif name:
            classes.append(name)
    if not classes:
        mistakes.append(Mistake(str(path), "names no class"))
    return tuple(classes)


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
            f"{len(tree.outside)} links that lead out of the folder were left out, for example {tree.outside[0]!r}"
        )
    return tuple(notes)
