"""Workers as processes of this machine: starting them, telling whether they live, asking them to stop.

Nobody else knows what identifies a process. A handle is what a worker writes into `process.json`, in one line.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from campaigns.core.execution import (
    LOCAL,
    Busy,
    Capacity,
    Condition,
    EndCause,
    Ended,
    Handle,
    Lost,
    Running,
    Slot,
    StopStep,
    Wish,
    device_of,
    devices_of,
    executor_of,
    processes_of,
)
from campaigns.home.paths import AttemptPaths
from campaigns.home.process import CLOCK_SLACK, Worker, is_of_another_start, mark_of
from campaigns.home.task import Task
from campaigns.station import machine
from campaigns.station.executors.nursery import Forked, Nursery
from campaigns.station.oom import oom_kills

SIGNALS: Mapping[StopStep, signal.Signals] = {
    StopStep.DRAIN: signal.SIGUSR1,
    StopStep.PAUSE: signal.SIGTERM,
    # The second one: a worker takes the first for a pause.
    StopStep.NOW: signal.SIGTERM,
    StopStep.KILL: signal.SIGKILL,
}
"""What a worker is sent for each step; see `worker.stops`."""


Child = subprocess.Popen[bytes] | Forked
"""A process that we have to reap."""


@dataclass(slots=True)
class _Charge:
    """An attempt that is looked after here."""

    worker: Worker | None
    """None when the handle is none of ours."""
    folder: Path
    child: "Child | None" = None
    """Only when it is our own child; a child has to be reaped."""
    oom_kills: int = field(default_factory=oom_kills)
    """Processes that had been killed for memory when we took it on."""

    def condition(self) -> Condition:
        """Return what became of it."""
        if self.child is not None:
            code = self.child.poll()
            return Running() if code is None else Ended(code, self._how_it_ended(code))
        if self.worker is not None and is_at(self.worker, self.folder):
            return Running()
        if self.worker is not None and is_of_another_start(self.worker):
            return Lost("the machine that it ran on was restarted, or keeps this home no longer", EndCause.NODE)
        return Lost(f"its process is gone{self._guess() or ': it was killed, or the machine was restarted'}")

    def _how_it_ended(self, code: int) -> str:
        if code >= 0:
            return f"ended with exit code {code} and no last words"
        return f"killed by {signal.Signals(-code).name}{self._guess() if code == -signal.SIGKILL else ''}"

    def _guess(self) -> str:
        # A guess, but one with a reason: the kernel counts the processes that it kills for memory.
        was_short = oom_kills() > self.oom_kills
        return ", perhaps out of memory: the system killed for that meanwhile" if was_short else ""

    def send(self, number: signal.Signals) -> None:
        """Signal it, if it is the worker of this folder."""
        if self.worker is not None and (self.child is not None or is_at(self.worker, self.folder)):
            send(self.worker, number)


@dataclass(frozen=True, slots=True)
class LocalExecutor:
    """Runs each worker as a process of this machine, in a session of its own."""

    nursery: Nursery | None = None
    """Forks the workers that compute on the CPU; without one, each is started and imports for itself."""
    _charges: dict[Handle, _Charge] = field(default_factory=dict)

    def capacity(self, wish: Wish) -> Capacity:
        """Return how many such jobs this machine runs at once when it does nothing else."""
        cards = machine.gpus() if wish.device != "cpu" else ()
        if cards:
            return Capacity("cuda", max(1, len(cards) // wish.processes) * wish.workers_per_gpu)
        return Capacity("cpu", max(1, machine.cores() // (wish.threads * wish.processes)))

    def obstacle(self, wish: Wish) -> str:
        """Return why such a job could never run on this machine; empty when it could."""
        cards = machine.gpus()
        if wish.device == "cuda" and not cards:
            return "this machine has no GPU"
        if wish.device != "cpu" and cards and len(cards) < wish.processes:
            return f"a fit wants {wish.processes} GPUs, this machine has {len(cards)}"
        return ""

    def free(self, wish: Wish, busy: Sequence[Busy]) -> Slot | str:
        """Return the GPUs with the fewest workers, or the cores; or why a job has to wait for them."""
        if obstacle := self.obstacle(wish):
            return obstacle
        if wish.device != "cpu" and machine.gpus():
            return _free_cards(wish, busy)
        used = sum(other.threads * processes_of(other.slot) for other in busy if _is_on_cores(other.slot))
        wanted, cores = wish.threads * wish.processes, machine.cores()
        # The first worker may always run, even one that wants more threads than there are cores.
        if used and used + wanted > cores:
            return f"needs {wanted} core{'' if wanted == 1 else 's'}, {max(0, cores - used)} of {cores} free"
        return Slot("cpu", processes=wish.processes)

    def is_ready(self, threads: int, slot: Slot) -> bool:
        """Return whether a worker with so many threads may be started there; else the nursery is getting ready."""
        # A card's workers take seconds to wake it, and the nursery knows no card.
        if self.nursery is None or slot.gpu is not None:
            return True
        return self.nursery.is_ready(surroundings(threads, slot))

    def start(self, task: Task, paths: AttemptPaths, slot: Slot) -> Handle:
        """Start the worker of an attempt in a session of its own, so that it outlives us and our terminal.

        Raises:
            OSError: it cannot be started.
        """
        paths.folder.mkdir(parents=True, exist_ok=True)
        task.write(paths.task)
        with paths.log.open("ab") as log:
            child: Child | None = None
            if self.nursery is not None and slot.gpu is None:
                child = self.nursery.fork(paths.folder, log.fileno(), surroundings(task.threads, slot))
            child = child or subprocess.Popen(
                # Without -P what lies in its folder would be imported in place of installed packages.
                [sys.executable, "-u", "-P", "-m", "campaigns.worker", str(paths.folder)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=paths.folder,
                env=surroundings(task.threads, slot),
            )
        return self.adopt_child(child, paths)

    def adopt_child(self, child: Child, paths: AttemptPaths) -> Handle:
        """Look after a child of this process as the worker of an attempt, and return its handle."""
        # It cannot have gone: until it is reaped, its number is its own.
        worker = Worker(child.pid, psutil.Process(child.pid).create_time(), mark_of(child.pid))
        handle = handle_of(worker)
        self._charges[handle] = _Charge(worker, paths.folder, child)
        return handle

    def recall(self, paths: AttemptPaths) -> Handle | None:
        """Return the handle of the process that `process.json` names; None when there is no such file yet.

        Raises:
            Damaged: no worker wrote it.
        """
        worker = Worker.read(paths.process)
        return None if worker is None else handle_of(worker)

    def adopt(self, handle: Handle, paths: AttemptPaths) -> None:
        """Look after a process that another one has started; one that is looked after already stays as it is."""
        self._charges.setdefault(handle, _Charge(worker_from(handle), paths.folder))

    def look(self) -> Mapping[Handle, Condition]:
        """Return what became of each process."""
        return {handle: charge.condition() for handle, charge in self._charges.items()}

    def ask(self, handle: Handle, step: StopStep) -> None:
        """Send a process the signal of that step; for the last one, everything that it may have started too."""
        if charge := self._charges.get(handle):
            charge.send(SIGNALS[step])

    def forget(self, handle: Handle) -> None:
        """Look after a process no longer."""
        self._charges.pop(handle, None)


def _free_cards(wish: Wish, busy: Sequence[Busy]) -> Slot | str:
    cards, taken = machine.gpus(), [device for other in busy for device in devices_of(other.slot)]
    load = {card: taken.count(f"cuda:{card}") for card in cards}
    idlest = sorted((card for card in cards if load[card] < wish.workers_per_gpu), key=load.__getitem__)
    if len(idlest) >= wish.processes:
        first, *more = sorted(idlest[: wish.processes])
        return Slot("cuda", first, more=tuple(more), processes=wish.processes)
    if wish.processes > 1:
        return f"needs {wish.processes} GPUs, {len(idlest)} of {len(cards)} have room"
    return f"needs a GPU, all have {wish.workers_per_gpu} worker{'s' if wish.workers_per_gpu > 1 else ''}"


def _is_on_cores(slot: str) -> bool:
    return executor_of(slot) == LOCAL and device_of(slot) == "cpu"


def handle_of(worker: Worker) -> Handle:
    """Return a process as a handle."""
    return Handle(worker.to_text())


def worker_from(handle: Handle) -> Worker | None:
    """Return the process that a handle means; None when no local executor gave it."""
    try:
        return Worker.from_text(handle)
    except ValueError:
        return None


def pid_of(handle: Handle | None) -> int | None:
    """Return the number of a process, for a person; None without a handle."""
    worker = None if handle is None else worker_from(handle)
    return None if worker is None else worker.pid


def is_alive(worker: Worker) -> bool:
    """Return whether that very process runs; a zombie does not."""
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
    """Return whether that very process runs, and works in the folder of an attempt, or in one that is no more.

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


def surroundings(threads: int, slot: Slot) -> dict[str, str]:
    """Return the environment of a worker, which torch looks at when it is imported."""
    return dict(os.environ) | visible(slot) | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}


def visible(slot: Slot) -> dict[str, str]:
    """Return what the worker's environment says of GPUs, before torch is imported."""
    return {
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": ",".join(map(str, slot.gpus)),
    }
