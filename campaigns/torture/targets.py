"""What the fault harness kills and when: processes of a home, and moments of their lives."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random
from types import MappingProxyType

import psutil


class ProcessKind(StrEnum):
    """What a process is to a home."""

    WORKER = "worker"
    STATION = "station"
    NURSERY = "nursery"
    """Forks the workers."""
    COMMAND = "command"
    """Asks something: run, new, delete, data add."""
    WRITER = "writer"
    """Keeps what somebody answers about a photograph."""
    VIEWER = "viewer"
    """Only reads: show, list, queue, the screens on a terminal."""


LOOK_SECONDS = 0.002
"""Between two looks at files, so that a draft that lives for milliseconds is seen."""
SEARCH_SECONDS = 0.02
"""Between two looks for processes."""
YOUNG_SECONDS = 0.3
"""A process may still carry its parent's command line so long."""
PATIENCE = 2.0
"""Lives for which a change of files is waited for."""
DEATH_SECONDS = 10.0
"""For a killed process to be gone, on a machine that is busy."""
JITTER_SECONDS = 0.004
"""At most so long after a file appears its writer is killed."""

Moments = Mapping[str, str]
"""What happens just then, and the files (a pattern below the target's folder) whose change shows it."""

MOMENTS: Mapping[ProcessKind, Moments] = MappingProxyType(
    {
        # Below the job's folder; the pixels are the home's, four folders up.
        ProcessKind.WORKER: {
            "takes its job": "attempts/*/process.json",
            "writes a checkpoint": "rounds/*/.checkpoint.pt.*",
            "has a checkpoint": "rounds/*/checkpoint.pt",
            "appends to its journal": "attempts/*/journal.jsonl",
            "writes its model": "rounds/*/.model.safetensors.*",
            "has its model": "rounds/*/model.safetensors",
            "measures": "rounds/*/.evaluation.json.*",
            "scores": "rounds/*/scores.draft*",
            "picks": "rounds/*/.picks.json.*",
            "seals a round": "rounds/*/.round.json.*",
            "leaves": "attempts/*/.exit.json.*",
        },
        ProcessKind.STATION: {
            "ingests": "alwsl.db-wal",
            "starts a worker": "campaigns/*/jobs/*/attempts/*/.task.json.*",
            "has asked a worker": "campaigns/*/jobs/*/attempts/*/task.json",
            "hears a worker end": "campaigns/*/jobs/*/attempts/*/exit.json",
            "works while pixels are cached": "pixels/*.rows",
        },
        ProcessKind.NURSERY: {
            "is asked for a worker": "campaigns/*/jobs/*/attempts/*/worker.log",
            "has forked a worker": "campaigns/*/jobs/*/attempts/*/process.json",
            "hears a worker end": "campaigns/*/jobs/*/attempts/*/exit.json",
        },
        ProcessKind.COMMAND: {"makes or migrates the store": "alwsl.db", "writes to the store": "alwsl.db-wal"},
        ProcessKind.WRITER: {
            "appends an answer": "labels/*/answers.jsonl",
            "holds the lock of answers": "labels/*/answers.lock",
            "tells the store": "alwsl.db-wal",
            "lets the campaign go on": "station.log",
        },
        ProcessKind.VIEWER: {"reads while somebody writes": "alwsl.db-wal", "looks for a station": "station.lock"},
    }
)
COMMANDS: Mapping[str, Moments] = MappingProxyType(
    {
        "new": {
            "begins a campaign": "campaigns/.new-*",
            "writes a new campaign": "campaigns/.new-*/*",
            "puts a campaign in place": "campaigns/[a-z]*",
            "has its row": "campaigns/[a-z]*/.unsettled",
        },
        "delete": {"marks a campaign": "campaigns/[a-z]*/.unsettled", "clears it away": "campaigns/.deleted-*"},
        "run": {"starts a station": "station.log"},
    }
)
"""Moments of some commands besides those of all."""
PIXELS = {"fills the pixel cache": "pixels/*"}
"""A moment of a worker that is seen below the home."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One process that was killed."""

    kind: ProcessKind
    moment: str
    home: int
    """Number of the scratch home, from 1."""
    seconds: float
    """Since that home was begun."""

    def __str__(self) -> str:
        return f"home {self.home}, {self.seconds:6.2f} s: kill -9 of a {self.kind} that {self.moment}"


@dataclass(slots=True)
class Census:
    """Living processes of a home, or of all homes in a folder, found by the last word of their command lines."""

    home: Path
    _known: dict[int, psutil.Process | None] = field(default_factory=dict)
    _met: dict[int, float] = field(default_factory=dict)
    """When a process was first looked at, on the monotonic clock."""

    def of(self, module: str) -> list[psutil.Process]:
        """Return the processes that run this module for this home."""
        return [process for process in self.everyone() if _runs(process, module)]

    def everyone(self) -> list[psutil.Process]:
        """Return all processes of this home, commands too."""
        pids = psutil.pids()
        for gone in self._met.keys() - set(pids):
            self._known.pop(gone, None)
            del self._met[gone]
        return [process for pid in pids if (process := self._look(pid)) is not None and is_living(process)]

    def _look(self, pid: int) -> psutil.Process | None:
        if pid in self._known:
            return self._known[pid]
        try:
            process = psutil.Process(pid)
            words = words_of(process)
        except psutil.Error:
            return None
        ours = bool(words) and Path(words[-1]).is_relative_to(self.home)
        now = time.monotonic()
        if now - self._met.setdefault(pid, now) > YOUNG_SECONDS:
            self._known[pid] = process if ours else None
        return process if ours else None


def words_of(process: psutil.Process) -> list[str]:
    """Return the command line of a process; what a worker that was forked leaves empty behind its own is no part of it.

    Raises:
        psutil.Error: it is gone, or none of ours.
    """
    words: list[str] = process.cmdline()
    while words and not words[-1]:
        words.pop()
    return words


def _runs(process: psutil.Process, module: str) -> bool:
    try:
        return module in words_of(process)
    except psutil.Error:
        return False


@dataclass(frozen=True, slots=True)
class KillTarget:
    """A process, and where its moments show."""

    process: psutil.Process
    folder: Path
    moments: Moments


def kill_at_moment(target: KillTarget, rng: Random, *, life: float, until: float) -> str | None:
    """Kill a process at a drawn moment; return what it was doing, None when it ended, or `until` came, before that.

    Half of the moments are drawn uniformly over `life` seconds from now on, the others are changes of files: of two
    that are drawn the one that comes first.
    """
    # On our own clock: when a process was born the system only knows to within a second.
    seconds = rng.uniform(0, life)
    if rng.random() < 0.5:
        moment = f"was left {seconds:.3f} s" if _after(target.process, seconds, until) else None
    else:
        names = rng.sample(sorted(target.moments), k=min(2, len(target.moments)))
        moment = _at_change(target, names, min(until, time.monotonic() + PATIENCE * life))
        time.sleep(rng.uniform(0, JITTER_SECONDS))
    if moment is None or not is_living(target.process):
        return None
    try:
        target.process.kill()
    except psutil.Error:
        return None
    # A kill that is on its way still lets a call end: what is looked at next is what is left.
    deadline = time.monotonic() + DEATH_SECONDS
    while is_living(target.process) and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
    return moment


def is_living(process: psutil.Process) -> bool:
    """Return whether that very process runs; a zombie does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _after(process: psutil.Process, seconds: float, until: float) -> bool:
    due = time.monotonic() + seconds
    while (left := due - time.monotonic()) > 0:
        if time.monotonic() > until or not is_living(process):
            return False
        time.sleep(min(left, SEARCH_SECONDS))
    return True


def _at_change(target: KillTarget, names: list[str], until: float) -> str | None:
    """Return the moment of these that has come: a file that fits its pattern appeared or changed."""
    before, looks = {name: _stamps(target.folder, target.moments[name]) for name in names}, 0
    while True:
        for name in names:
            if _stamps(target.folder, target.moments[name]) - before[name]:
                return name
        looks += 1
        # A look at a process costs more than one at a few files.
        if looks % 20 == 0 and (time.monotonic() > until or not is_living(target.process)):
            return None
        time.sleep(LOOK_SECONDS)


def _stamps(folder: Path, pattern: str) -> frozenset[tuple[str, int, int]]:
    stamps = []
    # A folder may go while it is searched: then nothing of it was seen.
    try:
        # The harness shares the machine with its targets, and to search costs more than to look.
        for path in folder.glob(pattern) if "*" in pattern else [folder / pattern]:
            status = path.stat()
            stamps.append((str(path), status.st_mtime_ns, status.st_size))
    except OSError:
        return frozenset(stamps)
    return frozenset(stamps)
