"""`extensions.json`: rounds that were added to a campaign's plan after it was created; only where some were.

Recipe, split and charter stay as they were frozen: what a campaign is to do follows from them and from this.
"""

from dataclasses import dataclass
from pathlib import Path

from campaigns.home.records import read_record, require_times, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Extension:
    """One time that somebody wanted more."""

    at: float
    """Seconds since the epoch."""
    add: tuple[int, ...]
    """Images that each further round adds, each at least 1."""


@dataclass(frozen=True, slots=True)
class Extensions:
    """All of a campaign, oldest first."""

    extensions: tuple[Extension, ...]

    @property
    def add(self) -> tuple[int, ...]:
        """Images that each further round adds, of all extensions."""
        return tuple(n for extension in self.extensions for n in extension.add)

    def former_ends(self, last: int) -> frozenset[int]:
        """Return the rounds that were an arm's last until the campaign was extended; `last` is the one by now."""
        ends = set()
        for extension in reversed(self.extensions):
            last -= len(extension.add)
            ends.add(last)
        return frozenset(ends)

    def write(self, path: Path) -> None:
        """Write them to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "Extensions":
        """Return the extensions in a file; none when there is no file.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check) or cls(())

    def check(self) -> None:
        """Raise ValueError unless each was asked for at a time and adds images."""
        for extension in self.extensions:
            require_times(extension.at)
            if not extension.add or min(extension.add) < 1:
                raise ValueError(f"extensions.add: {list(extension.add)} are no rounds")
