"""A folder of one's own: any tree of images, labelled by a CSV."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from campaigns.datasets.class_folders import FOLDERS, FOLDERS_READ, read_class_folders
from campaigns.datasets.class_list import read_classes
from campaigns.datasets.dataset import DIFFICULT, UNKNOWN, Dataset, Labels, Split
from campaigns.datasets.files import Files
from campaigns.datasets.folder_lines import LabelLines
from campaigns.datasets.folder_notes import notes_of, of_systems, tree_notes
from campaigns.datasets.folder_tables import CLASSES, HINT, read_tables, table_paths
from campaigns.datasets.folder_tree import FileTree, file_tree
from campaigns.datasets.formats import SUFFIXES, other_formats
from campaigns.datasets.identity import fingerprint, uniform
from campaigns.datasets.label_table import LabelTable
from campaigns.datasets.links import inside
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.table_reader import TableOptions
from campaigns.datasets.table_splits import EMPTY_IS_NO
from campaigns.errors import BadData, Mistake

VERSION = "folder-1"
"""Raise it when the same files are to give other labels or another split."""


def open_folder(
    root: Path,
    *,
    labels: str | None = None,
    test_share: float = 0.3,
    classes: Path | None = None,
    follow_links: bool = False,
    options: TableOptions | None = None,
) -> Dataset:
    """Open the images below `root`, labelled by a CSV (see `label_table` for its two forms), or by their folders.

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
    tree = file_tree(root, follow_links=follow_links)
    mistakes = []
    if not tree.ids:
        mistakes.append(Mistake(str(root), f"holds no image {_left_out(tree)}"))
    says = options or TableOptions()
    fixed = _fixed_classes(root, classes, bounds, mistakes, encoding=says.encoding)
    says, images = replace(says, is_listed=classes is not None), [*tree.ids, *tree.unreadable]
    paths: list[Path] = []
    if labels == FOLDERS and not (root / FOLDERS).is_file():
        table = read_class_folders(str(root), images, fixed)
        mistakes += _unread(root, says)
    else:
        paths = [inside(path, bounds) for path in table_paths(root, labels, tree)]
        table = read_tables(paths, root=root, images=images, classes=fixed, options=says)
    mistakes += _meant_perhaps(root, tree, table)
    if labelled := [name for name in tree.unreadable if name in table.rows]:
        mistakes.append(
            Mistake(str(root), f"labelled pictures are of formats that are not read: {other_formats(labelled)}")
        )
    refuse(str(root), [*mistakes, *table.mistakes], hint=_hint(root, classes, table, bool(labelled)))
    everything = _labels(tree.ids, table)
    in_test = _in_test(tree.ids, everything, table.splits, test_share)
    # Whether it is there is what nobody knows: it is kept out of the ranking, and never trained as present.
    everything[(everything == DIFFICULT) & ~in_test[:, None]] = UNKNOWN
    lines = LabelLines(root, tuple(paths), images, fixed, says)
    _is_usable(root, everything, in_test, lambda: _lacking(tree.ids, everything, table, lines))
    ids = np.array(tree.ids, dtype=object)
    files = [Files(root, list(ids[chosen]), bounds) for chosen in (~in_test, in_test)]
    train, test = (
        Split(some.names, everything[chosen], some.picture, some.path, lines.of(some.names))
        for some, chosen in zip(files, (~in_test, in_test), strict=True)
    )
    mark = fingerprint(VERSION, table.classes, (train, test), [some.sizes(range(len(some.names))) for some in files])
    return Dataset("folder", table.classes, train, test, mark, notes_of(tree, table, train, test))


def _unread(root: Path, options: TableOptions) -> list[Mistake]:
    """Return a mistake for options that mean nothing where folders are the classes."""
    unread = [*options.of_tables(), *(["--encoding"] if options.encoding is not None else [])]
    what = f"{' and '.join(unread)} mean nothing where folders are the classes: leave them out"
    return [Mistake(str(root), what)] if unread else []


def open_unlabelled(root: Path, asked: tuple[str, ...], *, test_share: float, follow_links: bool = False) -> Dataset:
    """Open the images below `root` for people to label; tables of labels that lie there are not read.

    Of all images a share is set aside for testing, chosen by a hash of the id.

    Raises:
        BadData: there is no image.
    """
    if not root.is_dir():
        raise BadData(f"{root} is not a folder", hint="give the folder that holds the images")
    tree = file_tree(root, follow_links=follow_links)
    if not tree.ids:
        raise BadData(
            f"{root} holds no image {_left_out(tree)}",
            hint="give the folder that holds the images; if it is on another disk, see that it is there",
        )
    ids, in_test = np.array(tree.ids, dtype=object), np.array([uniform(name) < test_share for name in tree.ids])
    bounds = Path(root.anchor) if follow_links else root
    files = [Files(root, list(ids[chosen]), bounds) for chosen in (~in_test, in_test)]
    train, test = (
        Split(some.names, np.full((len(some.names), len(asked)), UNKNOWN, np.int8), some.picture, some.path)
        for some in files
    )
    mark = fingerprint(VERSION, asked, (train, test), [some.sizes(range(len(some.names))) for some in files])
    return Dataset("folder", asked, train, test, mark, tuple(tree_notes(tree)))


def _left_out(tree: FileTree) -> str:
    """Say what images are, and which pictures were left out."""
    others = [other_formats(tree.unreadable), of_systems(tree.systems)]
    return "; ".join([f"({', '.join(sorted(SUFFIXES))})", *filter(None, others)])


def _meant_perhaps(root: Path, tree: FileTree, table: LabelTable) -> list[Mistake]:
    """Return mistakes where pictures that a table names may be links that are not followed, or in a system's folder."""
    if not any("there is no image" in mistake.what for mistake in table.mistakes):
        return []
    ways, links = [], [*tree.outside, *tree.linked]
    if links:
        ways.append(
            f"links that lead out of the folder: {len(links)}, for example {links[0]!r}; --follow-links takes them in"
        )
    if tree.systems:
        ways.append(f"left out are {of_systems(tree.systems)}: move them to another folder if they are meant")
    return [Mistake(str(root), way) for way in ways]


def has_images(root: Path) -> bool:
    """Return whether there is an image somewhere below the folder."""
    return bool(file_tree(root).ids)


def _fixed_classes(
    root: Path, listed: Path | None, bounds: Path, mistakes: list[Mistake], *, encoding: str | None
) -> tuple[str, ...] | None:
    """Return the classes that a person lists, or those of `classes.txt`; None when there is no such file."""
    if listed is not None:
        return read_classes(listed, mistakes, encoding)
    path = root / CLASSES
    return read_classes(inside(path, bounds), mistakes, encoding) if path.is_file() else None


def _hint(root: Path, listed: Path | None, table: LabelTable, has_other_formats: bool) -> str:
    """Say what to do about the mistakes: lists of classes that other programs leave are the usual cause of theirs."""
    unlisted = "in the list of classes"
    if any(unlisted in mistake.what for mistake in table.mistakes):
        return (
            f"add the classes to {listed or root / CLASSES}, take that file away if another program left it there, or "
            "name the right list with --classes FILE"
        )
    if table.reading == FOLDERS_READ:
        return "a folder for each class, as in cats/1.jpg; or train/cats/1.jpg and test/cats/2.jpg"
    if any("--" in mistake.what for mistake in table.mistakes):
        return "give the option that the mistake names to `alwsl-tui data add`"
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


def _lacking(ids: Sequence[str], labels: Labels, table: LabelTable, lines: LabelLines) -> list[Mistake]:
    """Return what keeps images of the table from being fully labelled, where not one is."""
    rows = [i for i, image in enumerate(ids) if image in table.rows]
    without = labels[rows] == UNKNOWN
    if not rows or not without.any(axis=1).all():
        return []
    if never := [repr(name) for name, empty in zip(table.classes, without.all(axis=0), strict=True) if empty]:
        where = lines.paths[0] if len(lines.paths) == 1 else lines.root
        what = (
            f"no image has a label for {', '.join(never)[:80]}: --classes FILE with the other classes leaves that out"
        )
        return [Mistake(str(where), what)]
    empty = [repr(name) for name, is_empty in zip(table.classes, without[0], strict=True) if is_empty]
    what = (
        f"has no label for {', '.join(empty)[:80]}: an empty cell is not yet labelled, 0 is no, and `?` trains nothing"
    )
    what += f"; {EMPTY_IS_NO}" if table.has_empty else ""
    return [Mistake(lines.place(ids[rows[0]]), f"{what} (and {len(rows) - 1} images like it)")]


def _is_usable(
    root: Path,
    labels: Labels,
    in_test: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    lacking: Callable[[], list[Mistake]],
) -> None:
    """Raise BadData unless both splits hold a fully labelled image.

    Raises:
        BadData: one does not.
    """
    known = (labels != UNKNOWN).all(axis=1)
    for name, chosen in (("training", ~in_test), ("test", in_test)):
        if not (known & chosen).any():
            raise BadData(
                f"{root}: none of {int(known.sum())} fully labelled images is in the {name} split",
                mistakes=lacking(),
                hint="label more images, change data.test_share, or add a column `split` with train or test to the CSV",
            )
