"""A home, opened: where every service begins."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from filelock import FileLock, Timeout

from campaigns.errors import BadHome
from campaigns.paths import HomePaths, default_home
from campaigns.store.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Workspace:
    """One home. Cheap to make: nothing is read before a service is called."""

    home: HomePaths

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The home's store, for this thread.

        Raises:
            BadHome: it cannot be opened.
        """
        with open_store(self.home.store) as store:
            yield store


def open_workspace(folder: Path | None = None) -> Workspace:
    """The home in `folder`, else the user's own; made when it is not there yet.

    Raises:
        BadHome: it cannot be made or written.
    """
    path = (folder or default_home()).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadHome(f"cannot make the home {path}: {error.strerror}", hint="give another one with --home") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise BadHome(f"the home {path} cannot be written", hint="give another one with --home")
    return Workspace(HomePaths(path))


def has_station(workspace: Workspace) -> bool:
    """True while a station supervises this home."""
    try:
        with FileLock(workspace.home.station_lock, timeout=0):
            return False
    except Timeout:
        return True


def ensure_station(workspace: Workspace) -> bool:
    """Start a station in the background unless one is there; True when this call started it."""
    if has_station(workspace):
        return False
    with workspace.home.station_log.open("ab") as log:
        station = subprocess.Popen(
            [sys.executable, "-u", "-m", "campaigns.station", str(workspace.home.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=workspace.home.folder,
        )
    # Somebody has to ask how a child ended, or it stays a zombie for as long as we live.
    Thread(target=station.wait, daemon=True).start()
    return True
