"""What Slurm's accounting remembers of jobs that its queue has forgotten; many sites have none, and none is needed."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from campaigns.home.submission import Submission
from campaigns.station.executors.slurm.commands import SlurmQuestion
from campaigns.station.executors.slurm.queue import QueuedJob, time_of

FIELDS = ("JobIDRaw", "State", "ExitCode", "NodeList", "End", "Timelimit", "JobName")
REST = 60.0
"""Seconds for which accounting that gave no answer is not asked again."""


@dataclass(slots=True)
class Accounts:
    """Asks `sacct` for one job after the other, and waits for no answer."""

    _open: tuple[str, SlurmQuestion] | None = None
    """The name of the job that is asked for."""
    _remembered: dict[str, QueuedJob | None] = field(default_factory=dict)
    _silent_until: float = 0.0

    def look_up(self, submission: Submission) -> tuple[bool, QueuedJob | None]:
        """Return whether there is an answer for a job, or there will be none, and what it says of the job."""
        self._take()
        name = submission.name
        if name in self._remembered:
            return True, self._remembered.pop(name)
        if not submission.job or time.monotonic() < self._silent_until or shutil.which("sacct") is None:
            return True, None
        if self._open is None:
            where = (f"--clusters={submission.cluster}",) if submission.cluster else ()
            with suppress(OSError):
                question = SlurmQuestion.ask(
                    "sacct", "--noheader", "--parsable2", "--allocations", "--duplicates", *where,
                    f"--jobs={submission.job}", f"--format={','.join(FIELDS)}",
                )  # fmt: skip
                self._open = name, question
        return False, None

    def _take(self) -> None:
        if self._open is None or (answer := self._open[1].answer()) is None:
            return
        name, self._open = self._open[0], None
        if answer.code:
            # "accounting storage is disabled", or its database does not answer: the queue's word has to do.
            self._silent_until = time.monotonic() + REST
        # By name: numbers come again.
        self._remembered[name] = next((job for job in parse_accounts(answer.out) if job.name == name), None)


def parse_accounts(text: str) -> Iterator[QueuedJob]:
    """Yield the jobs in what `sacct --noheader --parsable2 --format=FIELDS` prints; lines that are none are passed
    over.
    """
    for line in text.splitlines():
        cells = line.split("|", len(FIELDS) - 1)
        if len(cells) != len(FIELDS) or not cells[0].isdecimal():
            continue
        number, state, code, nodes, end, limit, name = cells
        yield QueuedJob(
            # "CANCELLED by 1000"
            number, state.partition(" ")[0], _status(code), "" if nodes == "None assigned" else nodes, time_of(end),
            limit, "", name,
        )  # fmt: skip


def _status(code: str) -> int:
    """Return what `wait` would say from an exit code and a signal, as `1:0` or `0:9`."""
    first, _, second = code.partition(":")
    if not (first.isdecimal() and second.isdecimal()):
        return 0
    return int(second) & 0x7F or (int(first) & 0xFF) << 8
