"""One hour with a viewer open: `python -m tests.benchmarks.soak [--minutes 60]`; memory, handles and store stay flat.

A real station lets a real worker train while a real terminal shows it, and somebody walks through its screens every
half minute. Samples are written down as they are taken; `tests.benchmarks.flatness` judges them in the end.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import psutil

from campaigns.services.campaigns.start import start
from campaigns.services.workspace import Workspace, open_workspace
from tests.benchmarks.flatness import MIB, Sample, Usage, files_are_flat, processes_are_flat, read
from tests.benchmarks.measuring import machine
from tests.stage import clear, processes, said, tiny, wait_for
from tests.tui.terminal import Terminal, terminals

NAME, EVERY, WALK = "soak", 10.0, 3
"""Name of the campaign, seconds between two samples, and samples between two walks through the screens."""
WORK, REST, LOOK = 0.25, 0.75, 1.0
"""Seconds that the worker may compute, and then may not: it is to be light, not fast; and of a look at each tab."""
INITIAL, EPOCHS, ROUNDS_A_MINUTE = 250, 10, 12
"""Images of the first round, epochs of each, and more rounds than the worker gets done."""
TABS = ("labelled images", "criterion", "models done", "round", "attempt", "by criterion", "[data]", "vs random")
"""What each of the seven tabs has on it."""


def main() -> int:
    """Soak, or read what a soak left; say whether all was flat."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--samples", type=Path, default=Path("soak.jsonl"), help="where samples go as they are taken")
    parser.add_argument("--read", action="store_true", help="only judge the samples that are there")
    wanted = parser.parse_args()
    if not wanted.read:
        wanted.samples.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            place = open_workspace(Path(folder) / "home")
            try:
                soak(place, Path(folder), minutes=wanted.minutes, samples=wanted.samples)
            finally:
                clear(place)
    found = [read(line) for line in wanted.samples.read_text().splitlines()]
    print(f"{machine()}; {len(found)} samples in {found[-1].at / 60:.0f} minutes")
    return 0 if all([processes_are_flat(found), files_are_flat(found)]) else 1


def soak(place: Workspace, folder: Path, *, minutes: float, samples: Path) -> None:
    """Let everything run for so long, and write down what it holds."""
    add = max(20, int(ROUNDS_A_MINUTE * minutes))
    tiny(
        place, f"data.images={INITIAL + add + 100}", f"protocol.initial={INITIAL}", f"protocol.add={[1] * add}",
        f"protocol.epochs={[EPOCHS] * (add + 1)}", "protocol.full=false", 'criteria.names=["ag"]', "data.size=64",
        "model.image_size=64", name=NAME,
    )  # fmt: skip
    with terminals(place, folder) as opens:
        terminal = opens((120, 36))
        terminal.open("--open", f"{NAME}:logs")
        terminal.shows("8 Report")
        os.nice(19)  # the station and its workers are started by us
        start(place, NAME)
        began, turn = time.monotonic(), 0
        while time.monotonic() - began < minutes * 60:
            if turn % WALK == 0:
                walk(terminal)
            turn += 1
            taken = sample(place, terminal, at=time.monotonic() - began)
            with samples.open("a") as file:
                file.write(json.dumps(asdict(taken)) + "\n")
            slow(taken.usages["worker"].pid, until=time.monotonic() + EVERY)


def walk(terminal: Terminal) -> None:
    """Through the tabs, back to the list of campaigns, and into the campaign again."""
    for key, word in (*enumerate(TABS, start=1), ("q", "1 campaign"), ("Enter", "7 Recipe")):
        terminal.press(str(key))
        terminal.shows(word)
        time.sleep(LOOK)  # or its pictures and curves would never be drawn
    terminal.press("5")


def slow(pid: int, *, until: float) -> None:
    """Let a worker compute only now and then; one that is gone has done its job, and another has the next."""
    while psutil.pid_exists(pid) and (now := time.monotonic()) < until:
        worker = psutil.Process(pid)
        worker.suspend()
        time.sleep(min(REST, until - now))
        worker.resume()
        time.sleep(WORK)


def sample(place: Workspace, terminal: Terminal, *, at: float) -> Sample:
    """What everything holds now."""

    def all_of_them() -> dict[str, Usage]:
        ours = {name: processes(place, f"campaigns.{name}") for name in ("station", "worker")}
        try:
            return {name: usage(found[0]) for name, found in {"screen": terminal.programs(), **ours}.items()}
        except (IndexError, psutil.NoSuchProcess, ProcessLookupError, FileNotFoundError):  # between two jobs
            return {}

    usages = wait_for(all_of_them, on_failure=lambda: f"{terminal.screen()}\n{said(place)}")
    with place.store() as store:
        counts = store.connection.execute("SELECT (SELECT count(*) FROM epoch), count(done) FROM round").fetchone()
        pages = store.connection.execute("PRAGMA page_count").fetchone()[0]  # what is in the -wal counts as well
        page = store.connection.execute("PRAGMA page_size").fetchone()[0]
    home, path = sum(map(length, place.home.folder.rglob("*"))), place.home.store
    return Sample(at, usages, pages * page, length(path.with_name(f"{path.name}-wal")), home, *counts)


def length(path: Path) -> int:
    """Bytes of a file; nothing, when it has just been replaced."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except FileNotFoundError:
        return 0


def usage(process: psutil.Process) -> Usage:
    """What one process holds now."""
    with process.oneshot():
        memory, busy = process.memory_info(), process.cpu_times()
        return Usage(
            process.pid, _own(process.pid) / MIB, memory.rss / MIB, process.num_fds(), process.num_threads(),
            len(process.children()), busy.user + busy.system,
        )  # fmt: skip


def _own(pid: int) -> int:
    """Bytes that a process has written to and that are nobody else's, in memory or swapped out."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    found = {key: int(value.split()[0]) for key, _, value in (line.partition(":") for line in lines)}
    return 1024 * (found["Private_Dirty"] + found["Swap"])


if __name__ == "__main__":
    sys.exit(main())
