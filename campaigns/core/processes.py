"""What tells a process apart from a later one with the same number, whatever is done to the clock."""

from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_STARTED = 19
"""Where the start time stands among the fields behind the command in `/proc/PID/stat`, counted from 0."""


def mark_of(pid: int) -> str:
    """Return when the machine was started, and how many ticks later the process was; empty where the system does not
    say.

    A start time in seconds since the epoch is the machine's start time plus these ticks, and the machine's start time
    moves with the clock: a worker of an hour ago would be taken for another process once the clock is set.
    """
    try:
        status = (_PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return ""
    # The command may hold spaces and brackets; nothing behind its last bracket does.
    fields = status.rpartition(b")")[2].split()
    return f"{_boot()}/{int(fields[_STARTED])}" if len(fields) > _STARTED else ""


@cache
def _boot() -> str:
    try:
        return (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
