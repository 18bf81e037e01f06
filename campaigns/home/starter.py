"""`starter.json`: the process that was started last to be the station of a home."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.home.process import Worker
from campaigns.home.records import read_record, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Starter:
    """A process that is about to be a home's station, and may not have the home's lock yet."""

    home: str
    """The copy of a home, made just then, holds this note too: nobody is on his way to the copy."""
    process: Worker

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "Starter | None":
        """Return the note in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA)
