"""A home, opened: where every service begins."""

import fcntl
import os
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
from campaigns.home.paths import CampaignPaths, HomePaths, default_home
from campaigns.station.starter import note_starter
from campaigns.store.store import Store, open_store


@dataclass(frozen=True, slots=True)
class Workspace:
    """One home. Cheap to make: nothing is read before a service is called."""

    home: HomePaths
    is_readonly: bool = False
    """Nothing may be asked of its campaigns: somebody only wants to look."""

    def demand_writing(self) -> None:
        """Nothing, where changes are allowed.

        Raises:
            NotNow: this workspace only looks.
        """
        if self.is_readonly:
            raise NotNow("nothing can be changed here: this was opened to look only", hint="leave out --readonly")

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The home's store, for this thread.

        Raises:
            BadHome: it cannot be opened, or is gone while its campaigns are there.
        """
        # What a service does to the home's files it does in here, too.
        with telling(self.home.folder):
            self._demand_store()
            with open_store(self.home.store) as store:
                yield store

    def _demand_store(self) -> None:
        # A new one would show none of the campaigns, and let others take their names.
        if not has_store(self.home) and (found := folders(self.home)):
            raise BadHome(
                f"the store {self.home.store} is gone, and {len(found)} campaign{'s' * (len(found) > 1)} "
                f"lie{'s' * (len(found) == 1)} in {self.home.campaigns}",
                hint="alwsl-tui repair builds it again from their folders",
            )


def open_workspace(folder: Path | None = None, *, is_readonly: bool = False) -> Workspace:
    """The home in `folder`, else the user's own; made when it is not there yet, for this user alone.

    Raises:
        BadHome: it cannot be made or written.
    """
    keep_private()
    path = (folder or default_home()).expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        if told := disk_error(error, path):
            raise told from error
        raise BadHome(f"cannot make the home {path}: {error.strerror}", hint="give another one with --home") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise BadHome(f"the home {path} cannot be written", hint="give another one with --home")
    return Workspace(HomePaths(path), is_readonly)


def has_store(home: HomePaths) -> bool:
    """True when there is one; an empty file, as a disk that failed may leave it, is none."""
    return home.store.exists() and home.store.stat().st_size > 0


def folders(home: HomePaths) -> list[CampaignPaths]:
    """The folder of every campaign, by name; those half made and half deleted are none."""
    found = home.campaigns.glob("*/") if home.campaigns.is_dir() else ()
    return [home.campaign(name) for name in sorted(path.name for path in found) if not name.startswith(".")]


def has_station(workspace: Workspace) -> bool:
    """True while a station supervises this home."""
    # Shared, so that several who look at the same moment do not take each other for a station.
    with telling(workspace.home.folder), workspace.home.station_lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def ensure_station(workspace: Workspace) -> bool:
    """Start a station in the background unless one is there; True when this call started it."""
    workspace.demand_writing()
    if has_station(workspace):
        return False
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
