"""Which machine keeps a home, and letting this one keep it once the other is silent."""

import platform
from contextlib import suppress
from dataclasses import dataclass

from campaigns.errors import Damaged, NotNow
from campaigns.home.disk import telling
from campaigns.home.host import SILENT, StationHost, other_host
from campaigns.services.workspace import Workspace, has_station


@dataclass(frozen=True, slots=True)
class HomeKeeper:
    """The machine whose station a home has, or would have."""

    host: str
    is_here: bool
    is_running: bool
    """Its station is at work, as far as this machine can tell: another one's has been heard of within a minute."""
    pid: int | None
    """Of the station; None where it does not run."""
    silence: float | None
    """Seconds since another machine's station was heard of; None of this machine."""


def load_keeper(workspace: Workspace) -> HomeKeeper:
    """Return who keeps a home: this machine, unless another one's station says that it does."""
    if (other := other_host(workspace.home.host)) is not None:
        silence = other.silence
        return HomeKeeper(other.host, False, silence < SILENT, other.process.pid, silence)
    is_running, note = has_station(workspace), None
    with suppress(Damaged, OSError):
        note = StationHost.read(workspace.home.host)
    pid = note.process.pid if is_running and note is not None and note.is_here else None
    return HomeKeeper(platform.node(), True, is_running, pid, None)


def take(workspace: Workspace) -> HomeKeeper:
    """Let this machine keep a home from now on; return who kept it before.

    A station that was only cut off finds another machine's name in the home when it comes back, and ends.

    Raises:
        NotNow: no other machine keeps it, or that has been heard of within a minute.
    """
    keeper = load_keeper(workspace)
    if keeper.is_here:
        raise NotNow("this machine keeps the home already", hint="alwsl-tui station says whether its station runs")
    if keeper.is_running:
        raise NotNow(
            f"{keeper.host} keeps the home: it was heard of {keeper.silence:.0f} s ago",
            hint=f"end its station there (process {keeper.pid}), or wait until it is silent for {SILENT:.0f} s",
        )
    with telling(workspace.home.folder):
        workspace.home.host.unlink(missing_ok=True)
    return keeper
