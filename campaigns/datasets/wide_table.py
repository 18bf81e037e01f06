"""The wide form of a table of labels: a column for each class."""

import re
from collections.abc import Mapping, Sequence, Set
from types import MappingProxyType

from campaigns.datasets.columns import shell_word
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, UNKNOWN
from campaigns.datasets.doubtful_names import MISSING
from campaigns.datasets.name_shapes import shape_doubts
from campaigns.datasets.table_reader import (
    CELLS,
    CROSSES,
    HINTED,
    SOME_CELLS,
    TICKS,
    Lines,
    Rows,
    TableReader,
    are_too_many,
    unknown_class,
)
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
    # A few words for each column, however many lines there are.
    words = {name: {row[at] for _, _, row in lines} for name, at in places.items()}
    meaning = _meaning(reader, lines, places, {cell.lower() for own in words.values() for cell in own})
    if several := _naming(words, meaning):
        reader.wrong(
            f"columns {', '.join(several[:4])} name classes in their cells: join them in one column, as car;dog"
        )
        return classes, rows
    for name, at in places.items():
        if wrong := {cell for cell in words[name] if cell.lower() not in meaning}:
            # A pair of words that other columns have as well answers a question, and names no class.
            is_own = all(wrong.isdisjoint(others) for other, others in words.items() if other != name)
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


def _meaning(
    reader: TableReader, lines: Lines, places: Mapping[str, int], cells: frozenset[str] | set[str]
) -> Mapping[str, int]:
    """Return what cells mean in a table of these, in lower case: `-1` beside `0` is asked about, empty beside nothing
    but `x` or ticks is absent, and so is a cross beside ticks.
    """
    meaning = dict(CELLS)
    if reader.options.minus_one is not None:
        meaning |= dict.fromkeys(MINUS, MINUS_ONE[reader.options.minus_one])
    elif cells & MINUS and cells & ZERO:
        reader.wrong("holds -1 beside 0: say --minus-one absent or --minus-one unknown")
    if cells & TICKS:
        meaning |= dict.fromkeys(CROSSES, NEGATIVE)
        if "x" in cells:
            reader.wrong("holds x beside ✓: write yes and no, for x may be a mark or a cross")
    marks, places_at = cells - {""}, list(places.values())
    means = reader.options.empty_cell
    if means is None and "" in cells and marks and (marks == {"x"} or marks <= TICKS):
        meaning[""] = NEGATIVE
        reader.notes.append(f"cells are marked with {' '.join(sorted(marks))} alone: empty ones were read as absent")
    elif "" in cells:
        empty = sum(1 for _, _, row in lines for at in places_at if not row[at])
        meaning[""] = NEGATIVE if means == "absent" else UNKNOWN
        reader.has_empty = means is None
        read_as = "absent, as you said" if means == "absent" else "not yet labelled"
        reader.notes.append(f"{empty} of {len(lines) * len(places)} cells are empty: read as {read_as}")
    if cells & MISSING:
        missing = sum(row[at].lower() in MISSING for _, _, row in lines for at in places_at)
        meaning |= dict.fromkeys(MISSING, UNKNOWN)
        reader.notes.append(f"{missing} of {len(lines) * len(places)} cells say NA or the like: not yet labelled")
    return meaning


def _naming(cells: Mapping[str, Set[str]], meaning: Mapping[str, int]) -> list[str]:
    """Return `label1`, `label2` and so on where these are the columns, and their cells name classes; else nothing."""
    is_numbered = len({name.rstrip("0123456789") for name in cells}) == 1 < len(cells)
    if not is_numbered or any(cell and cell.lower() in meaning for own in cells.values() for cell in own):
        return []
    return [name for name, own in cells.items() if any(re.search(r"[^\W\d_]{2}", cell) for cell in own)]


def _bad_cell(name: str, cell: str, option: str | None) -> str:
    what = f"{name} is {cell[:40]!r}; it can be {SOME_CELLS}; --classes FILE names the columns that are classes"
    names_them = option is not None and re.search(r"[^\W_]", cell)
    return what + (f", {option} {shell_word(name)} says that its cells name them" if names_them else "")
