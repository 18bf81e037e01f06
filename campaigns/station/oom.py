"""Whether the system had to kill for memory: a process that is killed so leaves no word itself."""

from collections.abc import Sequence
from pathlib import Path

_GROUPS = Path("/proc/self/cgroup")
_MOUNT = Path("/sys/fs/cgroup")
_MACHINE = Path("/proc/vmstat")


def oom_kills() -> int:
    """Count the processes that the kernel has killed for memory so far: in our control group, else on this machine;
    else 0.
    """
    for path in (*_counters(), _MACHINE):
        count = _counted(path)
        if count is not None:
            return count
    return 0


def _counters() -> Sequence[Path]:
    """Return the files of our own group that may count: of the second kind of control groups, then of the first."""
    try:
        lines = _GROUPS.read_text(encoding="utf-8").splitlines()
    except OSError:  # no Linux
        return ()
    files = []
    for line in lines:
        _, kinds, group = line.split(":", 2)
        # Inside a container the group's own folder is often mounted as the root of all.
        if kinds == "":
            files += [_MOUNT / group.lstrip("/") / "memory.events", _MOUNT / "memory.events"]
        elif "memory" in kinds.split(","):
            below = _MOUNT / "memory"
            files += [below / group.lstrip("/") / "memory.oom_control", below / "memory.oom_control"]
    return files


def _counted(path: Path) -> int | None:
    """Read the line `oom_kill N` of a file; None without it."""
    try:
        words = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return None
    return next((int(line[1]) for line in words if len(line) == 2 and line[0] == "oom_kill"), None)
