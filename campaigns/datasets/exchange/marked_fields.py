"""Fields of JSON lines that are named after classes: which are, which may be, and what is left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from campaigns.datasets.columns import FLAGS, LABELS, NUMBERS, SPLITS
from campaigns.datasets.exchange.gathering import Gathering
from campaigns.datasets.nothing_columns import is_unlabelled
from campaigns.datasets.several_lines import plain_name
from campaigns.datasets.table_reader import PLAIN_CELLS
from campaigns.errors import Mistake

Node = Mapping[str, Any]
LIST_THEM = "say --classes FILE with the names of the classes"
_MARKS = frozenset({-1, 0, 1})
_WORDS = frozenset(word for word in PLAIN_CELLS if len(word) > 1 or word.isdecimal())
"""Texts for yes and no; single letters may as well be an axis or a sex."""


def class_fields(
    rows: Sequence[tuple[int, Node]], gathering: Gathering, apart: frozenset[str], *, are_all: bool
) -> frozenset[str]:
    """Return the fields that hold yes or no of a class; what may be something else is asked about, or told.

    `rows` have no field of labels, `apart` are the fields that have another meaning. With a list of classes all other
    fields are left out. `are_all`: no other row lists labels.
    """
    values: dict[str, dict[Any, int]] = {}
    for number, row in rows:
        for name, value in row.items():
            if name not in apart:
                values.setdefault(name, {}).setdefault(_key(value), number)
    known, listed = set(gathering.known or ()), gathering.options.numbered
    chosen, left_out = set[str](), list[str]()
    for name, its in values.items():
        is_class = name in known or name in (listed or ())
        is_open = gathering.known is None and listed is None
        if (is_class or is_open) and (wrong := _wrong(name, its, is_class=is_class)) is not None:
            gathering.mistakes.append(Mistake(f"{gathering.path}:{wrong[0]}", wrong[1]))
        elif not _is_marked(its):
            left_out.append(name)
        elif is_class or (listed is None and not _is_other(name) and (gathering.known is None or _is_bool(its))):
            chosen.add(name)
        elif listed is None and gathering.known is None:
            gathering.mistakes.append(Mistake(f"{gathering.path}:{min(its.values())}", _question(name)))
        else:
            left_out.append(name)
    if left_out and (chosen or values.keys() - set(left_out)):
        gathering.notes.append(f"left out as no labels: the fields {', '.join(left_out)[:200]}")
    if are_all and left_out and not chosen and not gathering.mistakes:
        what = f"names classes in no field: it has {', '.join(left_out)[:80]}, where {LABELS[0]!r} may list them, or"
        what += " a field for each class say true and false"
        gathering.mistakes.append(Mistake(f"{gathering.path}:{rows[0][0]}", what))
    return frozenset(chosen)


def _key(value: object) -> object:
    """Return a value by which it is told; `True` is no `1` here, and lists are like each other."""
    return value if value is None or isinstance(value, bool | int | float | str) else type(value).__name__ + "…"


def _is_marked(values: Mapping[Any, int]) -> bool:
    return any(value is not None for value in values) and all(value is None or value in (0, 1) for value in values)


def _is_bool(values: Mapping[Any, int]) -> bool:
    return any(isinstance(value, bool) for value in values)


def _wrong(name: str, values: Mapping[Any, int], *, is_class: bool) -> tuple[int, str] | None:
    """Return the line and what is wrong with a field that is nearly one of a class; None where it is not so."""
    odd = {value: n for value, n in values.items() if value is not None and value not in (0, 1)}
    if not odd or not (is_class or _is_nearly(values)):
        return None
    value, number = next(iter(odd.items()))
    what = f"field {name[:60]!r} is {value!r:.40}; it can be true, false, 1, 0 or null where it is a class"
    return number, what if is_class else f"{what}: write that, or {LIST_THEM}, and it is left out where it is none"


def _is_nearly(values: Mapping[Any, int]) -> bool:
    """Return whether a field seems to say yes and no in other words: -1 and 1, 'yes' and 'no', or 1 and 'na'.

    Numbers beyond these measure something, and texts that are more than yes and no describe it.
    """
    plain = [value for value in values if value is not None]
    texts = [value for value in plain if isinstance(value, str)]
    if len(texts) == len(plain):
        return bool(texts) and all(text.lower() in _WORDS for text in texts)
    return all(value in _MARKS for value in plain if not isinstance(value, str)) and any(v in (0, 1) for v in plain)


def _is_other(name: str) -> bool:
    return plain_name(name) in SPLITS | FLAGS | NUMBERS or is_unlabelled(name)


def _question(name: str) -> str:
    if plain_name(name) in SPLITS:
        return f"field {name!r} looks like a split, which is not read from it, or is a class: {LIST_THEM}"
    return f"field {name!r} may be a class or say something else of the image: {LIST_THEM}"
