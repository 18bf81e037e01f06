"""What a home is tortured with: its campaign, and how the program is started there."""

import os
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from campaigns.core.execution import LOCAL
from campaigns.services.workspace import Workspace
from campaigns.torture.labelled import ALBUM
from campaigns.torture.promises import leftovers

CAMPAIGN = "tortured"
OVERRIDES = (
    "data.images=60", "data.test_images=30", "protocol.initial=12", "protocol.add=[6, 6]", "protocol.epochs=[4, 8, 8]",
    "protocol.full=false", "protocol.trials=1", 'criteria.names=["ag", "vote"]', "run.threads=1",
    "run.precision=float32", "run.retries=10",
)  # fmt: skip
"""Of the recipe `smoke`: two arms that run at once, each with two rounds, a second or so of work in all."""
MOST_SECONDS = 600.0
"""For one home; what has not ended by then has lost something."""
TIDY_SECONDS = 60.0
"""For a station to clear away what killed processes left."""
LINES, COLUMNS = 40, 120
"""Of the terminal that screens are shown on."""
READER_SECONDS = 10.0
"""For the last bytes of a terminal to be read."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """What stays the same from home to home."""

    program: Sequence[str]
    """How the program is started: passed in, because the engine does not know its faces."""
    folder: Path
    """For scratch homes, and for what commands are given to read."""
    tell: Callable[[str], None]
    """Told every kill, a line each."""
    executor: str = LOCAL
    """What runs the jobs of the campaign whose bytes are compared."""

    @property
    def photos(self) -> Path:
        """A folder of pictures with labels, for `data add`."""
        return self.folder / "photos"

    @property
    def album(self) -> Path:
        """A folder of pictures without labels, which somebody gives."""
        return self.folder / ALBUM


@dataclass(frozen=True, slots=True)
class Lives:
    """How long processes live when nobody disturbs them, in seconds: kills are drawn over these."""

    new: float
    run: float
    worker: float
    show: float
    answer: float


def new_arguments(name: str, executor: str = LOCAL) -> list[str]:
    """Return the command that makes the campaign."""
    overrides = [word for override in OVERRIDES for word in ("--set", override)]
    return ["new", "--recipe", "smoke", "--name", name, "--executor", executor, *overrides]


def surroundings(folder: Path) -> dict[str, str]:
    """Return the environment for everything that is started for the homes in a folder."""
    if not sys.dont_write_bytecode:
        return dict(os.environ)
    # Hundreds of processes are started, and without bytecode each would compile everything again.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")}


def began(program: Sequence[str], *arguments: str, home: Path, log: Path) -> "subprocess.Popen[bytes]":
    """Start the program in a home, appending what it prints to `log`."""
    with log.open("ab") as file:
        file.write(f"--- {' '.join(arguments)}\n".encode())
        file.flush()
        return subprocess.Popen(
            [*program, *arguments, "--home", str(home)],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=surroundings(home.parent),
        )


def ended(child: "subprocess.Popen[bytes]") -> int:
    """Return with what code a process ends; it is killed when it does not."""
    try:
        return child.wait(MOST_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()


def tidy(place: Workspace, scratch: Scratch, log: Path) -> None:
    """Let a station that has nothing to do clear away what killed processes left in a home."""
    deadline = time.monotonic() + TIDY_SECONDS
    while leftovers(place) and time.monotonic() < deadline:
        with log.open("ab") as file:
            command = [sys.executable, "-m", "campaigns.station", str(place.home.folder)]
            subprocess.run(
                command, stdout=file, stderr=file, timeout=MOST_SECONDS, check=False,
                env=surroundings(scratch.folder),
            )  # fmt: skip


@contextmanager
def screens(program: Sequence[str], *, home: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Open the program's screens in a home, on a terminal of their own; the last ones' drawing is kept in `log`.

    They are ended with the block: by themselves they stay.
    """
    log.write_bytes(b"")
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (LINES, COLUMNS))
    reader = Thread(target=_look_at, args=(ours, log))
    child = subprocess.Popen(
        [*program, "--home", str(home)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env=surroundings(home.parent) | {"TERM": "xterm-256color"},
    )
    os.close(theirs)
    reader.start()
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        reader.join(READER_SECONDS)
        os.close(ours)


def _look_at(terminal: int, log: Path) -> None:
    # Somebody has to read: a terminal nobody looks at is full after a few pages, and its program stands still.
    with log.open("ab", buffering=0) as file:
        while True:
            try:
                drawn = os.read(terminal, 1 << 16)
            except OSError:  # Linux says so when the other end is closed
                return
            if not drawn:
                return
            file.write(drawn)
