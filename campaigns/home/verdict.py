"""`verdict.json`: how a station saw an attempt end."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.core.states import AttemptState, JobState
from campaigns.home.records import read_record, require_times, write_record

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class AttemptVerdict:
    """How a station saw an attempt end, and what that made of the job."""

    state: AttemptState
    ended: float
    """Seconds since the epoch."""
    exit_code: int | None
    last_words: str
    job: JobState

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "AttemptVerdict | None":
        """Return the verdict in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def check(self) -> None:
        """Raise ValueError unless it ended at a time."""
        require_times(self.ended)
