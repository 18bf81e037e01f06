"""What `squeue` prints, and what it means for an attempt."""

import os
import re
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from campaigns.core.execution import Condition, EndCause, Ended, Queued, Running

COLUMNS = {
    "JobID": 24, "State": 20, "exit_code": 12, "NodeList": 80, "EndTime": 24, "TimeLimit": 20, "Reason": 160,
    "Name": 240,
}  # fmt: skip
"""Fields that are asked for, and the width that each is given: a text that is longer is cut, and none runs into the
next."""
FORMAT = ",".join(f"{name}:{width}" for name, width in COLUMNS.items())

WAITS = frozenset(
    {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_FED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD"}
)
RUNS = frozenset({"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"})
CAUSES = {
    "TIMEOUT": EndCause.TIME, "DEADLINE": EndCause.TIME, "PREEMPTED": EndCause.PREEMPTION, "NODE_FAIL": EndCause.NODE,
    "BOOT_FAIL": EndCause.NODE,
}  # fmt: skip
"""What ended a job that is in one of these states; in any other the worker ended, or somebody ended it."""
TIME_UP = "its time was up"
LATE = 90.0
"""Seconds by which Slurm may be late with a signal before the end of a job's time, and a worker with its epoch."""

_WORD = re.compile(r"[A-Z_]+")


@dataclass(frozen=True, slots=True)
class QueuedJob:
    """One line of `squeue`."""

    number: str
    state: str
    """Slurm's long word, as `PENDING`."""
    code: int
    """What `wait` would say of the batch script."""
    nodes: str
    """Where it runs or ran; empty while it waits."""
    ends: float | None
    """When it ended, or, while it runs, its time is up; seconds since the epoch."""
    limit: str
    reason: str
    name: str

    @property
    def waits(self) -> bool:
        """True while it has not begun."""
        return self.state in WAITS

    @property
    def runs(self) -> bool:
        """True while it has begun and not ended."""
        return self.state in RUNS


def parse(text: str) -> Iterator[QueuedJob]:
    """Yield the jobs in what `squeue --noheader --Format=FORMAT` prints; lines that are none are passed over."""
    for line in text.splitlines():
        at, cells = 0, {}
        for name, width in COLUMNS.items():
            cells[name] = line[at : at + width].strip()
            at += width
        if cells["JobID"].isdecimal() and _WORD.fullmatch(cells["State"]):
            yield QueuedJob(
                cells["JobID"], cells["State"], int(cells["exit_code"]) if cells["exit_code"].isdecimal() else 0,
                cells["NodeList"], time_of(cells["EndTime"]), cells["TimeLimit"], cells["Reason"], cells["Name"],
            )  # fmt: skip


def time_of(text: str) -> float | None:
    """Return a time of Slurm's, which is local; None for `N/A` and its like."""
    with suppress(ValueError):
        return datetime.fromisoformat(text).timestamp()
    return None


def condition_of(job: QueuedJob, *, due: float | None = None, warned: float = 0.0) -> Condition:
    """Return what a line of `squeue` says of an attempt.

    `due` is when its time would have been up, as seen while it ran, and `warned` how many seconds before that it is
    told: a worker that is told in time ends by itself, and Slurm calls that completed.
    """
    if job.waits:
        return Queued("" if job.reason == "None" else job.reason)
    if job.runs:
        return Running(job.nodes)
    code = _code(job.code)
    on = f" on {job.nodes}" if job.nodes else ""
    cause = CAUSES.get(job.state, EndCause.WORKER)
    if cause is EndCause.WORKER and code == 0 and due is not None and job.ends is not None:
        cause = EndCause.TIME if job.ends >= due - warned - 1 and job.ends <= due + LATE else cause
    if _was_not_launched(job, code):
        cause = EndCause.LAUNCH
    match cause:
        case EndCause.TIME:
            words = f"{TIME_UP}{on} (limit {job.limit})"
        case EndCause.PREEMPTION:
            words = f"preempted{on}"
        case EndCause.NODE:
            words = f"the node failed{on}"
        case EndCause.LAUNCH:
            words = f"Slurm could not start it{on}"
        case EndCause.WORKER | EndCause.ENGINE:
            words = _words(job, code) + on
    return Ended(code, words, cause)


def _was_not_launched(job: QueuedJob, code: int) -> bool:
    """Return whether a job had a node and never ran there.

    Slurm cancels what a node refuses: a job whose number another one has there, as after a controller has lost its
    last seconds. What somebody cancels while it runs leaves last words, or the signal that ended it. Of a worker that
    was killed Slurm says the same as of one that a node could not start, but for that signal.
    """
    return (job.reason == "JobLaunchFailure" and code >= 0) or (
        job.state == "CANCELLED" and bool(job.nodes) and code == 0
    )


def _words(job: QueuedJob, code: int) -> str:
    match job.state:
        case "OUT_OF_MEMORY":
            return "killed by Slurm: it took more memory than it had asked for"
        case "CANCELLED":
            return "cancelled in Slurm by somebody else"
        case _ if code < 0:
            return f"killed by {_signal(-code)}"
        case _:
            return f"ended with exit code {code} and no last words"


def _signal(number: int) -> str:
    with suppress(ValueError):
        return signal.Signals(number).name
    return f"signal {number}"


def _code(status: int) -> int:
    """Return an exit code as Python has it from what `wait` gave; a status that is none is a plain code."""
    with suppress(ValueError):
        return os.waitstatus_to_exitcode(status)
    return status
