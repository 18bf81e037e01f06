"""A home, opened: where every service begins."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from campaigns.errors import BadHome, NotNow
from campaigns.home.disk import disk_error, telling
from campaigns.home.files import keep_private
from campaigns.home.locks import is_held
from campaigns.home.paths import CampaignPaths, HomePaths, default_home
from campaigns.station.starter import note_starter
from campaigns.store.store import Store, open_empty_store, open_store


@dataclass(frozen=True, slots=True)
class Workspace:
    """One home. Cheap to make: nothing is read before a service is called."""

    home: HomePaths
    is_readonly: bool = False
    """Nothing may be asked of its campaigns: somebody only wants to look."""

    def require_writing(self) -> None:
        """Raise NotNow if this home was opened to look only; whatever changes a home begins with it."""
        if self.is_readonly:
            raise NotNow("nothing can be changed here: this was opened to look only", hint="leave out --readonly")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Open the home's store, for this thread.

        Raises:
            BadHome: it cannot be opened, or is gone while its campaigns are there.
        """
        # What a service does to the home's files it does in here, too.
        with telling(self.home.folder):
            self._require_store()
            is_to_be_made = not has_store(self.home)
            with open_empty_store() if self.is_readonly and is_to_be_made else open_store(self.home.store) as store:
                yield store

    def _require_store(self) -> None:
        # It was there when it was opened, or was made then. A new one would look like one that never held anything.
        if not self.is_readonly and is_missing(self.home.folder):
            raise BadHome(
                f"the home {self.home.folder} is gone: somebody has moved or deleted it",
                hint="leave, put it back, and start again",
            )
        # A new store would show none of the campaigns, and let others take their names.
        if not has_store(self.home) and (orphans := folders(self.home)):
            raise BadHome(
                f"the store {self.home.store} is gone, and {len(orphans)} campaign{'s' * (len(orphans) > 1)} "
                f"lie{'s' * (len(orphans) == 1)} in {self.home.campaigns}",
                hint="alwsl-tui repair builds it again from their folders",
            )


def open_workspace(folder: Path | None = None, *, is_readonly: bool = False, is_making: bool = True) -> Workspace:
    """Open the home in `folder`, else the user's own; one that is not there yet is made, for this user alone.

    With `is_readonly`, and without `is_making`, one that is not there stays so, and looks like an empty one.

    Raises:
        BadHome: it cannot be made or written.
    """
    keep_private()
    path = (folder or default_home()).expanduser().absolute()
    if (is_readonly or not is_making) and is_missing(path):
        return Workspace(HomePaths(path), is_readonly=True)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        if told := disk_error(error, path):
            raise told from error
        raise BadHome(f"cannot make the home {path}: {error.strerror}", hint="give another one with --home") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise BadHome(f"the home {path} cannot be written", hint="give another one with --home")
    return Workspace(HomePaths(path), is_readonly)


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
    return home.store.exists() and home.store.stat().st_size > 0


def folders(home: HomePaths) -> list[CampaignPaths]:
    """Return the folder of every campaign, by name; those half made and half deleted are none."""
    paths = home.campaigns.glob("*/") if home.campaigns.is_dir() else ()
    return [home.campaign(name) for name in sorted(path.name for path in paths) if not name.startswith(".")]


def has_station(workspace: Workspace) -> bool:
    """Return whether a station supervises this home."""
    with telling(workspace.home.folder):
        return is_held(workspace.home.station_lock)


def ensure_station(workspace: Workspace) -> bool:
    """Start a station in the background unless one is there; True when this call started it."""
    if has_station(workspace):
        return False
    workspace.require_writing()
    with telling(workspace.home.folder), workspace.home.station_log.open("ab") as log:
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
