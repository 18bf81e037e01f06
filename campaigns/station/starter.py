"""Who is about to be a home's station: a process that was started for it, and may not have the home's lock yet."""

from contextlib import suppress
from dataclasses import asdict, dataclass

from campaigns.errors import Damaged
from campaigns.home.files import read_json, write_json
from campaigns.home.paths import HomePaths
from campaigns.home.typed import built
from campaigns.station.executors.local import Worker, is_alive, worker_of


@dataclass(frozen=True, slots=True)
class Starter:
    """The process that was started last to be the station of a home."""

    home: str
    """The copy of a home, made just then, holds this note too: nobody is on his way to the copy."""
    pid: int
    born: float
    """Seconds since the epoch, as the operating system reports it."""
    mark: str


def note_starter(home: HomePaths, pid: int) -> None:
    """Write down that this process, a child of ours, is to be the station of a home."""
    if (process := worker_of(pid)) is None:
        return
    starter = Starter(str(home.folder), process.pid, process.born, process.mark)
    # A disk that is full holds up nobody: whoever looks before the station has its lock takes the home for unattended.
    with suppress(OSError):
        write_json(home.starter, asdict(starter))


def is_starting(home: HomePaths) -> bool:
    """Return whether the process that was started last to be a home's station lives, at the home's lock or not."""
    # However busy the machine is: a process that lives is on its way, and one that fell is not waited for.
    try:
        starter = built(Starter, read_json(home.starter))
    except (Damaged, ValueError):  # nobody was ever started here, or the disk was full
        return False
    return starter.home == str(home.folder) and is_alive(Worker(starter.pid, starter.born, starter.mark))
