"""Workers as processes of this machine: starting them, telling whether they live, asking them to stop."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from campaigns.core.processes import mark_of
from campaigns.home.files import damaged, read_json
from campaigns.home.paths import AttemptPaths
from campaigns.home.task import Task
from campaigns.home.typed import built
from campaigns.station.machine import Slot

CLOCK_SLACK = 2.0
"""Seconds by which two readings of one process's start time may differ when the clock is stepped."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, told apart from a later one with the same number by its mark, or by when it started."""

    pid: int
    born: float
    """Seconds since the epoch, as the operating system reports it: it changes when the clock is set."""
    mark: str = ""
    """As `core.processes` has it: it never changes; empty where the system has none, and in records of before."""


def start(task: Task, paths: AttemptPaths, slot: Slot) -> subprocess.Popen[bytes]:
    """Starts the worker of an attempt in a session of its own, so that it outlives us and our terminal."""
    paths.folder.mkdir(parents=True, exist_ok=True)
    task.write(paths.task)
    threads = str(task.threads)
    environment = os.environ | slot.environment | {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
    with paths.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "campaigns.worker", str(paths.folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=paths.folder,
            env=environment,
        )


def read_worker(path: Path) -> Worker | None:
    """The process that a worker's note names; None when there is no note yet.

    Raises:
        Damaged: no worker wrote it.
    """
    said = read_json(path)
    if said is None:
        return None
    try:
        worker = built(Worker, said)
    except ValueError as error:
        raise damaged(path, error) from error
    # Signalling number 0 or -1 would reach whole groups of processes.
    if not 1 < worker.pid < 1 << 31:
        raise damaged(path, f"{worker.pid} is no process")
    return worker


def worker_of(pid: int) -> Worker | None:
    """The process of that number; None when it is gone."""
    try:
        return Worker(pid, psutil.Process(pid).create_time(), mark_of(pid))
    except psutil.NoSuchProcess:
        return None


def is_alive(worker: Worker) -> bool:
    """True while that very process runs; a zombie does not."""
    try:
        process = psutil.Process(worker.pid)
        if worker.mark:
            same = mark_of(worker.pid) == worker.mark
        else:
            same = abs(process.create_time() - worker.born) < CLOCK_SLACK
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_at(worker: Worker, folder: Path) -> bool:
    """True while that very process runs, and works in the folder of an attempt, or in one that is no more.

    The copy of a home names the workers of the first one: they are none of its own.
    """
    if not is_alive(worker):
        return False
    try:
        # Where it works, not what it was started with: that stays true when the home is given another name.
        place = Path(psutil.Process(worker.pid).cwd())
        return not place.exists() or place.samefile(folder)
    except (psutil.Error, OSError):
        return False


def send(worker: Worker, number: signal.Signals) -> None:
    """Signal a worker, and for SIGKILL everything it may have started."""
    if not is_alive(worker):
        return
    try:
        if number is signal.SIGKILL:
            os.killpg(worker.pid, number)  # it leads its own session, so the group is its own too
        else:
            os.kill(worker.pid, number)
    except ProcessLookupError:
        return
