"""`task.json`: what a station asks of a worker, the first file of an attempt."""

from dataclasses import asdict, dataclass
from pathlib import Path

from campaigns.core.ids import Job, checked_id
from campaigns.home.files import damaged, read_json, write_json
from campaigns.home.journal import SCHEMA
from campaigns.home.typed import built, demand_times


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
