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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.datasets.columns import roles
from campaigns.datasets.image_column import with_image
from campaigns.datasets.image_names import ImageNames, bare_notes, is_bare
from campaigns.datasets.long_table import read_long
from campaigns.datasets.nothing_columns import check_nothing, take_unlabelled
from campaigns.datasets.table_encoding import NotThisText
from campaigns.datasets.table_reader import HINTED, PLAIN_CELLS, Lines, TableOptions, TableReader
from campaigns.datasets.table_splits import read_splits
from campaigns.datasets.table_text import SEPARATORS, RawTable, read_raw
from campaigns.datasets.wide_table import check_columns, read_wide
from campaigns.errors import Mistake


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
    has_empty: bool = False
    """Empty cells were read as not yet labelled, and nobody said that they are."""


def read_table(
    path: Path, *, images: Sequence[str], classes: Sequence[str] | None, options: TableOptions | None = None
) -> LabelTable:
    """Read the table in a file that describes these images; with `classes` given, no other class."""
    reader, there = TableReader(path, options or TableOptions(), classes), ImageNames(images)
    raw = _raw(reader, there)
    if raw is None:
        return LabelTable(mistakes=tuple(reader.mistakes))
    lines = _of_images(reader, raw, there)
    if not reader.mistakes and not lines:
        reader.mistakes.append(Mistake(str(path), "labels no image"))
    reading = f"{raw.encoding}, columns separated by {SEPARATORS[raw.separator]}"
    if reader.columns.labels is not None:
        if reader.options.empty_cell is not None:
            reader.wrong("names classes in cells, where an empty one means that there is none: leave out --empty-cell")
        division_, names, rows = read_long(reader, lines)
        reading += f", labels separated by {division_.title}"
    else:
        nobody = take_unlabelled(reader, lines, classes or ())
        lines = [line for line in lines if line[1] not in nobody]
        names, rows = read_wide(reader, _once(reader, lines))
        if classes is None:
            check_columns(reader, names)
            check_nothing(reader, lines, names)
    splits = read_splits(reader, lines, rows) if reader.columns.split is not None else None
    return LabelTable(names, rows, splits, tuple(reader.mistakes), tuple(reader.notes), reading, reader.has_empty)


def label_lines(
    path: Path, *, images: Sequence[str], classes: Sequence[str] | None, options: TableOptions
) -> dict[str, int]:
    """Return the number of the line that labels each image, the first of several; none of a wrong table."""
    reader, there = TableReader(path, options, classes), ImageNames(images)
    raw = _raw(reader, there)
    lines = [] if raw is None else _of_images(reader, raw, there)
    return {image: number for number, image, _ in reversed(lines)}


def _raw(reader: TableReader, images: ImageNames) -> RawTable | None:
    """Return the table with its columns known; None when it cannot be read or the header is wrong."""
    try:
        raw = read_raw(reader.path, reader.options.encoding)
    except NotThisText as error:
        where = str(reader.path) if error.line is None else f"{reader.path}:{error.line}"
        reader.mistakes.append(Mistake(where, str(error)))
        return None
    except (OSError, ValueError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        reader.mistakes.append(Mistake(str(reader.path), f"cannot be read as a CSV: {reason}"))
        return None
    reader.notes += [raw.note] if raw.note else []
    reader.header = raw.header
    listed = reader.fixed if reader.options.is_listed else None
    named, wrong = with_image(reader.named, raw, images.match)
    if wrong:
        reader.wrong(wrong)
        return None
    reader.columns = roles(raw, named=named, listed=listed, cells=frozenset(PLAIN_CELLS))
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


def _of_images(reader: TableReader, raw: RawTable, names: ImageNames) -> Lines:
    """Return the lines of images that are there."""
    good, meant = Lines(), dict[str, str]()
    absent: list[tuple[int, str]] = []
    unclear: list[tuple[int, str]] = []
    tails: list[tuple[str, str]] = []
    for number, cells in raw.lines:
        if len(cells) != len(raw.header):
            continue
        name = cells[reader.columns.image]
        fitting = names.match(name)
        if not fitting:
            absent.append((number, _absent(names, name, has_hint=len(absent) < HINTED)))
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
    reader.notes += bare_notes([(name, image) for name, image in tails if is_bare(name, image)])
    if absent and reader.options.skip_missing:
        reader.notes.append(f"{len(absent)} lines were left out: {absent[0][1]}")
    else:
        reader.wrong_lines([(n, f"{what}; --skip-missing leaves such lines out") for n, what in absent])
    reader.wrong_lines(unclear)
    return good


def _absent(names: ImageNames, name: str, *, has_hint: bool) -> str:
    """Say that there is no image of a name, and which may be meant."""
    what = f"there is no image {name[:100]!r}"
    if has_hint and (other := names.elsewhere(name)):
        return f"{what}: {other!r} has its name and lies in another folder; write {other!r} if it is meant"
    like = names.like(name) if has_hint else None
    return what + (f", did you mean {like!r}?" if like else "")


def _once(reader: TableReader, lines: Lines) -> Lines:
    """Return the first line of each image; a second one is a mistake."""
    first: dict[str, int] = {}
    again = [(n, image) for n, image, _ in lines if first.setdefault(image, n) != n]
    reader.wrong_lines([(n, f"image {image!r} has a line already, {first[image]}") for n, image in again])
    return [line for line in lines if first[line[1]] == line[0]]
