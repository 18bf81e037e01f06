"""A file of labels before its form is known: read once, looked at by every form."""

import csv
import json
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from campaigns.core.text import printable
from campaigns.datasets.table_encoding import NotThisText, codec_of, decoded_as, ways_to_read
from campaigns.datasets.table_text import RawTable, read_raw
from campaigns.home.files import MOST_DEPTH, bounded, is_deeper, plain

MOST_BYTES = 1 << 30
"""Of a file of labels, but for COCO's, whose outlines are dropped while reading."""
HEAD = 1 << 16
"""Bytes that are looked at before a file is read as a whole."""
KEYS = 5
"""Keys of a JSON that are told."""
TABLES = frozenset({".csv", ".tsv", ".txt", ".tab"})


@dataclass
class Probe:
    """A file or a folder. What cannot be read in one way is None in that way."""

    path: Path
    encoding: str | None = None
    """What a person names; when absent, told from the bytes or guessed."""
    notes: list[str] = field(default_factory=list)
    """What a person should know of how it was read."""
    why_no_table: str = ""
    """Why it was not read as a table; empty while nobody tried, and when it was."""

    @cached_property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return self.path.is_dir()

    @cached_property
    def head(self) -> str:
        """The beginning of a file as text; empty for a folder and for what is no text."""
        if self.is_folder:
            return ""
        with plain(self.path) as file:
            data = file.read(HEAD)
        if self.encoding is not None:
            return data.decode(codec_of(self.encoding), errors="replace").removeprefix("\ufeff").lstrip()
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16", errors="replace")
        return data.decode("utf-8-sig", errors="replace").lstrip()

    @property
    def has_xml(self) -> bool:
        """Whether it begins as XML does."""
        return self.head.startswith("<")

    @property
    def has_json(self) -> bool:
        """Whether it begins as JSON does."""
        return self.head.startswith(("{", "["))

    @cached_property
    def tree(self) -> Any:
        """The JSON that it holds; None when it holds none."""
        return self._json[0]

    @property
    def why_no_tree(self) -> str:
        """Why what begins like JSON is none; empty when it is."""
        return self._json[1]

    @cached_property
    def _json(self) -> tuple[Any, str]:
        if not self.has_json:
            return None, ""
        try:
            data = bounded(self.path, MOST_BYTES)
            tree = json.loads(data if self.encoding is None else decoded_as(data, self.encoding).text)
        except RecursionError:
            return None, "it is nested too deeply"
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            return None, f"line {line} is not in UTF-8: {ways_to_read(data, line)}"
        except ValueError as error:
            return None, str(error)
        return (None, "it is nested too deeply") if is_deeper(tree, MOST_DEPTH) else (tree, "")

    @cached_property
    def rows(self) -> list[tuple[int, Any]] | None:
        """The values of a file with a JSON in each line, with their line numbers; None when it is not so."""
        if not self.head.startswith("{"):
            return None
        try:
            json.loads(self.head.splitlines()[0])
        except (ValueError, RecursionError):
            if self.path.suffix.lower() != ".jsonl":
                return None
        try:
            content = decoded_as(bounded(self.path, MOST_BYTES), self.encoding)
        except ValueError as error:
            self.why_no_table = str(error)
            return None
        self.notes += [content.note] if content.note else []
        text = content.text
        # Lines of JSON end with a line feed alone; other ends of lines may stand inside a name.
        return [(number, _value(line)) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]

    @property
    def json_keys(self) -> str:
        """What the first object of its JSON holds, for a person; empty when it is none."""
        try:
            first = self.tree if self.tree is not None else next((v for _, v in self.rows or () if v is not None), None)
        except (OSError, ValueError):
            return ""
        if first is None:
            return ""
        kind = "an object" if isinstance(first, dict) else "a list"
        if isinstance(first, list):
            first = next((value for value in first if isinstance(value, dict)), None)
            kind = "a list" if first is None else "a list of objects"
        keys = ", ".join(printable(str(key)) for key in islice(first or (), KEYS))
        return f"{kind} with the keys {keys}"[:160] if keys else f"{kind} without keys"

    @cached_property
    def raw(self) -> RawTable | None:
        """The table that it holds; None when it holds none."""
        if self.is_folder or self.has_json or self.has_xml:
            return None
        try:
            raw = read_raw(self.path, self.encoding)
        except (ValueError, csv.Error) as error:
            line = error.line if isinstance(error, NotThisText) else None
            self.why_no_table = f"{error}" if line is None else f"line {line} {error}"
            return None
        self.notes += [raw.note] if raw.note else []
        return raw

    @property
    def header(self) -> list[str]:
        """The first line of the table; empty when there is none."""
        return [] if self.raw is None else self.raw.header


def _value(line: str) -> Any:
    """Return what a line holds; None for what is no JSON."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return None if is_deeper(value, MOST_DEPTH) else value
