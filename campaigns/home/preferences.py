"""`preferences.json`: what a person chose for the screens."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.home.records import read_record, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """Choices that outlast a session; None where nothing was chosen."""

    theme: str | None = None
    images: str | None = None
    is_ascii: bool | None = None
    panes: tuple[str, ...] | None = None
    """Of the tab Overview, in their order."""
    signal: str | None = None
    """How somebody is called when a campaign stops by itself."""

    def write(self, path: Path) -> None:
        """Write them to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "ScreenSettings":
        """Return the choices in a file; a choice that only a newer version knows is left alone.

        Raises:
            Damaged: there are none in it.
        """
        return read_record(cls, path, schema=SCHEMA) or cls()
