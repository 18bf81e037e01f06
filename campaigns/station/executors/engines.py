"""Every executor of a home behind one: campaigns say which of them runs their jobs.

An engine is loaded, and asked, when the first campaign wants it; a home that needs none never does.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from campaigns.core.execution import (
    EXECUTORS,
    LOCAL,
    RAY,
    SLURM,
    Busy,
    Capacity,
    Condition,
    Handle,
    Slot,
    StopStep,
    Wish,
    engine_of,
)
from campaigns.home.files import damaged
from campaigns.home.paths import AttemptPaths
from campaigns.home.submission import Submission
from campaigns.home.task import Task
from campaigns.station.executors.executor import Executor
from campaigns.station.executors.local import LocalExecutor


@dataclass(slots=True)
class Engines:
    """Asks the executor that a wish, a slot or a handle is of."""

    local: LocalExecutor
    is_looking: bool = False
    """For who starts nothing: what an engine said a moment ago is kept for all who look in this process."""
    _others: dict[str, Executor] = field(default_factory=dict)

    def of_name(self, name: str) -> Executor:
        """Return the executor of that name."""
        if name == LOCAL:
            return self.local
        if name not in self._others:
            self._others[name] = (
                _ray(name, is_looking=self.is_looking) if engine_of(name) == RAY else _slurm(is_looking=self.is_looking)
            )
        return self._others[name]

    def of_handle(self, handle: Handle) -> Executor:
        """Return the executor that gave a handle: those of an engine begin with its name, and say which cluster."""
        if handle.startswith(f"{RAY} "):
            with suppress(ValueError):
                return self.of_name(f"{RAY}:{Submission.from_text(handle).cluster}")
        return self.of_name(SLURM if handle.startswith(f"{SLURM} ") else LOCAL)

    def capacity(self, wish: Wish) -> Capacity:
        """Return how many such jobs run at once where nothing else does."""
        return self.of_name(wish.executor).capacity(wish)

    def obstacle(self, wish: Wish) -> str:
        """Return why such a job could never run; empty when it could."""
        return self.of_name(wish.executor).obstacle(wish)

    def free(self, wish: Wish, busy: Sequence[Busy]) -> Slot | str:
        """Return where a job may run now, or why it has to wait."""
        return self.of_name(wish.executor).free(wish, busy)

    def is_ready(self, threads: int, slot: Slot) -> bool:
        """Return whether a worker may be started there now."""
        return self.of_name(slot.executor).is_ready(threads, slot)

    def start(self, task: Task, paths: AttemptPaths, slot: Slot) -> Handle:
        """Start the worker of an attempt.

        Raises:
            OSError: it cannot be started; nothing runs.
            NoEngine: the engine refuses it.
        """
        return self.of_name(slot.executor).start(task, paths, slot)

    def recall(self, paths: AttemptPaths) -> Handle | None:
        """Return the handle that an attempt's folder tells of: an engine's note first, for its worker leaves one too.

        Raises:
            Damaged: what tells of it is not what a worker or an executor wrote.
        """
        if (submission := Submission.read(paths.engine)) is None:
            return self.local.recall(paths)
        if submission.engine not in EXECUTORS:
            raise damaged(paths.engine, f"there is no executor {submission.engine[:60]!r}")
        name = submission.engine if submission.engine == SLURM else f"{submission.engine}:{submission.cluster}"
        return self.of_name(name).recall(paths)

    def adopt(self, handle: Handle, paths: AttemptPaths) -> None:
        """Look after an attempt that somebody else has started."""
        self.of_handle(handle).adopt(handle, paths)

    def look(self) -> Mapping[Handle, Condition]:
        """Return the condition of every attempt, one question for each executor that has any."""
        conditions = dict(self.local.look())
        for other in self._others.values():
            conditions |= other.look()
        return conditions

    def ask(self, handle: Handle, step: StopStep) -> None:
        """Ask a worker to stop, or end it."""
        self.of_handle(handle).ask(handle, step)

    def forget(self, handle: Handle) -> None:
        """Look after an attempt no longer."""
        self.of_handle(handle).forget(handle)


def _slurm(*, is_looking: bool) -> Executor:
    from campaigns.station.executors.slurm.executor import SlurmExecutor, looking_slurm

    return looking_slurm() if is_looking else SlurmExecutor()


def _ray(name: str, *, is_looking: bool) -> Executor:
    from campaigns.station.executors.ray.executor import RayExecutor, looking_ray

    address = name.partition(":")[2]
    return looking_ray(address) if is_looking else RayExecutor(address)
