"""What a station holds while it keeps a home: the note that says so, renewed as long as the station lives."""

import os
import shlex
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Event, Thread
from typing import BinaryIO

from campaigns.errors import BadHome, KeptElsewhere
from campaigns.home.hosts import this_host
from campaigns.home.keeper import (
    RENEWALS,
    HomeKeeper,
    is_silent,
    keeper_file,
    new_keeper,
    other_keeper,
    put_keeper,
    renew_keeper,
    silence,
)
from campaigns.home.mounts import file_system, is_local, is_shared
from campaigns.home.paths import HomePaths
from campaigns.home.store_place import make_id, note_owner, require_local_store
from campaigns.store.published import Publisher

FRESH = 1.0
"""Seconds for which a look at the note is good: less than any lease, and a file server has not to answer at every turn
of the loop."""
SETTLE = 2 * FRESH
"""Seconds after which a note is looked at again where several hosts may have put one there at the same moment: until
then the one whose note it is no longer has noticed."""


def require_here(home: HomePaths) -> None:
    """Raise KeptElsewhere if another host keeps a home.

    Raises:
        Damaged: who keeps it cannot be read.
    """
    if (keeper := other_keeper(home)) is not None:
        raise kept_elsewhere(home, keeper)


def require_store_place(home: HomePaths) -> None:
    """Raise BadHome if the store of a home lies, or would lie, on a file system of the network, or is another home's.

    Raises:
        Damaged: a note of whose store it is is none.
    """
    inside = home.folder / home.store.name
    if inside != home.store and inside.exists():
        raise BadHome(
            f"the store {inside} lies on {file_system(home.folder)}, where several hosts may write to it at once",
            hint=f"end its station where it runs; then alwsl-tui repair moves it to {home.store.parent}",
        )
    require_local_store(home.folder)


def claim(home: HomePaths) -> None:
    """Let this host keep a home on a network's file system that nobody keeps; nothing where the store lies inside.

    Raises:
        BadHome: there is no place for its store.
        OSError: it cannot be written.
    """
    if not is_shared(home.folder):
        return
    require_here(home)
    make_id(home.folder)
    require_local_store(home.folder)
    note_owner(home.folder)
    keeper = HomeKeeper.read(keeper_file(home))
    if keeper is None or not keeper.host.is_same(this_host()):
        put_keeper(keeper_file(home), replace(new_keeper(pid=None), is_over=True)).close()


def kept_elsewhere(home: HomePaths, keeper: HomeKeeper) -> KeptElsewhere:
    """Build the error for a home that another host keeps: which one, since when it is silent, and what to do."""
    name = keeper.host.name
    there = f"ssh {shlex.quote(name)}"
    if keeper.is_over:
        hint = f"do it there ({there}), or go on here: alwsl-tui station --take"
    elif is_silent(home, keeper):
        hint = f"do it there ({there}), or, when {name} is gone for good: alwsl-tui station --take"
    else:
        hint = f"do it there: {there}; once it is silent for {keeper.lease:.0f} s, alwsl-tui station --take"
    return KeptElsewhere(elsewhere_text(home, keeper), hint=hint)


def elsewhere_text(home: HomePaths, keeper: HomeKeeper) -> str:
    """Say which other host keeps a home, and since when it has not been heard of."""
    who = f"{keeper.host.name} keeps the home {home.folder}"
    since = _age(silence(home, keeper))
    if keeper.is_over:
        return f"{who}: its store lies there, and no station has been at work for {since}"
    if keeper.pid is None:
        return f"{who}: it was taken there {since} ago, and no station has begun"
    return f"{who}: its station, process {keeper.pid}, was last heard of {since} ago"


def _age(seconds: float) -> str:
    for length, word in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {word}"
    return f"{seconds:.0f} s"


class Lease:
    """A station's right to write into a home. Whoever begins it holds the home's lock; it may be lost at any moment."""

    def __init__(self, home: HomePaths) -> None:
        self.home = home
        self.has_workers: Callable[[], bool] = lambda: True
        """Whether workers of this host go on when the station ends: the home stays this host's then. So it does while
        nobody has looked yet."""
        self._keeper: HomeKeeper | None = None
        self._looked = (-FRESH, -FRESH)
        """When the note was last seen to be ours, on the monotonic clock and on that of the day: a machine that slept
        has only the second one moved."""
        self._publisher = Publisher(home, self.require)

    def require(self) -> None:
        """Raise KeptElsewhere unless this station may write: its own note is the home's, or nobody else's is.

        Raises:
            Damaged: who keeps it cannot be read.
            OSError: likewise.
        """
        if self._keeper is None:
            require_here(self.home)
            return
        now = (time.monotonic(), time.time())
        if all(0 <= at - looked < FRESH for at, looked in zip(now, self._looked, strict=True)):
            return
        keeper = HomeKeeper.read(keeper_file(self.home))
        if keeper is None or keeper.token != self._keeper.token:
            raise self._lost(keeper)
        self._looked = now

    def _lost(self, keeper: HomeKeeper | None) -> KeptElsewhere:
        how = "its note is gone" if keeper is None else f"{keeper.host.name} has taken it"
        hint = "alwsl-tui station says who keeps it"
        return KeptElsewhere(f"the home {self.home.folder} is this station's no longer: {how}", hint=hint)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the home meanwhile, and say so all the time, from a thread: a turn of the loop may take long.

        Raises:
            KeptElsewhere: another host keeps it, or took it at the same moment.
            OSError: the note cannot be written.
        """
        require_here(self.home)
        keeper, ended = new_keeper(pid=os.getpid()), Event()
        if (note := self._put(keeper)) is None:
            yield
            return
        with note as file:
            self._keeper, self._looked = keeper, (-FRESH, -FRESH)
            thread = Thread(target=self._renew, args=(file, keeper, ended), name="lease", daemon=True)
            thread.start()
            try:
                if not is_local(self.home.folder):
                    time.sleep(SETTLE)
                self.require()
                yield
            finally:
                ended.set()
                thread.join()
                with suppress(OSError, KeptElsewhere):
                    self._publisher.publish(is_last=True)
                # In place: once somebody else's note is there, this one has no name any more, and nobody reads it.
                with suppress(OSError):
                    renew_keeper(file, replace(keeper, is_over=not self.has_workers()))
                self._keeper = None

    def _put(self, keeper: HomeKeeper) -> BinaryIO | None:
        """Put our note there; None where there is no room for it, and no other machine that would have to read it."""
        try:
            return put_keeper(keeper_file(self.home), keeper)
        except OSError:
            if not is_local(self.home.folder):
                raise
        return None

    def _renew(self, file: BinaryIO, keeper: HomeKeeper, ended: Event) -> None:
        while not ended.wait(keeper.lease / RENEWALS):
            # A disk that is full, or a server that does not answer: the next time, perhaps. A home that is lost is for
            # the loop to notice.
            with suppress(OSError, KeptElsewhere):
                renew_keeper(file, keeper)
                self._publisher.publish()
