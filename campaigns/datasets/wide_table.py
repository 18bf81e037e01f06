"""The wide form of a table of labels: a column for each class."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from campaigns.datasets.columns import shell_word
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, UNKNOWN
from campaigns.datasets.doubtful_names import MISSING
from campaigns.datasets.name_shapes import shape_doubts
from campaigns.datasets.table_reader import CELLS, HINTED, Lines, Rows, TableReader, are_too_many, unknown_class
from campaigns.errors import Mistake

MINUS, ZERO = frozenset({"-1", "-1.0"}), frozenset({"0", "0.0"})
MINUS_ONE: Mapping[str, int] = MappingProxyType({"absent": NEGATIVE, "unknown": UNKNOWN, "unsure": DIFFICULT})
"""What `-1` may mean where `0` stands in the same table."""
LISTED = "list the columns that are classes in --classes FILE"
NO_LABEL = "holds no label at all"


def read_wide(reader: TableReader, lines: Lines) -> tuple[tuple[str, ...], Rows]:
    """Return the classes, and a label for each by image."""
    places = {reader.header[at]: at for at in reader.columns.classes}
    classes = tuple(reader.fixed) if reader.fixed is not None else tuple(sorted(places))
    known = set(classes)
    unknown = [name for name in places if name not in known]
    for at, name in enumerate(unknown):
        reader.wrong(unknown_class(name, () if at > HINTED else classes))
    rows: Rows = {}
    if are_too_many(reader, len(lines), classes):
        return classes, rows
    meaning = _meaning(reader, lines, list(places.values()))
    if missing := sum(row[at].lower() in MISSING for _, _, row in lines for at in places.values()):
        meaning = {**meaning, **dict.fromkeys(MISSING, UNKNOWN)}
        reader.notes.append(f"{missing} of {len(lines) * len(places)} cells say NA or the like: not yet labelled")
    for name, at in places.items():
        if wrong := {cell for cell in _cells(lines, at) if cell.lower() not in meaning}:
            # A pair of words that other columns have as well answers a question, and names no class.
            is_own = all(wrong.isdisjoint(_cells(lines, other)) for other in places.values() if other != at)
            option = reader.class_option if is_own else None
            reader.wrong_lines([(n, _bad_cell(name, row[at], option)) for n, _, row in lines if row[at] in wrong])
    # A class of `classes.txt` without a column: nobody has said anything about it.
    ordered = [places.get(name) for name in classes]
    labels: dict[tuple[str, ...], tuple[int, ...]] = {}
    for _, image, row in lines:
        cells = tuple(["" if at is None else row[at] for at in ordered])
        if cells not in labels:
            labels[cells] = tuple(
                UNKNOWN if at is None else meaning.get(cell.lower(), UNKNOWN)
                for at, cell in zip(ordered, cells, strict=True)
            )
        rows[image] = labels[cells]
    if rows and all(value == UNKNOWN for values in rows.values() for value in values) and not reader.mistakes:
        reader.mistakes.append(Mistake(str(reader.path), NO_LABEL))
    return classes, rows


def check_columns(reader: TableReader, classes: Sequence[str]) -> None:
    """Ask about columns whose names look like something else beside the others, as `car.1` beside `car`."""
    for what in shape_doubts(classes, way=LISTED, separator=";").values():
        reader.wrong(f"column {what}")


def _meaning(reader: TableReader, lines: Lines, places: Sequence[int]) -> Mapping[str, int]:
    """Return what cells mean in this table: `-1` beside `0` is asked about, empty beside nothing but `x` is absent."""
    cells = {cell.lower() for at in places for cell in _cells(lines, at)}
    meaning = dict(CELLS)
    if reader.options.minus_one is not None:
        meaning |= dict.fromkeys(MINUS, MINUS_ONE[reader.options.minus_one])
    elif cells & MINUS and cells & ZERO:
        reader.wrong("holds -1 beside 0: say --minus-one absent or --minus-one unknown")
    if cells == {"x", ""}:
        meaning[""] = NEGATIVE
        reader.notes.append("cells are marked with x alone: empty ones were read as absent")
    elif "" in cells:
        empty = sum(1 for _, _, row in lines for at in places if not row[at])
        reader.notes.append(f"{empty} of {len(lines) * len(places)} cells are empty: read as not yet labelled")
    return meaning


def _cells(lines: Lines, at: int) -> set[str]:
    """Return what stands in a column: a few words, however many lines there are."""
    return {row[at] for _, _, row in lines}


def _bad_cell(name: str, cell: str, option: str | None) -> str:
    possible = ", ".join(c for c in CELLS if c)
    what = f"{name} is {cell[:40]!r}; it can be {possible} or empty; --classes FILE names the columns that are classes"
    names_them = option is not None and re.search(r"[^\W_]", cell)
    return what + (f", {option} {shell_word(name)} says that its cells name them" if names_them else "")
