"""A file of labels before its form is known: read once, looked at by every form."""

import csv
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from campaigns.datasets.table_text import RawTable, decoded, read_raw
from campaigns.home.files import MOST_DEPTH, bounded, is_deeper, plain

MOST_BYTES = 1 << 30
"""Of a file of labels, but for COCO's, whose outlines are dropped while reading."""
HEAD = 1 << 16
"""Bytes that are looked at before a file is read as a whole."""
TABLES = frozenset({".csv", ".tsv", ".txt", ".tab"})


@dataclass
class Probe:
    """A file or a folder. What cannot be read in one way is None in that way."""

    path: Path

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
            tree = json.loads(bounded(self.path, MOST_BYTES))
        except RecursionError:
            return None, "it is nested too deeply"
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
            text, _ = decoded(bounded(self.path, MOST_BYTES))
        except ValueError:
            return None
        # Lines of JSON end with a line feed alone; other ends of lines may stand inside a name.
        return [(number, _value(line)) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]

    @cached_property
    def raw(self) -> RawTable | None:
        """The table that it holds; None when it holds none."""
        if self.is_folder or self.has_json or self.has_xml:
            return None
        try:
            return read_raw(self.path)
        except (ValueError, csv.Error):
            return None

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
