"""What reading a table of labels has in common, whatever its form: options, and what is noted on the way."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from campaigns.datasets.class_list import NUMBERED
from campaigns.datasets.columns import NO_SPLIT, Columns, NamedColumns
from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN
from campaigns.datasets.mistakes import of_lines
from campaigns.errors import Mistake, nearest

PLAIN_CELLS: Mapping[str, int] = MappingProxyType({
    "1": POSITIVE, "yes": POSITIVE, "true": POSITIVE, "1.0": POSITIVE, "x": POSITIVE, "y": POSITIVE, "t": POSITIVE,
    "0": NEGATIVE, "-1": NEGATIVE, "no": NEGATIVE, "false": NEGATIVE, "0.0": NEGATIVE, "-1.0": NEGATIVE,
    "n": NEGATIVE, "f": NEGATIVE,
    "?": DIFFICULT,
    "": UNKNOWN,
})  # fmt: skip
"""What a cell of the wide form may say, in any case; a column of these is one of the wide form, whatever its name."""
CELLS: Mapping[str, int] = MappingProxyType({
    **PLAIN_CELLS,
    "✓": POSITIVE, "✔": POSITIVE, "☑": POSITIVE, "✅": POSITIVE, "☐": NEGATIVE,
    "ja": POSITIVE, "oui": POSITIVE, "si": POSITIVE, "sí": POSITIVE, "sì": POSITIVE, "sim": POSITIVE, "да": POSITIVE,
    "是": POSITIVE, "はい": POSITIVE, "present": POSITIVE, "positive": POSITIVE,
    "nein": NEGATIVE, "nee": NEGATIVE, "nej": NEGATIVE, "non": NEGATIVE, "não": NEGATIVE, "нет": NEGATIVE,
    "否": NEGATIVE, "いいえ": NEGATIVE, "absent": NEGATIVE, "negative": NEGATIVE,
})  # fmt: skip
"""These, and what other languages and signs say of a class, in a table that has the wide form."""
SOME_CELLS = "1, yes, true, x, 0, -1, no, false, ? or empty"
"""A few of these, for a person."""
TICKS, CROSSES = frozenset({"✓", "✔", "☑", "✅"}), frozenset({"✗", "✘", "✖", "❌"})
"""A cross means that a class is absent where ticks stand in the same table; alone it may be a mark."""
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
    encoding: str | None = None
    """Of the table; when absent, told by a mark or its bytes, or guessed."""
    image: str | None = None
    """The column that names images."""
    class_column: str | None = None
    """The column whose cells name classes."""
    nothing: str | None = None
    """What a cell says where there is no class."""
    empty_cell: Literal["absent", "unknown"] | None = None
    """What an empty cell of the wide form says of its class."""
    is_listed: bool = False
    """The classes were given by a person for this table: other columns are no classes."""

    def of_tables(self) -> list[str]:
        """Return the options that were given and mean something for tables alone."""
        given = {
            "--split": self.split not in {None, NO_SPLIT}, "--separator": self.separator is not None,
            "--minus-one": self.minus_one is not None, "--image": self.image is not None,
            "--class-column": self.class_column is not None, "--nothing": self.nothing is not None,
            "--empty-cell": self.empty_cell is not None,
        }  # fmt: skip
        return [option for option, is_given in given.items() if is_given]


@dataclass(slots=True)
class TableReader:
    """One table while it is read."""

    path: Path
    options: TableOptions
    fixed: Sequence[str] | None
    mistakes: list[Mistake] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    columns: Columns = field(default_factory=Columns)
    header: list[str] = field(default_factory=list)
    has_empty: bool = False
    """Empty cells were read as not yet labelled, and nobody said that they are."""
    class_option: str = "--class-column"
    """That names the column of classes, where this is read."""

    @property
    def named(self) -> NamedColumns:
        """The columns that a person named."""
        says = self.options
        return NamedColumns(says.image, says.class_column, says.split, self.class_option)

    def wrong(self, what: str) -> None:
        """Note a mistake of the first line."""
        self.mistakes.append(Mistake(f"{self.path}:1", what))

    def wrong_lines(self, lines: Sequence[tuple[int, str]]) -> None:
        """Note mistakes of lines, like ones counted."""
        self.mistakes += of_lines(self.path, lines)


Lines = list[tuple[int, str, list[str]]]
"""Line number, image, and cells."""
Rows = dict[str, tuple[int, ...]]


def are_too_many(reader: TableReader, lines: int, classes: Sequence[str]) -> bool:
    """Note a mistake if a table of so many lines and classes would take too much memory; return whether it would."""
    if lines * len(classes) <= MOST_LABELS:
        return False
    what = f"{len(classes)} classes for {lines} images are more than {MOST_LABELS} labels"
    reader.mistakes.append(Mistake(str(reader.path), what))
    return True


def unknown_class(name: str, classes: Sequence[str]) -> str:
    """Say that a class is not among those that were given, with the nearest of `classes`."""
    hint = f", {nearest(name, classes)}" if classes else ""
    if (numbered := NUMBERED.fullmatch(name)) and numbered[2] in classes:
        shown = json.dumps(name, ensure_ascii=False)
        hint = f": numbers before all names of a list are taken off, but not in a list of JSON, [{shown}, …]"
    if re.fullmatch(r"\d+(?: \d+)+", name):
        hint = ": several are divided by --separator ' '; where they are numbers, list the numbers"
    return f"there is no class {name[:60]!r} in the list of classes{hint}"
