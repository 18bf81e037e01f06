"""A CSV of labels: two forms that people really have, read into one table.

Long, one cell names the classes, separated by `;` or `|`; an empty cell is an image of nothing:

    image,labels,split
    cats/1.jpg,cat;sofa,train

Wide, a column for each class; 1, yes, true, x: it is there; 0, -1, no, false: it is not; `?`: difficult, neither
counted for nor against; empty: nobody has said yet:

    image,cat,sofa
    cats/1.jpg,1,0

The column `split` (train or test; empty means train) may be left out. Image paths are relative to the folder. What has
two readings is a mistake that names the option which says which one is meant.
"""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from campaigns.core.text import is_printable
from campaigns.datasets.columns import Columns, roles
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN
from campaigns.datasets.image_names import ImageNames
from campaigns.datasets.label_cells import Division, division
from campaigns.datasets.mistakes import of_lines
from campaigns.datasets.table_text import SEPARATORS, RawTable, read_raw
from campaigns.errors import Mistake, nearest

CELLS: Mapping[str, int] = MappingProxyType({
    "1": POSITIVE, "yes": POSITIVE, "true": POSITIVE, "1.0": POSITIVE, "x": POSITIVE, "y": POSITIVE, "t": POSITIVE,
    "0": NEGATIVE, "-1": NEGATIVE, "no": NEGATIVE, "false": NEGATIVE, "0.0": NEGATIVE, "-1.0": NEGATIVE,
    "n": NEGATIVE, "f": NEGATIVE,
    "?": DIFFICULT,
    "": UNKNOWN,
})  # fmt: skip
"""What a cell of the wide form may say, in any case."""
MINUS, ZERO = frozenset({"-1", "-1.0"}), frozenset({"0", "0.0"})
MINUS_ONE: Mapping[str, int] = MappingProxyType({"absent": NEGATIVE, "unknown": UNKNOWN})
"""What `-1` may mean where `0` stands in the same table."""
TRAIN = frozenset({"train", "training", "trn", ""})
HELD_OUT = ("test", "testing", "valid", "val", "validation", "dev")
MOST_LABELS = 1 << 27
"""Images times classes, as COCO's with a thousand classes. A line that is short in the file is long in memory."""
HINTED = 20
"""Mistakes that are told with the class that may have been meant: looking for it takes a while."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What a person said about a table; None where it is to be told from the table."""

    split: str | None = None
    """Column, or `COLUMN=VALUE` with the value that is the test split, or `-` for none."""
    separator: str | None = None
    """Of the labels in a cell."""
    skip_missing: bool = False
    """Leave out lines of images that are not there."""
    minus_one: str | None = None
    """A key of `MINUS_ONE`."""
    is_listed: bool = False
    """The classes were given by a person for this table: other columns are no classes."""


@dataclass(frozen=True, slots=True)
class LabelTable:
    """What a table says, and what is wrong with it."""

    classes: tuple[str, ...] = ()
    rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """A label for each class, by image."""
    splits: Mapping[str, str] | None = None
    """`train` or `test` by image; None when there is no such column."""
    mistakes: tuple[Mistake, ...] = ()
    """When there is one, the rest is not to be used."""
    notes: tuple[str, ...] = ()
    """What was taken for what, and what was left out."""
    reading: str = ""
    """Encoding and separators that were taken."""


@dataclass(slots=True)
class _TableReader:
    """One table while it is read."""

    path: Path
    options: TableOptions
    fixed: Sequence[str] | None
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    header: list[str] = field(default_factory=list)

    def wrong(self, what: str) -> None:
        self.mistakes.append(Mistake(f"{self.path}:1", what))

    def wrong_lines(self, lines: Sequence[tuple[int, str]]) -> None:
        self.mistakes += of_lines(self.path, lines)


Lines = list[tuple[int, str, list[str]]]
"""Line number, image, and cells."""
Rows = dict[str, tuple[int, ...]]


def read_table(
    path: Path, *, images: Sequence[str], classes: Sequence[str] | None, options: TableOptions | None = None
) -> LabelTable:
    """Read the table in a file that describes these images; with `classes` given, no other class."""
    reader = _TableReader(path, options or TableOptions(), classes)
    raw = _raw(reader)
    if raw is None:
        return LabelTable(mistakes=tuple(reader.mistakes))
    lines = _of_images(reader, raw, images)
    if not reader.mistakes and not lines:
        reader.mistakes.append(Mistake(str(path), "labels no image"))
    reading = f"{raw.encoding}, columns separated by {SEPARATORS[raw.separator]}"
    if reader.columns.labels is not None:
        division_, names, rows = _long(reader, lines)
        reading += f", labels separated by {division_.title}"
    else:
        names, rows = _wide(reader, _once(reader, lines))
    splits = _splits(reader, lines, rows) if reader.columns.split is not None else None
    return LabelTable(names, rows, splits, tuple(reader.mistakes), tuple(reader.notes), reading)


def _raw(reader: _TableReader) -> RawTable | None:
    """Return the table with its columns known; None when it cannot be read or the header is wrong."""
    try:
        raw = read_raw(reader.path)
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        reader.mistakes.append(Mistake(str(reader.path), f"cannot be read as a CSV: {reason}"))
        return None
    reader.header = raw.header
    listed = reader.fixed if reader.options.is_listed else None
    reader.columns = roles(raw, split=reader.options.split, listed=listed, cells=frozenset(CELLS))
    reader.notes += reader.columns.notes
    for what in reader.columns.mistakes:
        reader.wrong(what)
    if reader.columns.mistakes:
        return None
    width = len(raw.header)
    ragged = [
        (n, f"has {len(cells)} cells, the first line has {width}") for n, cells in raw.lines if len(cells) != width
    ]
    reader.wrong_lines(ragged)
    return raw


def _of_images(reader: _TableReader, raw: RawTable, images: Sequence[str]) -> Lines:
    """Return the lines of images that are there."""
    names, good, meant = ImageNames(images), Lines(), dict[str, str]()
    absent: list[tuple[int, str]] = []
    unclear: list[tuple[int, str]] = []
    tails: list[tuple[str, str]] = []
    for number, cells in raw.lines:
        if len(cells) != len(raw.header):
            continue
        name = cells[reader.columns.image]
        fitting = names.match(name)
        if not fitting:
            like = names.like(name) if len(absent) < HINTED else None
            absent.append((number, f"there is no image {name[:100]!r}" + (f", did you mean {like!r}?" if like else "")))
        elif len(fitting) > 1:
            unclear.append((number, f"{name[:100]!r} may be {fitting[0]!r} or {fitting[1]!r}: write its folder too"))
        elif meant.setdefault(fitting[0], name) != name:
            unclear.append((number, f"{name[:60]!r} and {meant[fitting[0]][:60]!r} would both be {fitting[0]!r}"))
        else:
            good.append((number, fitting[0], cells))
            if fitting[0] != name:
                tails.append((name, fitting[0]))
    if tails:
        reader.notes.append(
            f"{len(tails)} of {len(raw.lines)} names were found by the end of their path, "
            f"for example {tails[0][0]!r} is {tails[0][1]!r}"
        )
    if absent and reader.options.skip_missing:
        reader.notes.append(f"{len(absent)} lines were left out: {absent[0][1]}")
    else:
        reader.wrong_lines([(n, f"{what}; --skip-missing leaves such lines out") for n, what in absent])
    reader.wrong_lines(unclear)
    return good


def _once(reader: _TableReader, lines: Lines) -> Lines:
    """Return the first line of each image; a second one is a mistake."""
    first: dict[str, int] = {}
    again = [(n, image) for n, image, _ in lines if first.setdefault(image, n) != n]
    reader.wrong_lines([(n, f"image {image!r} has a line already, {first[image]}") for n, image in again])
    return [line for line in lines if first[line[1]] == line[0]]


def _long(reader: _TableReader, lines: Lines) -> tuple[Division, tuple[str, ...], Rows]:
    place = reader.columns.labels or 0
    cells = [row[place] for _, _, row in lines]
    kind = division(cells, separator=reader.options.separator, known=reader.fixed)
    if kind.question:
        reader.mistakes.append(Mistake(str(reader.path), kind.question))
        return kind, (), {}
    named = _named(reader, lines, kind.divide, place)
    distinct = {name for _, _, some in named for name in some}
    _require_no_numbers(reader, distinct, place)
    classes = tuple(reader.fixed) if reader.fixed is not None else tuple(sorted(distinct))
    if reader.fixed is not None:
        _check_known(reader, named, classes)
    reader.wrong_lines([(n, f"{x!r} cannot be shown") for n, _, some in named for x in some if not is_printable(x)])
    if lines and not classes:
        reader.mistakes.append(Mistake(str(reader.path), "names no class at all"))
    if empty := sum(1 for cell in cells if not cell):
        reader.notes.append(f"{empty} of {len(cells)} label cells are empty: read as images of no class")
    if _are_too_many(reader, len(lines), classes):
        return kind, classes, {}
    together: dict[str, set[str]] = {}
    for _, image, some in _merged(reader, named):
        together.setdefault(image, set()).update(some)
    rows = {
        image: tuple(POSITIVE if name in some else NEGATIVE for name in classes) for image, some in together.items()
    }
    return kind, classes, rows


def _named(
    reader: _TableReader, lines: Lines, divide: Callable[[str], list[str]], place: int
) -> list[tuple[int, str, list[str]]]:
    named, wrong = [], []
    for number, image, row in lines:
        try:
            named.append((number, image, divide(row[place])))
        except ValueError as error:
            wrong.append((number, f"{error}; say --separator S"))
    reader.wrong_lines(wrong)
    return named


def _require_no_numbers(reader: _TableReader, names: set[str], place: int) -> None:
    """Ask what numbers in a column such as `class` mean: names of classes, or yes and no for one class."""
    column = reader.header[place]
    if reader.fixed is None and column != "labels" and names and all(n.lower() in CELLS or n.isdigit() for n in names):
        shown = ", ".join(sorted(names)[:4])
        reader.wrong(
            f"column {column!r} holds {shown}, which may be numbers of classes or yes and no: "
            "say --classes FILE with the classes, these numbers or the name of the column"
        )


def _merged(reader: _TableReader, named: list[tuple[int, str, list[str]]]) -> list[tuple[int, str, list[str]]]:
    """Return lines, several for an image where each names one class; otherwise a second line is a mistake."""
    first: dict[str, int] = {}
    several = {image for n, image, _ in named if first.setdefault(image, n) != n}
    if several and all(len(some) == 1 for _, image, some in named if image in several):
        reader.notes.append(f"{len(several)} images have several lines, one for each label")
        return named
    again = [(n, image) for n, image, _ in named if first[image] != n]
    reader.wrong_lines([(n, f"image {image!r} has a line already, {first[image]}") for n, image in again])
    return named


def _check_known(reader: _TableReader, named: list[tuple[int, str, list[str]]], classes: Sequence[str]) -> None:
    known, wrong = set(classes), list[tuple[int, str]]()
    for number, _, some in named:
        for name in some:
            if name not in known:
                wrong.append((number, _unknown_class(name, classes if len(wrong) < HINTED else ())))
    reader.wrong_lines(wrong)


def _wide(reader: _TableReader, lines: Lines) -> tuple[tuple[str, ...], Rows]:
    places = {reader.header[at]: at for at in reader.columns.classes}
    classes = tuple(reader.fixed) if reader.fixed is not None else tuple(sorted(places))
    known = set(classes)
    unknown = [name for name in places if name not in known]
    for at, name in enumerate(unknown):
        reader.wrong(_unknown_class(name, () if at > HINTED else classes))
    rows: Rows = {}
    if _are_too_many(reader, len(lines), classes):
        return classes, rows
    meaning = _meaning(reader, lines, list(places.values()))
    for name, at in places.items():
        bad = [(n, row[at]) for n, _, row in lines if row[at].lower() not in meaning]
        reader.wrong_lines([(n, _bad_cell(name, cell)) for n, cell in bad])
    # A class of `classes.txt` without a column: nobody has said anything about it.
    ordered = [places.get(name) for name in classes]
    for _, image, row in lines:
        rows[image] = tuple(UNKNOWN if at is None else meaning.get(row[at].lower(), UNKNOWN) for at in ordered)
    if rows and all(value == UNKNOWN for values in rows.values() for value in values) and not reader.mistakes:
        reader.mistakes.append(Mistake(str(reader.path), "holds no label at all"))
    return classes, rows


def _meaning(reader: _TableReader, lines: Lines, places: Sequence[int]) -> Mapping[str, int]:
    """Return what cells mean in this table: `-1` beside `0` is asked about, empty beside nothing but `x` is absent."""
    cells = {row[at].lower() for _, _, row in lines for at in places}
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


def _are_too_many(reader: _TableReader, lines: int, classes: Sequence[str]) -> bool:
    if lines * len(classes) <= MOST_LABELS:
        return False
    what = f"{len(classes)} classes for {lines} images are more than {MOST_LABELS} labels"
    reader.mistakes.append(Mistake(str(reader.path), what))
    return True


def _unknown_class(name: str, classes: Sequence[str]) -> str:
    hint = f", {nearest(name, classes)}" if classes else ""
    return f"there is no class {name[:60]!r} in classes.txt{hint}"


def _bad_cell(name: str, cell: str) -> str:
    possible = ", ".join(c for c in CELLS if c)
    return f"{name} is {cell[:40]!r}; it can be {possible} or empty; --classes FILE names the columns that are classes"


def _splits(reader: _TableReader, lines: Lines, rows: Rows) -> dict[str, str]:
    place = reader.columns.split or 0
    splits: dict[str, str] = {}
    wrong: list[tuple[int, str]] = []
    unlabelled: list[tuple[int, str]] = []
    meaning = _split_meaning(reader, {row[place].lower() for _, _, row in lines})
    for number, image, row in lines:
        split = meaning.get(row[place].lower())
        if split is None:
            column = reader.header[place]
            what = f"split is {row[place][:40]!r}; it can be train or test; or say --split {column}=VALUE"
            wrong.append((number, what))
        elif split == "test" and UNKNOWN in rows.get(image, ()):
            unlabelled.append((number, "a test image needs a label for every class"))
        if splits.setdefault(image, split or "train") != (split or "train"):
            wrong.append((number, f"image {image!r} is in both splits"))
    reader.wrong_lines(wrong)
    reader.wrong_lines(unlabelled)
    return splits


def _split_meaning(reader: _TableReader, values: set[str]) -> Mapping[str, str]:
    """Return the split of each value that is plain; the others have to be said."""
    _, is_said, value = (reader.options.split or "").partition("=")
    if is_said:
        if value.lower() not in values:
            reader.wrong(f"no line has {value!r} in the column to split by: --split COLUMN=VALUE")
        return {each: "test" if each == value.lower() else "train" for each in values}
    held_out = [name for name in HELD_OUT if name in values]
    meaning = dict.fromkeys(TRAIN, "train")
    if held_out:
        meaning[held_out[0]] = "test"
    column = reader.header[reader.columns.split or 0].lower()
    if reader.options.split and column in {"is_valid", "is_test", "is_val", "valid", "test", "val", "validation"}:
        meaning |= {each: "test" if CELLS[each] == POSITIVE else "train" for each in CELLS if each in values}
    return meaning
