"""`cleaned.json`: models of a campaign that somebody had freed; only where that was done."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import Damaged
from campaigns.home.records import read_record, require_times, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Files that are not there any more because a person wanted their room."""

    files: tuple[str, ...] = ()
    """Below the campaign's folder, with slashes, by name."""
    last: float = 0.0
    """When it was done last, in seconds since the epoch."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "Cleaned":
        """Return what was freed, as a file has it; nothing when there is no file.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check) or cls()

    def check(self) -> None:
        """Raise ValueError unless it was freed at a time."""
        require_times(self.last)

    @classmethod
    def read_or_nothing(cls, path: Path) -> "Cleaned":
        """Return what was freed; nothing when the file is damaged: then what is missing counts as lost."""
        try:
            return cls.read(path)
        except Damaged:
            return cls()
