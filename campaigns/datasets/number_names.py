"""Numbers where names of classes should stand: they may be numbers of classes, or yes and no for one."""

import json
import re
from collections.abc import Collection, Sequence

from campaigns.datasets.table_reader import PLAIN_CELLS

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d*)?")
SHOWN = 4


def numbers_asked(names: Collection[str], *, are_letters_answers: bool = False) -> str:
    """Return what names that are all numbers, or yes and no, may mean, and what answers; empty for other names.

    `are_letters_answers`: so may `x`, `y` and `n` be, where there is nothing else.
    """
    if not names or not all(name.lower() in PLAIN_CELLS or _NUMBER.fullmatch(name) for name in names):
        return ""
    if not are_letters_answers and all(len(name) == 1 and name.isalpha() for name in names):
        return ""
    shown = sorted(names)[:SHOWN]
    point = next((name for name in shown if "." in name), None)
    # In a list of lines `1.` is the number of a line.
    listed = "" if point is None else f", in a list of JSON, [{json.dumps(point)}, …],"
    what = f"{', '.join(shown)}, which may be numbers of classes or yes and no"
    return f"{what}: say --classes FILE with these numbers as classes{listed}"


def naming_column(rows: Sequence[Sequence[str]], numbers: int, others: Sequence[int]) -> int | None:
    """Return the column that has a name for each of the numbers in another, each its own; None where none has."""
    for at in others:
        names = {row[numbers]: row[at] for row in rows}
        is_own = 1 < len(set(names.values())) == len(names) and all(names[row[numbers]] == row[at] for row in rows)
        if is_own and all(re.search(r"[^\W\d_]", name) for name in names.values()):
            return at
    return None
