"""A folder of one's own: any tree of images, labelled by a CSV."""

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from campaigns.core.text import is_printable
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN, Dataset, Labels, Split
from campaigns.datasets.files import Files, bounded_text
from campaigns.datasets.identity import fingerprint
from campaigns.datasets.label_table import LabelTable, TableOptions, read_table
from campaigns.datasets.links import inside, is_inside
from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake

VERSION = "folder-1"
"""Raise it when the same files are to give other labels or another split."""
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
LABELS = "labels.csv"
UNREAD = frozenset({".heic", ".heif", ".avif", ".jxl", ".jp2", ".svg", ".dng", ".cr2", ".nef", ".arw", ".psd"})
"""Endings of pictures that are told about and left out."""
TABLES = frozenset({".csv", ".tsv", ".txt", ".tab"})
"""How tables end that may hold labels."""
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
    unread: list[str]
    """Endings of pictures that are not read, one a file."""


def open_folder(
    root: Path,
    *,
    labels: str | None = None,
    classes: str | None = None,
    test_share: float = 0.3,
    options: TableOptions | None = None,
) -> Dataset:
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
    path = _table_path(root, labels)
    fixed = _fixed_classes(root, classes, mistakes)
    options = replace(options or TableOptions(), is_listed=classes is not None)
    table = read_table(inside(path, root), images=tree.ids, classes=fixed, options=options)
    asks = any("--" in mistake.what for mistake in table.mistakes)
    hint = "give the option that the mistake names to `alwsl-tui data add`" if asks else HINT
    refuse(str(root), [*mistakes, *table.mistakes], hint=hint)
    everything = _labels(tree.ids, table)
    in_test = _in_test(tree.ids, everything, table.splits, test_share)
    # Whether it is there is what nobody knows: it is kept out of the ranking, and never trained as present.
    everything[(everything == DIFFICULT) & ~in_test[:, None]] = UNKNOWN
    _is_usable(root, everything, in_test)
    ids = np.array(tree.ids, dtype=object)
    files = [Files(root, list(ids[chosen]), root) for chosen in (~in_test, in_test)]
    train, test = (
        Split(some.names, everything[chosen], some.picture, some.path)
        for some, chosen in zip(files, (~in_test, in_test), strict=True)
    )
    mark = fingerprint(VERSION, table.classes, (train, test), [some.sizes(range(len(some.names))) for some in files])
    return Dataset("folder", table.classes, train, test, mark, _notes(tree, table, train, test))


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
    unread = [path.suffix.lower() for path in _files(root) if path.suffix.lower() in UNREAD]
    return _Tree(sorted(ids), sorted(outside), unread)


def _images(root: Path) -> Iterator[Path]:
    return (path for path in _files(root) if path.suffix.lower() in SUFFIXES)


def _files(root: Path) -> Iterator[Path]:
    # Links to folders are not followed: what they lead to inside the root is met there, the rest is not ours.
    for folder, below, names in os.walk(root, followlinks=False):
        below[:] = [name for name in below if not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.startswith("."))


def _table_path(root: Path, labels: str | None) -> Path:
    """Return where the table lies.

    Raises:
        BadData: it is not there; with the tables that are.
    """
    path = root / (labels or LABELS)
    if path.is_file():
        return path
    tables = sorted(
        file.relative_to(root).as_posix()
        for pattern in ("*", "*/*")
        for file in root.glob(pattern)
        if file.suffix.lower() in TABLES and file.name != CLASSES
    )
    if not tables:
        inner = sorted({file.parent.relative_to(root).as_posix() for file in _images(root)} - {"."})
        lies = f"; images lie in {', '.join(inner[:6])}, and names of folders are not read as classes" if inner else ""
        raise BadData(f"{root} has no {path.name}{lies}", hint=f"write a table and name it with --labels FILE. {HINT}")
    mistakes = [Mistake(table, "may be the table of labels") for table in tables[:10]]
    hint = f"say which: --labels {tables[0]}"
    raise BadData(f"{root} has no {path.name}, which cannot be read as a CSV", mistakes=mistakes, hint=hint)


def _fixed_classes(root: Path, given: str | None, mistakes: list[Mistake]) -> tuple[str, ...] | None:
    """Read the classes of a file, one a line; None when none was given and there is no `classes.txt`."""
    path = root / (given or CLASSES)
    if given is None and not path.is_file():
        return None
    try:
        lines = bounded_text(inside(path, root), MOST_CLASSES_BYTES, encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        mistakes.append(Mistake(str(path), f"cannot be read as UTF-8 text: {error}"))
        return None
    classes: list[str] = []
    for number, line in enumerate(lines, start=1):
        name = unicodedata.normalize("NFC", line.strip())
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
    chosen = np.array([_uniform(image) < share for image in ids], np.bool_)
    known: np.ndarray[tuple[int], np.dtype[np.bool_]] = chosen & (labels != UNKNOWN).all(axis=1)
    return known


def _uniform(image: str) -> float:
    """Return a number in [0, 1) from nothing but the id."""
    return int.from_bytes(hashlib.sha256(image.encode()).digest()[:7]) / (1 << 56)


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


def _notes(tree: _Tree, table: LabelTable, train: Split, test: Split) -> tuple[str, ...]:
    unknown = int((~train.known).sum())
    notes = [f"{unknown} of {len(train)} training images are not fully labelled"] if unknown else []
    if tree.outside:
        notes.append(
            f"{len(tree.outside)} links that lead out of the folder were left out, for example {tree.outside[0]!r}"
        )
    if tree.unread:
        ends = ", ".join(f"{times} {end}" for end, times in sorted(Counter(tree.unread).items()))
        notes.append(f"pictures of kinds that are not read were left out: {ends}; convert them to JPEG")
    notes.append(f"the table was read as {table.reading}")
    notes += [f"read back: {row}" for row in _samples(table)]
    return (*notes, *table.notes, *_doubtful_classes(table.classes, train, test))


def _samples(table: LabelTable) -> Iterator[str]:
    """Yield the first three rows as they were read."""
    for image, values in islice(table.rows.items(), 3):
        present = [name for name, value in zip(table.classes, values, strict=True) if value == POSITIVE]
        yield f"{image}: {', '.join(present[:8]) or 'no class'}"


def _doubtful_classes(classes: Sequence[str], train: Split, test: Split) -> Iterator[str]:
    """Tell of classes that differ by nothing that can be seen, and of those without a positive or a negative."""
    alike: dict[str, list[str]] = {}
    for name in classes:
        shown = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
        alike.setdefault(" ".join(shown.casefold().split()), []).append(name)
    for twins in alike.values():
        if len(twins) > 1:
            yield f"classes that differ only by case or by signs nobody sees: {', '.join(map(repr, twins))}"
    for title, split in (("training", train), ("test", test)):
        without = [name for at, name in enumerate(classes) if not (split.labels[:, at] == NEGATIVE).any()]
        if without and (split.labels == POSITIVE).any():
            yield f"no {title} image is without {', '.join(map(repr, without[:10]))}: such a class tells nothing"
