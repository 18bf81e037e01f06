"""What an open screen costs while nothing happens: `python -m tests.benchmarks.idle [--seconds 10] [--homes FOLDER]`.

The program runs in a terminal of 120 × 40 on a finished campaign: each of its tabs, then one that lies beneath another
screen; on a campaign of 10 000 rounds; on a home of 1 000 campaigns; then `run` of a campaign that trains. Measured
from outside: bytes that reach the terminal, and the share of one core that the process takes. `--homes` keeps the homes
that are made for it.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from alwsl_tui.tui.tabs import TABS
from campaigns.services.workspace import Workspace, open_workspace
from tests.benchmarks.paint import SIZE, TERMINAL

SETTLE = 12.0
"""Seconds in which what opening has left to do comes to its end."""
BLUR = b"\x1b[O"
"""What a terminal sends when it loses the focus."""
Row = tuple[str, str, str]


class Watcher:
    """The program in a terminal of its own, watched from outside."""

    def __init__(self, place: Workspace, words: Sequence[str]) -> None:
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
        command = [sys.executable, "-c", "from alwsl_tui.entry import main; main()"]
        self.child = subprocess.Popen(
            [*command, *words, "--home", str(place.home.folder)],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=os.environ | TERMINAL,
        )  # fmt: skip
        os.close(slave)

    def written(self, seconds: float) -> int:
        """Return the bytes it writes in that time."""
        count, over = 0, time.perf_counter() + seconds
        while (left := over - time.perf_counter()) > 0:
            if select.select([self.master], [], [], left)[0]:
                count += len(os.read(self.master, 1 << 16))
        return count

    def press(self, keys: bytes) -> None:
        """Press keys, as a terminal sends them."""
        os.write(self.master, keys)

    def measured(self, what: str, seconds: float) -> Row:
        """Return the bytes and the share of a core per second, once it has settled."""
        self.written(SETTLE)
        process = psutil.Process(self.child.pid)
        before = process.cpu_times()
        count = self.written(seconds)
        after = process.cpu_times()
        busy = after.user - before.user + after.system - before.system
        return what, f"{count / seconds:,.0f}", f"{100 * busy / seconds:.2f}"


@contextmanager
def watching(place: Workspace, *words: str) -> Iterator[Watcher]:
    """The program for as long as it is watched."""
    watcher = Watcher(place, words)
    try:
        yield watcher
    finally:
        os.killpg(watcher.child.pid, signal.SIGKILL)
        watcher.child.wait()
        os.close(watcher.master)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--homes", type=Path, default=None)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = wanted.homes or Path(made)
        done, long, many = (open_workspace(folder / name) for name in ("done", "long", "many"))
        fill(done, long, many)
        rows = list(measured(done, long, many, wanted.seconds))
        rows.append(follower(open_workspace(Path(made) / "follower"), wanted.seconds))
    from tests.benchmarks.measuring import machine, table  # it imports PyTorch

    print(machine())
    print(table(("while nothing happens", "bytes a second", "% of a core"), rows))


def fill(done: Workspace, long: Workspace, many: Workspace) -> None:
    """Make the homes that are not there yet."""
    from tests.benchmarks import home, longrun
    from tests.stage import clear, settle, tiny

    if not done.home.store.exists():
        settle(done, tiny(done).name)
        clear(done)
    if not long.home.store.exists():
        longrun.fill(long, rounds=10_000, arms=1)
    if not many.home.store.exists():
        home.fill(many)


def measured(done: Workspace, long: Workspace, many: Workspace, seconds: float) -> Iterator[Row]:
    """Return a row a screen."""
    for tab in TABS:
        with watching(done, "--open", f"tiny:{tab}") as watcher:
            yield watcher.measured(tab, seconds)
            if tab == "overview":
                watcher.press(b"V,")
                yield watcher.measured("overview beneath the settings", seconds)
    for tab in ("overview", "curves", "rounds"):
        with watching(long, "--open", f"{longname()}:{tab}") as watcher:
            yield watcher.measured(f"{tab} of 10 000 rounds", seconds)
    for place, name in ((done, "1 campaign"), (many, "1 000 campaigns")):
        with watching(place) as watcher:
            yield watcher.measured(f"station, {name}", seconds)
            watcher.press(BLUR)
            yield watcher.measured(f"station, {name}, terminal without the focus", seconds)


def longname() -> str:
    """Return the name of the long campaign."""
    from tests.benchmarks.longrun import NAME

    return NAME


def follower(place: Workspace, seconds: float) -> Row:
    """Return what `run` costs while it watches one long epoch after the other."""
    from tests.stage import clear, tiny
    from tests.tui.journeys import LONG

    row = tiny(place, *LONG)
    try:
        with watching(place, "run", row.name) as watcher:
            return watcher.measured("run, one job at work", seconds)
    finally:
        clear(place)


if __name__ == "__main__":
    main()
