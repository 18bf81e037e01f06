"""A home, opened: where every service begins."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from campaigns.errors import AlwslError, BadHome, BadInput, Damaged, NotNow
from campaigns.home.access import is_readable, is_writable, no_access
from campaigns.home.disk import system_error, telling
from campaigns.home.files import keep_private
from campaigns.home.keeper import HomeKeeper, is_heard, other_keeper
from campaigns.home.locks import is_held
from campaigns.home.mounts import is_shared
from campaigns.home.paths import CampaignPaths, HomePaths, default_home
from campaigns.home.store_place import has_place
from campaigns.home.typed_paths import expanded
from campaigns.station.lease import claim, elsewhere_text, kept_elsewhere, require_here, require_store_place
from campaigns.station.starter import note_starter
from campaigns.store.copied import open_copied_store
from campaigns.store.published import publish_soon, published_file
from campaigns.store.readonly import open_readonly_store
from campaigns.store.store import Store, open_empty_store, open_store, store_lock

MOST_PATH_BYTES = 504
"""Of the path of a store: SQLite has room for 512, and wants eight of them for the names of files beside it."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """One home. Cheap to make: nothing is read before a service is called."""

    home: HomePaths
    is_readonly: bool = False
    """Nothing may be asked of its campaigns: somebody only wants to look."""
    was_elsewhere: bool = False
    """It can only be looked at because another host kept it when it was opened."""

    def elsewhere(self) -> HomeKeeper | None:
        """Return the other host that keeps this home now, which can only be looked at from here then; None otherwise.

        A note that is damaged, or closed to this user, lets look: whatever writes asks for itself, and is refused.
        """
        with telling(self.home.folder), suppress(Damaged, PermissionError):
            return other_keeper(self.home)
        return None

    def require_ours(self) -> None:
        """Raise KeptElsewhere if another host keeps this home now; every transaction asks again."""
        with telling(self.home.folder):
            require_here(self.home)

    def require_writing(self) -> None:
        """Raise an error unless this home may be changed; whatever changes a home begins with it.

        Raises:
            KeptElsewhere: another host keeps it.
            NotNow: it was opened to look only.
        """
        self.require_ours()
        if self.is_readonly:
            hint = "open it again: nobody else keeps it now" if self.was_elsewhere else "leave out --readonly"
            raise NotNow("nothing can be changed here: this was opened to look only", hint=hint)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the home's store, for this thread.

        Raises:
            BadHome: it cannot be opened, or is gone while its campaigns are there.
        """
        # What a service does to the home's files it does in here, too.
        try:
            with telling(self.home.folder):
                yield from self._opened()
        except (OSError, AlwslError):
            self._require_home()  # whatever it was that failed: it went away in the meantime
            raise

    def _opened(self) -> Iterator[Store]:
        self._require_store()
        with self._opening() as store:
            before = store.connection.total_changes
            yield store
            is_changed = store.connection.total_changes != before
        if is_changed and is_shared(self.home.folder) and not has_station(self):
            publish_soon(self.home, require_ours=self.require_ours)

    def _opening(self) -> AbstractContextManager[Store]:
        if (keeper := self.elsewhere()) is not None:
            path = seen_store(self.home)
            error = kept_elsewhere(self.home, keeper)
            return open_copied_store(path, error=error) if is_filled(path) else open_empty_store()
        if not has_store(self.home) and (self.is_readonly or not has_place(self.home.folder)):
            return open_empty_store()
        if self.is_readonly and is_only_readable(self.home.folder):
            return open_readonly_store(self.home.store)
        return open_store(self.home.store, require_ours=self.require_ours)

    def _require_home(self) -> None:
        # It was there when it was opened, or was made then. A new one would look like one that never held anything.
        if not self.is_readonly and is_missing(self.home.folder):
            raise BadHome(
                f"the home {self.home.folder} is gone: somebody has moved or deleted it",
                hint="leave, put it back, and start again",
            )

    def _require_store(self) -> None:
        self._require_home()
        if (keeper := self.elsewhere()) is not None:
            if not is_filled(seen_store(self.home)) and folders(self.home):
                raise kept_elsewhere(self.home, keeper)
            return
        require_store_place(self.home)
        # A new store would show none of the campaigns, and let others take their names.
        if not has_store(self.home) and (orphans := folders(self.home)):
            raise BadHome(
                f"the store {self.home.store} is gone, and {len(orphans)} campaign{'s' * (len(orphans) > 1)} "
                f"lie{'s' * (len(orphans) == 1)} in {self.home.campaigns}",
                hint="alwsl-tui repair builds it again from their folders",
            )


def open_workspace(folder: Path | None = None, *, is_readonly: bool = False, is_making: bool = True) -> Workspace:
    """Open the home in `folder`, else the user's own; one that is not there yet is made, for this user alone.

    With `is_readonly`, and without `is_making`, one that is not there stays so, and looks like an empty one. One that
    another host keeps can only be looked at.

    Raises:
        BadHome: it cannot be made or written, or, to look only, not even be read.
    """
    keep_private()
    path = expanded(folder or default_home()).absolute()
    require_short(path)
    is_looking = is_readonly or not is_making
    if is_looking and is_missing(path):
        return Workspace(HomePaths(path), is_readonly=True)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        if told := system_error(error, path):
            raise told from error
        raise BadHome(f"cannot make the home {path}: {error.strerror}", hint="give another one with --home") from error
    if is_looking and is_only_readable(path):
        return Workspace(HomePaths(path), is_readonly=True)
    if Workspace(HomePaths(path)).elsewhere() is not None:
        return Workspace(HomePaths(path), is_readonly=True, was_elsewhere=not is_readonly)
    if not is_writable(path):
        raise no_access(path, path)
    if not is_looking:
        with telling(path):
            claim(HomePaths(path))
    return Workspace(HomePaths(path), is_readonly)


def require_short(folder: Path) -> None:
    """Raise BadHome if a home's path is so long that SQLite cannot open a store in it."""
    length = max(len(os.fsencode(path)) for path in (HomePaths(folder).store, HomePaths(folder.resolve()).store))
    if length > MOST_PATH_BYTES:
        raise BadHome(
            f"the path of the home is too long: with its store it has {length} bytes, SQLite opens {MOST_PATH_BYTES}",
            hint="give a shorter one with --home; a link to it does not help",
        )


def elsewhere_words(workspace: Workspace) -> str:
    """Return which other host keeps a home, and since when it is silent, for a person; empty where none does."""
    keeper = workspace.elsewhere()
    return "" if keeper is None else elsewhere_text(workspace.home, keeper)


def is_only_readable(folder: Path) -> bool:
    """Return whether the home in `folder` can be looked at by this user, and no more than that."""
    home = HomePaths(expanded(folder).absolute())
    kept = [path for path in (home.folder, home.store, store_lock(home.store)) if path.exists()]
    return all(map(is_readable, kept[:2])) and not all(map(is_writable, kept))


def obstacle(workspace: Workspace) -> BadInput | None:
    """Return what keeps this user from changing a home that lies in a folder of his own; None where nothing does."""
    folder = workspace.home.folder
    if is_missing(folder) or not is_writable(folder) or not is_only_readable(folder):
        return None
    kept = (workspace.home.store, store_lock(workspace.home.store))
    return next(no_access(path, folder) for path in kept if path.exists() and not is_writable(path))


def is_missing(folder: Path) -> bool:
    """Return whether there is nothing at a path, and something could be made there."""
    try:
        folder.stat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def free_bytes(folder: Path) -> int:
    """Return the room on the disk of a folder, or of the nearest one above it where it is not made yet."""
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free


def has_store(home: HomePaths) -> bool:
    """Return whether there is a store; an empty file, as a disk that failed may leave it, is none."""
    return is_filled(home.store)


def is_filled(path: Path) -> bool:
    """Return whether there is a file, and something in it."""
    return path.exists() and path.stat().st_size > 0


def seen_store(home: HomePaths) -> Path:
    """Return the store that other hosts than its keeper see: the one in the home, or the copy there."""
    return published_file(home) if is_shared(home.folder) else home.store


def folders(home: HomePaths) -> list[CampaignPaths]:
    """Return the folder of every campaign, by name; those half made and half deleted are none."""
    paths = home.campaigns.glob("*/") if home.campaigns.is_dir() else ()
    return [home.campaign(name) for name in sorted(path.name for path in paths) if not name.startswith(".")]


def has_station(workspace: Workspace) -> bool:
    """Return whether a station supervises this home, here or, as far as it is heard of, on another host."""
    if (keeper := workspace.elsewhere()) is not None:
        return is_heard(workspace.home, keeper)
    with telling(workspace.home.folder):
        return is_held(workspace.home.station_lock)


def ensure_station(workspace: Workspace) -> bool:
    """Start a station in the background unless one is there; True when this call started it.

    Raises:
        KeptElsewhere: another host keeps the home, and is not heard of.
        NotNow: it was opened to look only.
    """
    if has_station(workspace):
        return False
    workspace.require_writing()
    with telling(workspace.home.folder), _appended(workspace.home.station_log) as log:
        station = subprocess.Popen(
            [sys.executable, "-u", "-m", "campaigns.station", str(workspace.home.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=workspace.home.folder,
        )
    note_starter(workspace.home, station.pid)
    # Somebody has to ask how a child ended, or it stays a zombie for as long as we live.
    Thread(target=station.wait, daemon=True).start()
    return True


def _appended(path: Path) -> BinaryIO:
    """Open a file to append to; its folder is made where there is none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path.open("ab")
