"""What the executors of a home have: their machines, who works there, and what waits in their queues."""

import platform
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.execution import LOCAL, RAY, SLURM, engine_of, executor_of
from campaigns.home.allotment import Allotment
from campaigns.services.campaigns.executor import chosen_executor
from campaigns.services.monitor.presence import attendance
from campaigns.services.monitor.queue import QueueLine, queue_lines
from campaigns.services.workspace import Workspace
from campaigns.station.machine import cores, gpus
from campaigns.store.attempts import running_attempts
from campaigns.store.campaigns import campaign_names, waiting_campaigns

if TYPE_CHECKING:
    from campaigns.station.executors.slurm.nodes import EngineNode


@dataclass(frozen=True, slots=True)
class NodeLine:
    """A machine, and who works on it for this home."""

    executor: str
    name: str
    partition: str
    """Empty on this machine."""
    state: str
    """In the engine's words; empty on this machine."""
    cores: int
    free: int | None
    """Cores that nobody has; None where nobody counts them."""
    cards: str
    memory: int | None
    """Bytes; None where nobody knows."""
    why: str
    """Why nobody gets it."""
    workers: tuple[str, ...]
    """The names of campaign and job."""


@dataclass(frozen=True, slots=True)
class NodesView:
    """The machines, and the jobs that wait for them."""

    nodes: tuple[NodeLine, ...]
    waiting: tuple[QueueLine, ...]


def load_nodes(workspace: Workspace, executor: str | None = None) -> NodesView:
    """Return what an executor has, or those have that this home uses now, and what waits.

    Raises:
        UsageError: there is no such executor.
        NoEngine: it is not to be had here, or does not answer.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        names = campaign_names(store)
        attempts = [attempt for attempt in running_attempts(store) if not attempt.is_queued]
        waiting = tuple(queue_lines(workspace, store, present))
        used = {row.executor for row in waiting_campaigns(store)} | {executor_of(each.slot) for each in attempts}
    wanted = {chosen_executor(executor)} if executor is not None or not used else used
    at_work: dict[tuple[str, str], list[str]] = defaultdict(list)
    for attempt in attempts:
        at_work[executor_of(attempt.slot), attempt.node].append(f"{names[attempt.campaign]} {attempt.job}")
    nodes = []
    if LOCAL in wanted:
        nodes.append(_this_machine(() if present.elsewhere else tuple(at_work[LOCAL, ""])))
    for name in sorted(wanted - {LOCAL}):
        nodes += [
            NodeLine(
                name, node.name, node.partition, node.state, node.cores, node.free, node.cards, node.memory, node.why,
                tuple(at_work[name, node.name]),
            )
            for node in _nodes_of(name)
        ]  # fmt: skip
    return NodesView(tuple(nodes), waiting)


def _nodes_of(executor: str) -> "tuple[EngineNode, ...]":
    if engine_of(executor) == RAY:
        from campaigns.station.executors.ray.nodes import load_ray_nodes

        return load_ray_nodes(executor.partition(":")[2])
    assert executor == SLURM, executor
    from campaigns.station.executors.slurm.nodes import load_slurm_nodes

    return load_slurm_nodes()


def _this_machine(workers: tuple[str, ...]) -> NodeLine:
    cards = len(gpus())
    return NodeLine(
        LOCAL,
        platform.node(),
        "",
        "",
        cores(),
        None,
        f"gpu:{cards}" if cards else "",
        Allotment().memory(),
        "",
        workers,
    )
