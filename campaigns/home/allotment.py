"""What the system allots to this process: cores and memory, as a container or a scheduler has limited them.

Linux keeps the limits of control groups in files, of the second kind (`cpu.max`, `memory.max`) or of the first
(`cpu.cfs_quota_us`, `memory.limit_in_bytes`). A limit of a group holds for all groups below it.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

_NO_LIMIT = 1 << 62
"""Bytes from which on a limit of the first kind of control groups is none: it writes the largest number it has."""


@dataclass(frozen=True, slots=True)
class Allotment:
    """Where the limits of this process are written."""

    groups: Path = Path("/proc/self/cgroup")
    mount: Path = Path("/sys/fs/cgroup")

    def cores(self) -> int:
        """Return how many cores this process may use, at least one: those it may run on, and no more than its quota."""
        allowed = allowed_cores()
        quotas = [quota for folder in self._folders("cpu") if (quota := _quota(folder)) is not None]
        return max(1, min(allowed, *(int(quota) for quota in quotas))) if quotas else allowed

    def memory(self) -> int:
        """Return how many bytes of memory this process may use: those of the machine, or fewer."""
        limit = self.memory_limit()
        return psutil.virtual_memory().total if limit is None else limit

    def memory_limit(self) -> int | None:
        """Return how many bytes the groups of this process may use; None where the machine has no more than that."""
        limits = [limit for folder in self._folders("memory") if (limit := _memory_limit(folder)) is not None]
        least = min(limits, default=None)
        return least if least is not None and least < psutil.virtual_memory().total else None

    def memory_used(self) -> int:
        """Return how many bytes of `memory` are in use: by the group that has the limit, else by the machine."""
        machine = psutil.virtual_memory()
        limited = [
            (limit, used)
            for folder in self._folders("memory")
            if (limit := _memory_limit(folder)) is not None and (used := _memory_used(folder)) is not None
        ]
        limit, used = min(limited, default=(machine.total, 0))
        return used if limit < machine.total else machine.total - machine.available

    def _folders(self, kind: str) -> Iterator[Path]:
        """Yield the folders of the groups that this process is in, each with those above it."""
        try:
            lines = self.groups.read_text(encoding="utf-8").splitlines()
        except OSError:  # no Linux
            return
        for line in lines:
            _, kinds, group = line.split(":", 2)
            if kinds == "":
                roots = [self.mount]
            elif kind in kinds.split(","):
                roots = [self.mount / kinds, self.mount / kind]
            else:
                continue
            # Inside a container the group's own folder is often mounted as the root of all.
            for root in roots:
                place = root / group.lstrip("/")
                yield from (place, *(above for above in place.parents if above.is_relative_to(root)))


def allowed_cores() -> int:
    """Return how many cores the scheduler lets this process run on; all of the machine's where it cannot be asked."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _quota(folder: Path) -> float | None:
    """Return the cores that a group may use; None without a limit."""
    match _words(folder / "cpu.max"):
        case [quota, period] if quota.isdigit() and period.isdigit() and int(period):
            return int(quota) / int(period)
    match _words(folder / "cpu.cfs_quota_us"), _words(folder / "cpu.cfs_period_us"):
        case [quota], [period] if quota.isdigit() and period.isdigit() and int(quota) and int(period):
            return int(quota) / int(period)
    return None


def _memory_limit(folder: Path) -> int | None:
    for name in ("memory.max", "memory.limit_in_bytes"):
        match _words(folder / name):
            case [limit] if limit.isdigit() and 0 < int(limit) < _NO_LIMIT:
                return int(limit)
    return None


def _memory_used(folder: Path) -> int | None:
    """Return what a group holds, without files that the system keeps only as long as there is room."""
    for name in ("memory.current", "memory.usage_in_bytes"):
        match _words(folder / name):
            case [used] if used.isdigit():
                return max(0, int(used) - _cached(folder))
    return None


def _cached(folder: Path) -> int:
    words = _words(folder / "memory.stat")
    kept = dict(zip(words[::2], words[1::2], strict=False))
    count = kept.get("inactive_file") or kept.get("total_inactive_file") or "0"
    return int(count) if count.isdigit() else 0


def _words(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return []
