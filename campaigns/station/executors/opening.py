"""Which executors a home has, and the one question of those who only look."""

from collections.abc import Callable
from pathlib import Path

from campaigns.core.execution import RAY, Gone, Handle, Wish, engine_of
from campaigns.home.paths import AttemptPaths
from campaigns.station.executors.engines import Engines
from campaigns.station.executors.executor import Executor
from campaigns.station.executors.local import LocalExecutor
from campaigns.station.executors.nursery import Nursery


def open_executor() -> Executor:
    """Return the executors of a home, for who starts nothing."""
    return Engines(LocalExecutor(), is_looking=True)


def open_starting_executor(home: Path, tell: Callable[[str], None]) -> Executor:
    """Return the executors for a home's station, which starts workers; `tell` is what it writes into its log with."""
    return Engines(LocalExecutor(Nursery(home, tell)))


def obstacle_now(wish: Wish) -> str:
    """Return why such a job could not be given to its executor from here, after asking its engine; empty when it could.

    To ask a cluster may take some seconds, unlike an executor's own `obstacle`.
    """
    if engine_of(wish.executor) != RAY:
        return open_executor().obstacle(wish)
    from campaigns.station.executors.ray.executor import looking_ray

    return looking_ray(wish.executor.partition(":")[2]).require(wish)


def is_at_work(handle: Handle | None, paths: AttemptPaths) -> bool:
    """Return whether the worker of that handle runs in the folder of that attempt, is queued, or may do either.

    The copy of a home names the workers of the first one: they are none of its own.
    """
    if handle is None:
        return False
    executor = Engines(LocalExecutor(), is_looking=True).of_handle(handle)
    executor.adopt(handle, paths)
    condition = executor.look().get(handle)
    return condition is not None and not isinstance(condition, Gone)
