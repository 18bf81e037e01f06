"""`exit.json`: how a worker says it ended, the last file of an attempt."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from campaigns.home.records import read_record, write_record

SCHEMA = 1


class Ending(StrEnum):
    """How a worker ended, when it could still say so."""

    DONE = "done"
    STOPPED = "stopped"
    """It was asked to, and everything up to the last checkpoint is kept."""
    FAILED = "failed"
    BUSY = "busy"
    """Another worker holds the job, or has got it since; it waits, and nothing is lost."""
    FULL = "full"
    """The disk takes no more; everything up to the last checkpoint is kept, and it goes on when there is room."""
    LABELS = "labels"
    """People have to label first; then it goes on."""
    SCORES = "scores"
    """Other jobs score its pool first; then it goes on."""
    ELSEWHERE = "elsewhere"
    """Its trial began on a node of another kind, and goes on on one of those; nothing was done here."""
    DISK = "disk"
    """The disk failed; everything up to the last checkpoint is kept, and another try may succeed."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A worker's last words; no `exit.json` means that it was killed."""

    ending: Ending
    code: int = 0
    """As the program's exit codes; also the worker process's own."""
    error: str = ""
    hint: str = ""

    def write(self, path: Path) -> None:
        """Leave the last words for the station."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "Exit | None":
        """Return the last words in a file; None when there are none.

        Raises:
            Damaged: no worker of this version wrote it.
        """
        return read_record(cls, path, schema=SCHEMA)

    @property
    def words(self) -> str:
        """Error and hint in one line or two."""
        return "\n".join(part for part in (self.error, self.hint) if part)
