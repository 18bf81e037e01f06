"""`task.json`: what a station asks of a worker, the first file of an attempt."""

from dataclasses import dataclass
from pathlib import Path

from campaigns.core.ids import Job, checked_id
from campaigns.home.files import damaged
from campaigns.home.records import plain, read_record, require_times, write_plain

SCHEMA = 1
OF_SCORING = ("round", "shard")
"""Fields of a job that only those have which score for another one."""


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
    turn_ends: int | None = None
    """An arm makes room for others after this round, and goes on when its turn comes again; None means that nobody
    waits for it."""
    kind: str = ""
    """Kind of node that its trial began on; empty while nothing of it has been trained."""
    is_kind_firm: bool = False
    """A node of another kind refuses the job; else its worker says so, and goes on."""
    avoid: tuple[str, ...] = ()
    """Nodes that are known to be of another kind, by the names that the engine has for them."""
    slot: str = ""
    """Where it runs, as the store has it; like the next for who rebuilds a store, not for the worker."""
    started: float | None = None
    """Seconds since the epoch."""

    def write(self, path: Path) -> None:
        """Leave the task for the worker."""
        content = plain(self, schema=SCHEMA)
        for key in OF_SCORING if self.job.round is None else ():
            del content["job"][key]
        write_plain(path, content)

    @classmethod
    def read(cls, path: Path) -> "Task":
        """Return the task in a file.

        Raises:
            Damaged: there is none, or it is not one of this version.
        """
        task = read_record(cls, path, schema=SCHEMA)
        try:
            if task is None:
                raise ValueError("it is missing")
            checked_id(task.campaign)
            require_times(task.started)
            # A criterion becomes part of a folder's name.
            checked_id(task.job.id)
        except ValueError as error:
            raise damaged(path, error) from error
        return task
