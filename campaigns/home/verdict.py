"""`verdict.json`: how a station saw an attempt end."""

from dataclasses import asdict, dataclass
from pathlib import Path

from campaigns.core.states import AttemptState, JobState
from campaigns.home.charter import SCHEMA, read_kept
from campaigns.home.files import damaged, write_json
from campaigns.home.typed import demand_times


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a station saw an attempt end, and what that made of the job."""

    state: AttemptState
    ended: float
    """Seconds since the epoch."""
    exit_code: int | None
    last_words: str
    job: JobState

    def write(self, path: Path) -> None:
        """Keep it."""
        write_json(path, {"schema": SCHEMA} | asdict(self))

    @classmethod
    def read(cls, path: Path) -> "Verdict | None":
        """The verdict in a file; None when there is none.

        Raises:
            Damaged: it is none of this version.
        """
        found = read_kept(cls, path)
        try:
            demand_times(None if found is None else found.ended)
        except ValueError as error:
            raise damaged(path, error) from error
        return found
