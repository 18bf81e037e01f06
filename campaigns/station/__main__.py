"""`python -m campaigns.station HOME`: the station of a home, until there is nothing left to do."""

import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from campaigns.paths import HomePaths
from campaigns.station.station import TICK, Station, queue_of
from campaigns.store.attempts import running_attempts
from campaigns.store.store import Store, open_store

LOCK_SECONDS = 3.0
"""How long to wait for somebody who only looks whether the lock is free."""
LINGER = 2.0
"""Seconds an idle station stays, so that a command that follows another finds it."""


class _Told(SystemExit):
    """Somebody told this station to go; its workers stay."""


def main(folder: Path) -> int:
    """Be the station of this home, unless it has one."""
    signal.signal(signal.SIGTERM, _on_term)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home = HomePaths(folder)
    with open_store(home.store) as store:
        while True:
            try:
                with FileLock(home.station_lock, timeout=LOCK_SECONDS):
                    _log(f"station {os.getpid()} opens")
                    _supervise(Station.open(home, store))
                    _log(f"station {os.getpid()} closes: nothing left to do")
            except Timeout:
                return 0
            # Between our last look and letting go of the lock somebody may have asked for something, and
            # seen the lock held. Whoever asks from now on sees it free.
            if not _has_work(home, store):
                return 0


def _supervise(station: Station) -> None:
    idle_since = time.monotonic()
    while True:
        if station.turn():
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since > LINGER:
            return
        time.sleep(TICK)


def _has_work(home: HomePaths, store: Store) -> bool:
    return bool(running_attempts(store)) or any(turn.slot is not None for turn in queue_of(home, store))


def _on_term(_number: int, _frame: FrameType | None) -> None:
    _log(f"station {os.getpid()} was told to go; its workers stay")
    raise _Told(0)


def _log(text: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, flush=True)  # noqa: T201  the log is this process's stdout


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
