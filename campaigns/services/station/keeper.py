"""Which host keeps a home, and letting this one keep it once the other is silent."""

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from campaigns.errors import Damaged, KeptElsewhere, NotNow
from campaigns.home.disk import telling
from campaigns.home.hosts import this_host
from campaigns.home.keeper import (
    HomeKeeper,
    is_silent,
    keeper_file,
    new_keeper,
    other_keeper,
    put_keeper,
    silence,
)
from campaigns.home.locks import Held, exclusive
from campaigns.home.mounts import is_shared
from campaigns.home.store_place import make_id, note_owner, require_local_store
from campaigns.services.monitor.presence import attendance
from campaigns.services.repair.repair import repair_home
from campaigns.services.workspace import Workspace, ensure_station, has_station, has_store
from campaigns.station.lease import SETTLE, kept_elsewhere
from campaigns.store.published import go_on_from_published

WATCHED = 1 / 3
"""Of a lease: for so long a silent keeper is watched before its home is taken. A clock that is wrong makes a station
look silent; one that lives says so twice meanwhile."""
LOOK_SECONDS = 0.2
"""Between two looks at it."""
LOCK_SECONDS = 3.0
"""How long to wait for somebody who only looks whether the lock is free."""


@dataclass(frozen=True, slots=True)
class KeeperView:
    """The host whose station a home has, or would have."""

    host: str
    is_here: bool
    is_running: bool
    """A station is at work, or about to be; another host's, if it has been heard of within its lease."""
    pid: int | None
    """Of the station; None where none runs, or where this host's has just begun."""
    silence: float | None
    """Seconds since another host was heard of; None of this one."""


def load_keeper(workspace: Workspace) -> KeeperView:
    """Return who keeps a home: this host, unless another one's station says that it does."""
    if (keeper := workspace.elsewhere()) is not None:
        return KeeperView(keeper.host.name, False, has_station(workspace), keeper.pid, silence(workspace.home, keeper))
    is_running, keeper = not attendance(workspace).is_nobody, None
    with telling(workspace.home.folder), suppress(Damaged):
        keeper = HomeKeeper.read(keeper_file(workspace.home))
    pid = keeper.pid if is_running and keeper is not None and not keeper.is_over else None
    return KeeperView(this_host().name, True, is_running, pid, None)


def take(workspace: Workspace, *, tell: Callable[[str], None]) -> HomeKeeper | None:
    """Let this host keep a home from now on, and start a station for it; return who kept it before, None if nobody did.

    A station of the other host that was only cut off finds this host's note when it comes back, and ends. `tell` is
    told what is waited for.

    Raises:
        NotNow: a station of this machine holds its lock.
        KeptElsewhere: the other host was heard of within its lease, or while it was watched; or a third one was faster.
    """
    home = workspace.home
    with telling(home.folder), ExitStack() as locks:
        try:
            locks.enter_context(exclusive(home.station_lock, wait=LOCK_SECONDS))
        except Held as error:
            if (keeper := other_keeper(home)) is not None and not is_silent(home, keeper):
                raise kept_elsewhere(home, keeper) from error
            raise NotNow(
                f"a station of this machine holds the lock of the home {home.folder}",
                hint="it is at work, or stands still: end it first; its process is in the station's log",
            ) from error
        before = other_keeper(home)
        make_id(home.folder)
        require_local_store(home.folder)
        if before is not None:
            _require_silence(workspace, before, tell)
        mine = new_keeper(pid=None)
        with put_keeper(keeper_file(home), mine):
            time.sleep(SETTLE)
        after = HomeKeeper.read(keeper_file(home))
        if after is None or after.token != mine.token:
            raise NotNow("another host took this home at the same moment", hint="alwsl-tui station")
        note_owner(home.folder)
        if before is not None:
            go_on_from_published(home)
    # What the copy of the store has not heard of yet the folders tell.
    ours = Workspace(home)
    if before is not None and is_shared(home.folder):
        repair_home(ours)
    if has_store(home):
        ensure_station(ours)
    return before


def _require_silence(workspace: Workspace, keeper: HomeKeeper, tell: Callable[[str], None]) -> None:
    """Raise KeptElsewhere unless a keeper is silent, by its date and while this host watches it."""
    home = workspace.home
    if keeper.is_over:
        return
    if not is_silent(home, keeper):
        raise kept_elsewhere(home, keeper)
    seconds = keeper.lease * WATCHED
    tell(f"watching for {seconds:.0f} s whether {keeper.host.name} is heard of")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        now = other_keeper(home)
        if now != keeper:
            if now is None:
                raise NotNow(f"{keeper.host.name} has just let go of the home", hint="do again what you wanted to do")
            silence(home, now)  # seen to move: from here on our own clock counts
            raise KeptElsewhere(
                f"{now.host.name} keeps the home {home.folder}: it was heard of just now",
                hint="its clock and this one's differ; do it there, or end its station there",
            )
