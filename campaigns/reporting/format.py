"""Formats of a report: what each writes, and where all are found.

Each of ours is a file of `campaigns.reporting.formats`. It imports what writes it when it is asked to write, since
whoever only names formats should not wait for Matplotlib.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from campaigns.core.registry import Registry

if TYPE_CHECKING:
    from campaigns.reporting.dossier import Dossier

Differences = Sequence[tuple[str, Sequence[str]]]
"""Keys that recipes differ in, each with one value a campaign."""
Write = Callable[[Path], None]
"""Writes a file at that path, which is a draft: it takes the place of the earlier one when it is whole."""


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """One way to write what a campaign has found: as one file, or as a folder of files."""

    name: str
    """What `--format` calls it, and what the file or folder ends in: `tiny.json`, `tiny-csv`."""
    says: str
    """What comes out, for a person."""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False)
class FileFormat(Format):
    """A report in one file."""

    sign: bytes
    """Stands within the first 2000 bytes of each file, so that a later report knows what it may replace."""
    write: "Callable[[Dossier, Path], None]"
    """Write one campaign's report at a path."""
    write_compared: "Callable[[Sequence[Dossier], Differences, Path], None] | None" = None
    """Write one report of several campaigns; None where each gets a report of its own."""
    has_pictures: bool = False
    """The report of one campaign shows images: they are read from the data set, which takes a moment."""


@dataclass(frozen=True, slots=True, eq=False)
class FolderFormat(Format):
    """A report as a folder of files."""

    endings: tuple[str, ...]
    """What its files end in, without the dot; a later report takes away nothing else."""
    files: "Callable[[Dossier], Iterable[tuple[str, Write]]]"
    """Name each file, and say how it is written."""


FORMATS: Registry[Format] = Registry(
    "format", Format, package="campaigns.reporting.formats", group="alwsl_tui.formats",
    first=("html", "json", "csv", "latex", "png", "svg"),
)  # fmt: skip
"""What a report can be written as."""
PAGE = "html"
"""The format of `report` where none is asked for."""
