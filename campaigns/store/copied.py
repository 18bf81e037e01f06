"""Copying a store whole: to look at one that another host writes to, and to move one to another file system.

SQLite's log has an index in memory that the processes of one machine share; opened from another one, it would be torn.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from campaigns.errors import BadDisk, BadHome, KeptElsewhere
from campaigns.store.store import BESIDE, Store, open_store

TRIES, PAUSE = 20, 0.05
"""Of copying, and seconds between two tries."""
_HEAD_BYTES = 32
"""Of the log: the head holds two numbers that change whenever the log begins anew."""

_State = tuple[bytes | None, tuple[int, int, int]]


@contextmanager
def open_copied_store(path: Path, *, error: KeptElsewhere) -> Iterator[Store]:
    """Open a copy of a store as it was when it was last committed to; whoever writes to it gets this error.

    Raises:
        BadHome: as `open_store`; or it is written to without a pause that is long enough to copy it.
    """
    with tempfile.TemporaryDirectory(prefix="alwsl-look-") as folder:
        copy_store(path, Path(folder))
        with open_store(Path(folder) / path.name, require_ours=partial(_refuse, error)) as store:
            yield store


def _refuse(error: KeptElsewhere) -> None:
    raise error


def copy_store(path: Path, folder: Path) -> None:
    """Copy a store and its log into a folder, so that they belong together.

    Raises:
        BadDisk: it is written to without a pause that is long enough.
    """
    log = path.with_name(f"{path.name}-wal")
    for _ in range(TRIES):
        before = _state(path, log)
        copied = folder / log.name
        copied.unlink(missing_ok=True)
        # The order is the point: what is moved from the log into the store while the store is copied is in the log
        # that is copied after it, and SQLite reads that over it, as long as the log has not begun anew meanwhile.
        shutil.copyfile(path, folder / path.name)
        with suppress(FileNotFoundError):
            shutil.copyfile(log, copied)
        if _state(path, log) == before and _head(copied) == before[0]:
            return
        time.sleep(PAUSE)
    raise BadDisk(f"the store {path} changes faster than it can be copied", hint="look again, or look on its own host")


def move_store(inside: Path, store: Path) -> None:
    """Move a store that nobody has open to another file system, with what its log holds.

    Raises:
        BadHome: it is damaged, or there is one already where it is to go.
    """
    if store.exists() and store.stat().st_size:
        raise BadHome(f"there are two stores, {inside} and {store}", hint="put the one that you do not want elsewhere")
    store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".moved-", dir=store.parent) as folder:
        copy = Path(folder) / inside.name
        copy_store(inside, copy.parent)
        with open_store(copy):  # whoever closes it last leaves no log
            pass
        copy.replace(store)
    for ending in reversed(BESIDE):
        inside.with_name(inside.name + ending).unlink(missing_ok=True)


def _state(path: Path, log: Path) -> _State:
    """Return what differs once a copy of both does not belong together."""
    head = _head(log)
    # Without a log whoever writes has gone; coming back, he would leave no log, but another store.
    stat = path.stat()
    return head, (0, 0, stat.st_ino) if head else (stat.st_mtime_ns, stat.st_size, stat.st_ino)


def _head(log: Path) -> bytes | None:
    try:
        with log.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except FileNotFoundError:
        return None
