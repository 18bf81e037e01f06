"""`keeper.json`: the host that keeps a home, whose station alone writes there, and when it was last heard of.

Locks mean something on one machine. Where several see a home, this note keeps them apart. Whoever takes a home puts a
new note there; after that its time is written in place, into the very file that was put there. A station that was cut
off or stood still and comes back so writes into a file that has no name any more, never over a later one's note.
"""

import errno
import os
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path
from typing import BinaryIO

from campaigns.errors import BadHome, Damaged
from campaigns.home.disk import sync
from campaigns.home.drafts import draft_of
from campaigns.home.files import json_text
from campaigns.home.hosts import Host, this_host
from campaigns.home.locks import has_holders, is_held, is_ours
from campaigns.home.mounts import is_local, is_shared
from campaigns.home.paths import HomePaths
from campaigns.home.records import plain, read_record, require_times

SCHEMA = 1
LEASE = "ALWSL_LEASE_SECONDS"
"""Environment variable: how long a station may be silent before another host may take its home."""
LEASE_SECONDS = 60.0
"""Where nothing else is said."""
SHORTEST_LEASE, LONGEST_LEASE = 2.0, 86_400.0
RENEWALS = 6
"""How often a station says that it lives while one lease lasts."""
_BYTES = 2048
"""Of a note: always as many, so that one can be written over another; the rest are blanks."""
_TRIES, _PAUSE = 3, 0.02
"""Of reading a note, and seconds between two tries: one that is just written or replaced is whole a moment later."""


@dataclass(frozen=True, slots=True)
class HomeKeeper:
    """Who keeps a home."""

    host: Host
    token: str
    """Tells this keeping from every other one, also of the same host."""
    pid: int | None
    """Of the station; None where a person took the home, and no station has begun yet."""
    renewed: float
    """When it was last heard of: seconds since the epoch, by its own clock."""
    lease: float = LEASE_SECONDS
    """Seconds of silence after which another host may take the home."""
    is_over: bool = False
    """It has let go of the home, in good order."""

    @classmethod
    def read(cls, path: Path) -> "HomeKeeper | None":
        """Return the note in a file; None when there is none.

        Raises:
            Damaged: it is none of ours, or a newer version wrote it.
            OSError: it cannot be read.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                return read_record(cls, path, schema=SCHEMA, check=cls.check)
            except (Damaged, OSError) as error:
                is_passing = isinstance(error, Damaged) or error.errno == errno.ESTALE
                if not (tries_left and is_passing):
                    raise
            time.sleep(_PAUSE)
        raise AssertionError("the last try ends it")

    def check(self) -> None:
        """Raise ValueError unless it can be what a keeper wrote."""
        self.host.check()
        require_times(self.renewed)
        if not SHORTEST_LEASE <= self.lease <= LONGEST_LEASE:
            raise ValueError(f"a lease of {self.lease} seconds is none")


def keeper_file(home: HomePaths) -> Path:
    """Return where a home says who keeps it."""
    return home.folder / "keeper.json"


def workers_lock(home: HomePaths) -> Path:
    """Return the lock that the workers of a home share: it tells containers of one machine that some are at work."""
    return home.folder / "workers.lock"


def new_keeper(*, pid: int | None) -> HomeKeeper:
    """Return this host as the keeper of a home, from now on.

    Raises:
        BadHome: the environment asks for a lease that is none.
    """
    return HomeKeeper(this_host(), os.urandom(8).hex(), pid, time.time(), lease_seconds())


def lease_seconds() -> float:
    """Return how long a station of this host may be silent.

    Raises:
        BadHome: the environment names no such time.
    """
    given = os.environ.get(LEASE)
    if not given:
        return LEASE_SECONDS
    with suppress(ValueError):
        if isfinite(seconds := float(given)) and SHORTEST_LEASE <= seconds <= LONGEST_LEASE:
            return seconds
    raise BadHome(
        f"{LEASE} is {given!r}", hint=f"a number of seconds from {SHORTEST_LEASE:g} to {LONGEST_LEASE:g}, or nothing"
    )


def put_keeper(path: Path, keeper: HomeKeeper) -> BinaryIO:
    """Put a note in the place of whatever was there; return the file, open, to be renewed by who wrote it alone."""
    draft = draft_of(path)
    file = draft.open("xb", buffering=0)
    try:
        file.write(_content(keeper))
        os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        file.close()
        draft.unlink(missing_ok=True)
        raise
    return file


def renew_keeper(file: BinaryIO, keeper: HomeKeeper) -> None:
    """Write into the file of a note that its keeper was heard of just now, and how it stands."""
    os.pwrite(file.fileno(), _content(replace(keeper, renewed=time.time())), 0)
    sync(file.fileno())


def _content(keeper: HomeKeeper) -> bytes:
    text = json_text(plain(keeper, schema=SCHEMA)).encode("utf-8", "backslashreplace")
    return text.ljust(_BYTES - 1) + b"\n"


def other_keeper(home: HomePaths) -> HomeKeeper | None:
    """Return the other host that keeps a home; None where none does, and this one may.

    A home stays with its keeper until that lets go, or another host takes it; on a file system of the network, where
    the keeper has its store, in any case until another one takes it. A note of this machine from before it was started
    again keeps nobody out, once it is silent where others may bear the same name. On a disk of this machine alone the
    locks of station and workers tell whether another container is at work.

    Raises:
        Damaged: the note cannot be read.
        OSError: likewise.
    """
    keeper, here = HomeKeeper.read(keeper_file(home)), this_host()
    if keeper is None or keeper.host.is_same(here):
        return None
    if keeper.is_over and not is_shared(home.folder):
        return None
    is_alone = is_local(home.folder)
    if is_alone and here.boot and keeper.host.boot == here.boot:
        has_station = is_held(home.station_lock) and not is_ours(home.station_lock)
        return keeper if has_station or has_holders(workers_lock(home)) else None
    was_here = keeper.host.name == here.name
    return None if was_here and (is_alone or keeper.is_over or is_silent(home, keeper)) else keeper


@dataclass(frozen=True, slots=True)
class _Heard:
    """A note as this process has it."""

    token: str
    renewed: float
    at: float
    """When it was first read so, on the monotonic clock."""
    has_moved: bool
    """It was renewed under our eyes, so that our own clock tells how long it has been silent."""


_HEARD: dict[Path, _Heard] = {}


def silence(home: HomePaths, keeper: HomeKeeper) -> float:
    """Return for how many seconds a keeper has not been heard of, as far as that can be told here.

    By this process's own clock where it has seen the note renewed. Otherwise by the date in the note as well: one in
    the future counts by its distance, as clocks of two hosts differ.
    """
    path, now = keeper_file(home), time.monotonic()
    heard = _HEARD.get(path)
    if heard is None or heard.token != keeper.token:
        heard = _Heard(keeper.token, keeper.renewed, now, has_moved=False)
    elif heard.renewed != keeper.renewed:
        heard = _Heard(keeper.token, keeper.renewed, now, has_moved=True)
    _HEARD[path] = heard
    watched = now - heard.at
    return watched if heard.has_moved else max(watched, abs(time.time() - keeper.renewed))


def is_heard(home: HomePaths, keeper: HomeKeeper) -> bool:
    """Return whether a keeper's station is at work, as far as it has been heard of."""
    return keeper.pid is not None and not keeper.is_over and not is_silent(home, keeper)


def is_silent(home: HomePaths, keeper: HomeKeeper) -> bool:
    """Return whether a keeper has not been heard of for longer than its lease."""
    return silence(home, keeper) > keeper.lease
