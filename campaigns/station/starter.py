"""Who is about to be a home's station: a process that was started for it, and may not have the home's lock yet."""

from contextlib import suppress

from campaigns.errors import Damaged
from campaigns.home.paths import HomePaths
from campaigns.home.process import worker_of
from campaigns.home.starter import Starter
from campaigns.station.executors.local import is_alive


def note_starter(home: HomePaths, pid: int) -> None:
    """Write down that this process, a child of ours, is to be the station of a home."""
    if (process := worker_of(pid)) is None:
        return
    # A disk that is full holds up nobody: whoever looks before the station has its lock takes the home for unattended.
    with suppress(OSError):
        Starter(str(home.folder), process).write(home.starter)


def is_starting(home: HomePaths) -> bool:
    """Return whether the process that was started last to be a home's station lives, at the home's lock or not."""
    # However busy the machine is: a process that lives is on its way, and one that fell is not waited for.
    try:
        starter = Starter.read(home.starter)
    except Damaged:  # the disk was full
        return False
    return starter is not None and starter.home == str(home.folder) and is_alive(starter.process)
