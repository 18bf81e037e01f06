"""What a person should know of how a folder of one's own was read."""

from collections.abc import Iterator, Sequence
from itertools import islice

from campaigns.datasets.class_twins import twin_notes
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, Split
from campaigns.datasets.folder_tree import FileTree
from campaigns.datasets.formats import other_formats
from campaigns.datasets.label_table import LabelTable


def notes_of(tree: FileTree, table: LabelTable, train: Split, test: Split) -> tuple[str, ...]:
    """Return what a person should know of how the folder was read."""
    unknown = int((~train.known).sum())
    notes = [f"{unknown} of {len(train)} training images are not fully labelled"] if unknown else []
    trained = set(train.ids)
    if doubtful := sum(values.count(DIFFICULT) for image, values in table.rows.items() if image in trained):
        notes.append(f"labels of training images that are `?`, and kept out of training: {doubtful}")
    notes += tree_notes(tree)
    notes.append(f"the table was read as {table.reading}")
    notes += [f"read back: {row}" for row in _samples(table)]
    return (*notes, *table.notes, *_doubtful_classes(table.classes, train, test))


def tree_notes(tree: FileTree) -> list[str]:
    """Return what a person should know of the pictures that were left out."""
    notes = []
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
    if tree.systems:
        notes.append(f"left out are {of_systems(tree.systems)}")
    if tree.unprintable:
        notes.append(
            f"{len(tree.unprintable)} pictures were left out because their names are not UTF-8 or cannot be shown, for "
            f"example '{tree.unprintable[0]}': rename them"
        )
    return notes


def of_systems(pictures: Sequence[str]) -> str:
    """Tell of the pictures in folders that a system keeps for itself; empty when there is none."""
    what = f"{len(pictures)} pictures in folders that a system keeps for itself, for example "
    return what + repr(pictures[0]) if pictures else ""


def _samples(table: LabelTable) -> Iterator[str]:
    """Yield the first three rows as they were read."""
    for image, values in islice(table.rows.items(), 3):
        present = [name for name, value in zip(table.classes, values, strict=True) if value == POSITIVE]
        yield f"{image}: {', '.join(present[:8]) or 'no class'}"


def _doubtful_classes(classes: Sequence[str], train: Split, test: Split) -> Iterator[str]:
    """Tell of classes that differ by nothing that can be seen, and of those without a positive or a negative."""
    yield from twin_notes(classes)
    for title, split in (("training", train), ("test", test)):
        without = [name for at, name in enumerate(classes) if not (split.labels[:, at] == NEGATIVE).any()]
        if without and (split.labels == POSITIVE).any():
            yield f"no {title} image is without {', '.join(map(repr, without[:10]))}: such a class tells nothing"
