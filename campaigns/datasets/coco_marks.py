"""What annotations in COCO's JSON say of themselves: not to be counted, deleted, or guessed by a model."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.datasets.flags import flag

IGNORED = ("ignore", "ignored", "difficult")
"""Set: it is there, or something like it, and nobody is to be asked about it."""
DELETED = "deleted"
SCORES = ("score", "confidence", "conf", "probability")
"""How sure a model is, as in its detections."""
CERTAIN = frozenset({-1.0, 0.0, 1.0})
"""Numbers that programs write beside what people drew, where a score has a place and nobody guessed."""

Row = Mapping[str, Any]


def is_ignored(row: Row) -> bool:
    """Return whether an annotation says that it does not count."""
    return any(key in row and flag(row[key]) is True for key in IGNORED)


def is_deleted(row: Row) -> bool:
    """Return whether an annotation says that it was deleted."""
    return DELETED in row and flag(row[DELETED]) is True


def strange_mark(rows: Sequence[Row]) -> str:
    """Say how many annotations have a mark that says neither yes nor no; empty when none has."""
    for key in ("ignore", "ignored", DELETED):
        bad = [n for n, row in enumerate(rows) if key in row and flag(row[key]) is None]
        if bad:
            what = f"the first is number {bad[0]}: {str(rows[bad[0]][key])[:40]!r}; write 1 for yes, 0 for no"
            return f"{len(bad)} have neither yes nor no as {key!r}, {what}"
    return ""


def guessed(rows: Sequence[Row]) -> str:
    """Say how many annotations have a score, which a model gives to what it detects; empty when none has.

    A number that is the same everywhere was filled in by the program that wrote the file.
    """
    for key in SCORES:
        scored = [n for n, row in enumerate(rows) if key in row and _is_score(row[key])]
        if 0 < len(scored) < len(rows) or len({str(rows[n][key]) for n in scored}) > 1:
            return (
                f"{len(scored)} of {len(rows)} have a {key!r}, the first is number {scored[0]} with "
                f"{str(rows[scored[0]][key])[:20]}: a model's detections are no truth; give the annotations that "
                f"people made, or take {key!r} out of the file where people have checked each of them"
            )
    return ""


def mark_notes(name: str, *, ignored: int, deleted: int) -> list[str]:
    """Return what a person is told of labels that are unknown, and of annotations that were left out."""
    notes = []
    if ignored:
        what = "label is" if ignored == 1 else "labels are"
        notes.append(
            f"{ignored} {what} unknown in {name}: all annotations of the class in the image say that they are to be "
            "ignored, or difficult"
        )
    if deleted:
        what = "annotation marked 'deleted' was" if deleted == 1 else "annotations marked 'deleted' were"
        notes.append(f"{deleted} {what} left out of {name}")
    return notes


def _is_score(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return float(value) not in CERTAIN
    except ValueError:
        return False
