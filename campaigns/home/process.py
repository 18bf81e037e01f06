"""`process.json`: the process that holds a job, as its worker notes it."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

from campaigns.home.records import decode, read_record, write_record

SCHEMA = 1
MOST_PIDS = 1 << 31
CLOCK_SLACK = 2.0
"""Seconds by which two readings of one process's start time may differ when the clock is stepped."""

_PROC = Path("/proc")
_STARTED = 19
"""Where the start time stands among the fields behind the command in `/proc/PID/stat`, counted from 0."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, told apart from a later one with the same number by its mark, or by when it started."""

    pid: int
    born: float
    """Seconds since the epoch, as the operating system reports it: it changes when the clock is set."""
    mark: str = ""
    """As `mark_of` has it: it never changes; empty where the system has none."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "Worker | None":
        """Return the process that a worker's note names; None when there is no note yet.

        Raises:
            Damaged: no worker wrote it.
        """
        return read_record(cls, path, schema=SCHEMA, check=cls.check)

    def to_text(self) -> str:
        """Return it in one line, for whoever keeps it elsewhere."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Worker":
        """Return the process in a text that `to_text` made.

        Raises:
            ValueError: it is none.
        """
        worker = decode(cls, text.encode("utf-8", "backslashreplace"))
        worker.check()
        return worker

    def check(self) -> None:
        """Raise ValueError unless its number is that of a process: signalling 0 or -1 would reach whole groups."""
        if not 1 < self.pid < MOST_PIDS:
            raise ValueError(f"{self.pid} is not a valid pid")


def worker_of(pid: int) -> Worker | None:
    """Return the process of that number; None when it is gone."""
    try:
        return Worker(pid, psutil.Process(pid).create_time(), mark_of(pid))
    except psutil.NoSuchProcess:
        return None


def is_of_another_start(worker: Worker) -> bool:
    """Return whether a process ran on another machine, or on this one before it was started again."""
    machine = worker.mark.partition("/")[0]
    return bool(machine) and machine != _boot()


def is_gone(worker: Worker) -> bool:
    """Return whether a process is known to have ended; of one on another machine nobody knows that here."""
    machine = worker.mark.partition("/")[0]
    if is_of_another_start(worker):
        return False
    same = worker_of(worker.pid)
    if same is None:
        return True
    return same.mark != worker.mark if machine else abs(same.born - worker.born) > CLOCK_SLACK


def mark_of(pid: int) -> str:
    """Return when the machine was started, and how many ticks later the process was; empty where nobody says so.

    A start time in seconds since the epoch is the machine's start time plus these ticks, and the machine's start time
    moves with the clock: a worker of an hour ago would be taken for another process once the clock is set.
    """
    try:
        stat = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return ""
    # The command may hold spaces and brackets; nothing behind its last bracket does.
    fields = stat.rpartition(b")")[2].split()
    return f"{_boot()}/{int(fields[_STARTED])}" if len(fields) > _STARTED else ""


@cache
def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
