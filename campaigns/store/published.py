"""`store-copy.db`: the store as other hosts may see it, in a home that lies on a network's file system.

The store itself lies on the host that keeps the home. Others look at the copy, and who takes the home goes on from it.
"""

import atexit
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from campaigns.errors import AlwslError
from campaigns.home.drafts import draft_of
from campaigns.home.mounts import is_shared
from campaigns.home.paths import HomePaths
from campaigns.store.store import BESIDE, BUSY_SECONDS

APART_SECONDS = 5.0
"""Between two copies that one process makes of a store it writes to again and again, as while somebody labels."""
_OWED: dict[HomePaths, Callable[[], None]] = {}
_PUBLISHED: dict[HomePaths, float] = {}
SHARE = 0.05
"""Of a station's time that copying may take: a large store is copied less often."""


def published_file(home: HomePaths) -> Path:
    """Return where a home keeps the copy of its store; there is none where every host that sees it sees the store."""
    return home.folder / "store-copy.db"


def publish(home: HomePaths, *, require_ours: Callable[[], None]) -> None:
    """Put a copy of the store, as it is now, into the home.

    Raises:
        KeptElsewhere: another host has taken the home meanwhile.
        OSError: it cannot be written.
    """
    path = published_file(home)
    with tempfile.TemporaryDirectory(prefix="alwsl-copy-") as folder:
        copy = Path(folder) / path.name
        uri = f"{home.store.absolute().as_uri()}?mode=rw"
        with (
            closing(sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
        draft = draft_of(path)
        try:
            shutil.copyfile(copy, draft)
            require_ours()
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def publish_soon(home: HomePaths, *, require_ours: Callable[[], None]) -> None:
    """Put a copy of the store into the home, at once or, if that was done a moment ago, when this process ends.

    A copy that cannot be made is no error: it is as old as it was.
    """
    if not is_shared(home.folder):
        return
    _OWED[home] = require_ours
    if time.monotonic() - _PUBLISHED.get(home, float("-inf")) >= APART_SECONDS:
        publish_owed()


def publish_owed() -> None:
    """Make the copies that were put off."""
    for home, require_ours in list(_OWED.items()):
        with suppress(OSError, AlwslError, sqlite3.Error):
            publish(home, require_ours=require_ours)
        _OWED.pop(home, None)
        _PUBLISHED[home] = time.monotonic()


atexit.register(publish_owed)


class Publisher:
    """Keeps the copy of a store up to date, for a station; one thread asks it."""

    def __init__(self, home: HomePaths, require_ours: Callable[[], None]) -> None:
        self._home, self._require_ours = home, require_ours
        self._signs: tuple[object, ...] = ()
        self._due = float("-inf")

    def publish(self, *, is_last: bool = False) -> None:
        """Copy the store if it has changed and copying does not take too much of the time; the last time in any case.

        Raises:
            KeptElsewhere: another host has taken the home meanwhile.
            OSError: it cannot be written.
        """
        if not is_shared(self._home.folder) or (time.monotonic() < self._due and not is_last):
            return
        signs = tuple(_sign(file) for file in _files(self._home.store)[:2])  # readers touch the index
        if signs == self._signs:
            return
        began = time.monotonic()
        with suppress(sqlite3.OperationalError):  # somebody brings it up to a new schema just now
            publish(self._home, require_ours=self._require_ours)
            self._signs = signs
        self._due = time.monotonic() + (time.monotonic() - began) / SHARE


def go_on_from_published(home: HomePaths) -> None:
    """Put the copy in the place of the store that this host may have of an earlier time, which is kept beside it."""
    if not is_shared(home.folder):
        return
    home.store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in reversed(_files(home.store)):
        if file.exists():
            file.replace(file.with_name(f"{home.store.name}.old{file.name.removeprefix(home.store.name)}"))
    if published_file(home).exists():
        draft = draft_of(home.store)
        try:
            shutil.copyfile(published_file(home), draft)
            draft.replace(home.store)
        finally:
            draft.unlink(missing_ok=True)


def _files(store: Path) -> list[Path]:
    return [store.with_name(store.name + ending) for ending in BESIDE]


def _sign(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
