"""Whether anything may have happened in a home, without opening its store: a few times of files, and its lock."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.errors import AlwslError
from campaigns.services.monitor.presence import attendance
from campaigns.services.workspace import Workspace, seen_store

LONGEST = 10.0
"""Seconds after which something may have happened in any case: answers, a worker that died, what no time tells."""
UNATTENDED = 3
"""Times as long while no station attends the home: nothing runs then."""

Sign = tuple[int, int, int] | None
"""Of a file: time of its last change in nanoseconds, size, number on its disk; None where it is not there."""


@dataclass(slots=True)
class Pulse:
    """What whoever looks often keeps between two looks; it belongs to one reader at a time."""

    workspace: Workspace
    longest: float = LONGEST
    is_late: bool = False
    """Nothing tells of what was said last to have moved: it was said because so much time has passed."""
    _signs: tuple[object, ...] | None = None
    _is_sure: bool = True
    """False after a change: another one within the same tick of the disk's clock would leave the same time."""
    _read: float = field(default=float("-inf"))
    """When it was last said that something may have happened; seconds of the monotonic clock."""

    def has_moved(self) -> bool:
        """Return whether anything may have happened since the last call; the first call says so, and late ones."""
        signs, now = self._feel(), time.monotonic()
        is_new = signs is None or signs != self._signs
        longest = self.longest * (1 if signs is None or signs[2] else UNATTENDED)
        is_told = is_new or not self._is_sure
        moved = is_told or now - self._read >= longest
        self.is_late = moved and not is_told
        self._signs, self._is_sure = signs, not is_new
        self._read = now if moved else self._read
        return moved

    def _feel(self) -> tuple[object, ...] | None:
        """Return what differs when something happens; None where that cannot be told."""
        try:
            present = attendance(self.workspace)
        except (AlwslError, OSError):
            return None
        home = self.workspace.home
        store = home.store if present.elsewhere is None else seen_store(home)
        log = _sign(store.with_name(f"{store.name}-wal"))
        # Whoever merely reads has an empty one beside the store for as long as that takes.
        return _sign(store), log if log and log[1] else None, present.has_station, present.is_starting


def _sign(path: Path) -> Sign:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
