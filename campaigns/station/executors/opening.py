"""Which executor a home has, and the one question of those who only look."""

from collections.abc import Callable
from pathlib import Path

from campaigns.core.execution import Handle, Running
from campaigns.home.paths import AttemptPaths
from campaigns.station.executors.executor import Executor
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.executors.nursery import Nursery


def open_executor() -> Executor:
    """Return the executor of every home there is: processes of this machine."""
    return LocalExecutor()


def open_starting_executor(home: Path, tell: Callable[[str], None]) -> Executor:
    """Return the executor for a home's station, which starts workers; `tell` is what it writes into its log with."""
    return LocalExecutor(Nursery(home, tell))


def is_at_work(handle: Handle | None, paths: AttemptPaths) -> bool:
    """Return whether the worker of that handle runs, in the folder of that attempt.

    The copy of a home names the workers of the first one: they are none of its own.
    """
    if handle is None:
        return False
    executor = open_executor()
    executor.adopt(handle, paths)
    return isinstance(executor.look()[handle], Running)
