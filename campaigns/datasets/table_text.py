"""The text of a table: bytes to header and lines, with the encoding and the separator that were taken."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from campaigns.datasets.table_encoding import decoded_as
from campaigns.datasets.tidy_names import with_plain_blanks
from campaigns.home.files import bounded

MOST_BYTES = 1 << 30
"""Of a table: ten million images with their names. A single cell holds at most what the csv module allows, 128 KiB."""
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_TOLD = re.compile(r"\"?sep=(?P<sign>[,;\t|])\"?\r?\n", re.IGNORECASE)
_BINARY = {b"PK\x03\x04": "a workbook or another archive", b"\xd0\xcf\x11\xe0": "a workbook of an old Excel",
           b"PAR1": "a Parquet file", b"\x1f\x8b": "compressed"}  # fmt: skip
PROBED = 50
"""Lines that are looked at to tell the separator of columns."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """Header and lines as they stand, cells stripped and in NFC."""

    header: list[str]
    lines: list[tuple[int, list[str]]]
    """Line number and cells."""
    encoding: str
    separator: str
    """Of columns."""
    note: str = ""
    """That the encoding was guessed; empty where it was not."""


AS_PICTURE = "\ufe0f"
"""Asks for the coloured form of the sign before it: `✔️` is `✔`."""


def read_raw(path: Path, encoding: str | None = None) -> RawTable:
    """Read a table of any usual line end and separator of columns; of any encoding that a person names.

    Raises:
        OSError: it cannot be read.
        ValueError, csv.Error: it is no text, is larger than `MOST_BYTES`, or its quotes do not close.
        NoSuchName: there is no such encoding.
    """
    data = bounded(path, MOST_BYTES)
    if binary := next((title for mark, title in _BINARY.items() if data.startswith(mark)), ""):
        raise ValueError(f"it is {binary}: save the table as a CSV in UTF-8")
    # DOS ended a file with Ctrl-Z; old editors still do.
    content = decoded_as(data.rstrip(b"\x1a\r\n \x00") if data.rstrip().endswith(b"\x1a") else data, encoding)
    del data
    stream, separator = io.StringIO(content.text, newline=""), separator_of(content.text)
    told = _TOLD.match(content.text)  # for Excel, which names the separator in a line of its own
    if told:
        stream.seek(told.end())
        separator = told["sign"]
    first = 1 if told else 0
    reader = csv.reader(stream, delimiter=separator, strict=True, skipinitialspace=True)
    header = [with_plain_blanks(_clean(cell)) for cell in next(reader, [])]
    rows = (row for row in reader if any(cell.strip() for cell in row))
    lines = [(first + reader.line_num, [_clean(cell) for cell in row]) for row in rows]
    return _without_empty_tail(RawTable(header, lines, content.encoding, separator, content.note))


def separator_of(text: str) -> str:
    """Return the sign that divides the first line; of several, the first that divides the lines below it alike."""
    lines = [line for line in text[: 1 << 16].splitlines()[:PROBED] if line.strip()]
    present = [sign for sign in SEPARATORS if lines and sign in lines[0]]
    for sign in present:
        widths = {len(cells) for cells in csv.reader(lines, delimiter=sign)}
        if len(widths) == 1:
            return sign
    return present[0] if present else ","


def _clean(cell: str) -> str:
    cell = cell.strip()
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell.replace(AS_PICTURE, ""))


def _without_empty_tail(raw: RawTable) -> RawTable:
    """Drop columns at the end that have neither a name nor a cell: a comma too many."""
    width = len(raw.header)
    while width and not raw.header[width - 1] and not any("".join(cells[width - 1 :]) for _, cells in raw.lines):
        width -= 1
    for _, cells in raw.lines:
        while len(cells) > width and not cells[-1]:
            cells.pop()
    return replace(raw, header=raw.header[:width])
