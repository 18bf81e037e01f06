"""What a station asks of whatever runs its workers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from campaigns.core.execution import Busy, Capacity, Condition, Handle, Slot, StopStep, Wish
from campaigns.home.paths import AttemptPaths
from campaigns.home.task import Task


class Executor(Protocol):
    """Places, watches and stops workers; which attempts there should be is not its business.

    One belongs to one station, or to one reader of a home, and remembers the attempts that it has started or adopted.
    """

    def capacity(self, wish: Wish) -> Capacity:
        """Return how many such jobs run at once where nothing else does; at least one."""
        ...

    def obstacle(self, wish: Wish) -> str:
        """Return why such a job could never run here, however long it waits; empty when it could."""
        ...

    def free(self, wish: Wish, busy: Sequence[Busy]) -> Slot | str:
        """Return where a job may run now beside those that do, or why it has to wait."""
        ...

    def is_ready(self, threads: int, slot: Slot) -> bool:
        """Return whether a worker with so many threads may be started there now; else see to it that it soon may.

        What that takes is begun, not waited for: whoever asks again is told when it is done.
        """
        ...

    def start(self, task: Task, paths: AttemptPaths, slot: Slot) -> Handle:
        """Start the worker of an attempt, so that it outlives the station, and return at once.

        Raises:
            OSError: it cannot be started; nothing runs.
            NoEngine: an engine refuses it, and would refuse the next one too.
        """
        ...

    def recall(self, paths: AttemptPaths) -> Handle | None:
        """Return the handle that an attempt's own folder tells of; None while it tells of none.

        A station that is killed between starting a worker and keeping its handle leaves nothing else.

        Raises:
            Damaged: what tells of it is not what a worker or an executor wrote.
        """
        ...

    def adopt(self, handle: Handle, paths: AttemptPaths) -> None:
        """Look after an attempt that somebody else has started."""
        ...

    def look(self) -> Mapping[Handle, Condition]:
        """Return the condition of every attempt that was started or adopted here: one question for all of them."""
        ...

    def ask(self, handle: Handle, step: StopStep) -> None:
        """Ask a worker to stop, or end it; nothing happens when it is gone."""
        ...

    def forget(self, handle: Handle) -> None:
        """Look after an attempt no longer: its end is recorded."""
        ...
