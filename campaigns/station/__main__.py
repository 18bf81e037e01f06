"""`python -m campaigns.station HOME`: the station of a home, until there is nothing left to do."""

import os
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType

from campaigns.core.text import printable
from campaigns.errors import BadDisk, BadHome, NoRoom
from campaigns.home.disk import system_error
from campaigns.home.files import keep_private
from campaigns.home.locks import Held, exclusive
from campaigns.home.paths import HomePaths
from campaigns.station.cleanup import tidy
from campaigns.station.executors.executor import Executor
from campaigns.station.executors.opening import open_starting_executor
from campaigns.station.lease import Lease, require_store_place
from campaigns.station.resting import CALM, CALM_TICK, TICK, ChildBell
from campaigns.station.station import Station
from campaigns.station.waiting import queue_of
from campaigns.store.attempts import running_attempts
from campaigns.store.store import Store, open_store

LOCK_SECONDS = 3.0
"""How long to wait for somebody who only looks whether the lock is free."""
LINGER = 2.0
"""Seconds an idle station stays, so that a command that follows another finds it."""
TROUBLED_TICK = 1.0
"""Seconds between two turns while the disk takes nothing."""


class _Told(SystemExit):
    """Somebody told this station to go; its workers stay."""


def main(folder: Path) -> int:
    """Be the station of this home, unless it has one."""
    keep_private()
    signal.signal(signal.SIGTERM, _on_term)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    home = HomePaths(folder)
    lease = Lease(home)
    try:
        lease.require()
        require_store_place(home)
        with open_store(home.store, require_ours=lease.require) as store:
            return _reign(lease, store, open_starting_executor(folder, _log))
    except (BadHome, OSError) as error:
        told = system_error(error, folder) if isinstance(error, OSError) else error
        if told is None:
            raise
        # Whoever asks for something next starts another one.
        _log(f"station {os.getpid()} ends: {told}; {told.hint}")
        return told.exit_code


def _reign(lease: Lease, store: Store, executor: Executor) -> int:
    home = lease.home
    while True:
        try:
            with exclusive(home.station_lock, wait=LOCK_SECONDS), lease.held():
                _log(f"station {os.getpid()} opens")
                for line in tidy(home, store):
                    _log(line)
                station = Station.open(home, store, executor)
                lease.has_workers = partial(_has_local_workers, station)
                _supervise(station)
                _log(f"station {os.getpid()} closes: nothing left to do")
        except Held:
            return 0
        # Between our last look and letting go of the lock somebody may have asked for something, and
        # seen the lock held. Whoever asks from now on sees it free.
        if not _has_work(home, store, executor):
            return 0


def _has_local_workers(station: Station) -> bool:
    """Return whether workers of this machine are looked after, which go on without a station."""
    return any(live.is_local for live in station.live.values())


def _supervise(station: Station) -> None:
    idle_since, trouble, bell = time.monotonic(), "", ChildBell()
    store = station.home.store
    opened = store.stat()
    while True:
        if not (store.exists() and os.path.samestat(store.stat(), opened)):
            # What we wrote would be nowhere. Workers go on, and whoever opens the next store hears them out.
            raise BadHome(f"the store {store} was taken away, or another one is in its place", hint="alwsl-tui repair")
        station.store.require_ours()
        is_busy, now = _turn(station)
        if now != trouble:
            _log(f"the disk: {now}; looks again every {TROUBLED_TICK:g} s" if now else "the disk works again")
        trouble = now
        if trouble or is_busy:
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since > LINGER:
            return
        # A worker of ours that ends rings: only what an earlier station started, and what people ask, waits for a turn.
        bell.rest(TROUBLED_TICK if trouble else CALM_TICK if station.quiet >= CALM else TICK)


def _turn(station: Station) -> tuple[bool, str]:
    """Return whether a turn of the loop left something to do, and what the disk said against it: the next turn tries
    again.
    """
    try:
        with station.store.telling():
            return station.turn(), ""
    except (NoRoom, BadDisk, OSError) as error:
        told = system_error(error, station.home.folder) if isinstance(error, OSError) else error
        # A home that is gone, with a disk or by somebody's hand, has no use for a station.
        if told is None or not station.home.store.exists():
            raise
        return True, told.message


def _has_work(home: HomePaths, store: Store, executor: Executor) -> bool:
    return bool(running_attempts(store)) or any(turn.slot or turn.is_short for turn in queue_of(home, store, executor))


def _on_term(_number: int, _frame: FrameType | None) -> None:
    _log(f"station {os.getpid()} was told to go; its workers stay")
    raise _Told(0)


def _log(text: str) -> None:
    # The log is this process's stdout; it lies on the same disk, and nothing depends on it.
    with suppress(OSError):
        print(time.strftime("%Y-%m-%d %H:%M:%S"), printable(text), flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
