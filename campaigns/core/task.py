"""What a station asks of a worker, and how a worker says it ended: the first and the last file of an attempt."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from campaigns.core.events import SCHEMA
from campaigns.core.files import damaged, read_json, write_json
from campaigns.core.ids import Job, checked_id
from campaigns.core.typed import built, demand_times


@dataclass(frozen=True, slots=True)
class Task:
    """One attempt at one job."""

    home: Path
    campaign: str
    """Id of the campaign, which is the name of its folder."""
    job: Job
    attempt: int
    """From 1."""
    device: str
    """`cpu` or `cuda`; which GPU that is, `CUDA_VISIBLE_DEVICES` says."""
    threads: int
    until_round: int | None = None
    """An arm stops after this round; None means at the end."""
    slot: str = ""
    """Where it runs, as the store has it; like the next for who rebuilds a store, not for the worker."""
    started: float | None = None
    """Seconds since the epoch."""

    def write(self, path: Path) -> None:
        """Leave the task for the worker."""
        said = asdict(self) | {"schema": SCHEMA, "home": str(self.home), "job": asdict(self.job)}
        write_json(path, said)

    @classmethod
    def read(cls, path: Path) -> "Task":
        """The task in a file.

        Raises:
            Damaged: a newer program wrote it, or it is no task.
        """
        said = read_json(path)
        if not isinstance(said, dict) or said.get("schema") != SCHEMA:
            raise damaged(path, "it is not a task of this version")
        try:
            task = built(cls, said)
            checked_id(task.campaign)
            demand_times(task.started)
            # A criterion becomes part of a folder's name.
            checked_id(task.job.id)
        except ValueError as error:
            raise damaged(path, error) from error
        return task


class Ending(StrEnum):
    """How a worker ended, when it could still say so."""

    DONE = "done"
    STOPPED = "stopped"
    """It was asked to, and everything up to the last checkpoint is kept."""
    FAILED = "failed"
    BUSY = "busy"
    """Another worker holds the job."""
    FULL = "full"
    """The disk takes no more; everything up to the last checkpoint is kept, and it goes on when there is room."""
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
        write_json(path, {"schema": SCHEMA} | asdict(self))

    @classmethod
    def read(cls, path: Path) -> "Exit | None":
        """The last words in a file; None when there are none.

        Raises:
            Damaged: no worker wrote it.
        """
        said = read_json(path)
        if said is None:
            return None
        try:
            return built(cls, said)
        except ValueError as error:
            raise damaged(path, error) from error

    @property
    def words(self) -> str:
        """Error and hint in one line or two."""
        return "\n".join(part for part in (self.error, self.hint) if part)
