"""Scores of a model as a CSV: a line for each image, a column for each class.

    image,cat,sofa
    cats/1.jpg,0.93,0.08

The first column is the image, whatever it is called. `CLASS.peak` and `CLASS.trough` are maximum and minimum of the
class map, of every class or of none.
"""

import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import numpy as np

from campaigns.datasets.mistakes import refuse
from campaigns.datasets.raw_scores import HINT, MOST_BYTES, MOST_NUMBERS, RawScores, Tally
from campaigns.datasets.score_columns import ScoreColumns, score_columns
from campaigns.datasets.table_encoding import CODECS, decoded
from campaigns.datasets.table_text import PROBED, SEPARATORS, separator_of
from campaigns.errors import Mistake
from campaigns.home.files import bounded

MOST_LINE = 1 << 24
"""Characters of a line: a thousand classes with their maps have a twentieth of it."""
_WITH_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
Rows = Iterator[tuple[int, list[str]]]
"""Line number and cells."""


@dataclass(slots=True)
class _Numbers:
    """The lines of a table while they are read."""

    path: Path
    columns: ScoreColumns
    has_commas: bool
    """Numbers have a decimal comma."""
    tally: Tally
    images: list[str] = field(default_factory=list)
    lines: "array[int]" = field(default_factory=lambda: array("q"))
    values: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, line: int, cells: list[str]) -> None:
        """Take a line, or note what is wrong with it."""
        first = self.columns.image + 1
        while len(cells) > self.columns.width and not cells[-1].strip():
            cells.pop()
        if len(cells) != self.columns.width:
            what = f"has {len(cells)} cells, the first line has {self.columns.width}"
            self.tally.add("width", f"{self.path}:{line}", what)
            return
        before = len(self.values)
        try:
            self.values.extend(self._parsed(cells[first:]))
        except ValueError:
            del self.values[before:]
            self._explain(line, cells[first:])
            return
        self.images.append(cells[self.columns.image].strip())
        self.lines.append(line)

    def _parsed(self, cells: Sequence[str]) -> Iterator[float]:
        text = "\t".join(cells)
        if "_" in text or (self.has_commas and "." in text):  # what Python takes, and nobody else writes
            raise ValueError("no number")
        return map(float, text.replace(",", ".").split("\t") if self.has_commas else cells)

    def _explain(self, line: int, cells: Sequence[str]) -> None:
        for name, cell in zip(self.columns.header[self.columns.image + 1 :], cells, strict=True):
            where = f"{self.path}:{line}"
            if not cell.strip():
                self.tally.add("empty", where, f"column {name!r} is empty; should be a number")
            elif self.has_commas and "." in cell:
                self.tally.add("point", where, f"column {name!r} is {cell[:40]!r}, other numbers have a decimal comma")
            elif not self._is_number(cell):
                self.tally.add("text", where, f"column {name!r} is {cell[:40]!r}; should be a number")

    def _is_number(self, cell: str) -> bool:
        try:
            list(self._parsed([cell]))
        except ValueError:
            return False
        return True


def read_score_table(path: Path) -> RawScores:
    """Return what a CSV of any usual encoding, line end and separator of columns holds.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no text, or larger than `MOST_BYTES`.
        BadData: the first line does not say what the columns are, or its quotes do not close.
    """
    data = bounded(path, MOST_BYTES)
    text, encoding = decoded(data)
    separator = separator_of(text)
    del text  # decoded again line by line: as a file in memory it would take four bytes a character
    file = io.TextIOWrapper(io.BytesIO(data), encoding=CODECS[encoding], newline="")
    rows, tally = _rows(path, file, separator), Tally()
    columns = score_columns(path, next(rows, (1, []))[1], tally)
    first = list(islice(rows, PROBED))
    refuse(str(path), tally.mistakes, hint=HINT)
    numbers = _Numbers(path, columns, _has_decimal_commas(separator, columns, first), tally)
    for line, cells in chain(first, rows):
        numbers.add(line, cells)
        _require_memory(path, len(numbers.values))
    return _raw(numbers, f"{encoding}, columns separated by {SEPARATORS[separator]}")


def _rows(path: Path, file: io.TextIOWrapper, separator: str) -> Rows:
    reader = csv.reader(_bounded_lines(path, file), delimiter=separator, strict=True, skipinitialspace=True)
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield reader.line_num, cells
    except csv.Error as error:
        refuse(str(path), [Mistake(f"{path}:{reader.line_num}", f"cannot be read as a CSV: {error}")], hint=HINT)


def _bounded_lines(path: Path, file: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := file.readline(MOST_LINE):
        number += 1
        if len(line) == MOST_LINE:
            refuse(str(path), [Mistake(f"{path}:{number}", f"is longer than {MOST_LINE} characters")], hint=HINT)
        yield line


def _has_decimal_commas(separator: str, columns: ScoreColumns, rows: Sequence[tuple[int, list[str]]]) -> bool:
    """Return whether numbers certainly have a decimal comma: none has a point, and not all could be thousands."""
    cells = [cell.strip() for _, row in rows for cell in row[columns.image + 1 :]]
    commas = [cell for cell in cells if "," in cell]
    if separator == "," or not commas or any("." in cell for cell in cells):
        return False
    return all(map(_WITH_COMMA.fullmatch, commas)) and not all(map(_THOUSANDS.fullmatch, commas))


def _require_memory(path: Path, numbers: int) -> None:
    if numbers > MOST_NUMBERS:
        refuse(
            str(path), [Mistake(str(path), f"holds more than {MOST_NUMBERS} numbers")], hint="choose from a part of it"
        )


def _raw(numbers: _Numbers, reading: str) -> RawScores:
    path, columns, lines = numbers.path, numbers.columns, numbers.lines
    table = np.frombuffer(numbers.values, np.float64).reshape(len(lines), columns.width - columns.image - 1)
    places = columns.places

    def place(name: str, row: int, column: int) -> tuple[str, str]:
        title = columns.header[columns.image + 1 + places[name][column]]
        return f"{path}:{lines[row]}", f"column {title!r}"

    return RawScores(
        path, numbers.images, columns.classes, {name: table[:, at] for name, at in places.items()}, None, reading,
        numbers.tally, place, lambda row: f"{path}:{lines[row]}", lambda _: f"{path}:1",
    )  # fmt: skip
