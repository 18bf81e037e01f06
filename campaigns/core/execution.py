"""Words in which a station and an executor speak of workers: what a job wants, where it runs, what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Handle = NewType("Handle", str)
"""An executor's name for a running attempt. Only the executor that gave it can read it; everybody else keeps it."""


LOCAL = "local"
"""The executor that needs no engine: processes of this machine."""
SLURM = "slurm"
RAY = "ray"
EXECUTORS = (LOCAL, SLURM, RAY)
"""Every kind of executor. A name is a kind, or a kind with the address of a cluster behind it: `ray:auto`."""

NODE_LABEL, NODE_RESOURCE = "label", "resource"
"""First words of an option that says what a node has to have: `label:NAME=TEXT`, `resource:NAME=AMOUNT`."""


class StopStep(StrEnum):
    """One step of the ladder on which a worker is stopped."""

    DRAIN = "drain"
    """Stop at the end of the round."""
    PAUSE = "pause"
    """Stop at the next checkpoint."""
    NOW = "now"
    """Stop at once, with last words; what was asked before is asked for the last time."""
    KILL = "kill"


class EndCause(StrEnum):
    """Who or what ended a worker that left no last words."""

    WORKER = "worker"
    """The worker itself, or whatever killed it where it ran: it counts as a loss."""
    TIME = "time"
    """Its engine gave it so much time and no more."""
    PREEMPTION = "preemption"
    """Its engine gave its place to somebody who goes first."""
    NODE = "node"
    """The machine that it ran on is gone."""
    LAUNCH = "launch"
    """Its engine gave it a place, and could not start it there: no worker ever ran."""
    ENGINE = "engine"
    """Its engine knows nothing of it, or never did."""


@dataclass(frozen=True, slots=True)
class Queued:
    """The attempt waits in its engine's own queue; no worker has begun."""

    reason: str
    """Why, in the engine's words; empty while it has said nothing of it."""


@dataclass(frozen=True, slots=True)
class Running:
    """The worker runs, or is about to."""

    where: str = ""
    """The machine that it runs on; empty for this one."""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Its engine does not answer: neither lost nor done, and nothing is started in its stead."""

    since: float
    """When the engine was last heard of; seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker ended, and its executor knows with which code."""

    code: int
    """As Python has it: negative for a signal."""
    words: str
    """How it ended, for a person, where the worker left no last words itself."""
    cause: EndCause = EndCause.WORKER


@dataclass(frozen=True, slots=True)
class Lost:
    """The worker is gone, and nobody knows with which code."""

    words: str
    """What its executor makes of it, for a person."""
    cause: EndCause = EndCause.WORKER


Gone = Ended | Lost
"""The worker does not run any more."""

Condition = Queued | Running | Unreachable | Gone
"""What an executor says of an attempt; whoever matches on it treats each case by name."""


class EngineStanding(StrEnum):
    """What keeps an attempt from being at work, or from being heard of; what it does is its worker's to say."""

    NONE = ""
    QUEUED = "queued"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a job needs to run."""

    device: str
    """`auto`, `cpu` or `cuda`."""
    threads: int
    """Of each of its processes."""
    workers_per_gpu: int
    executor: str = LOCAL
    """Which executor runs it, by name."""
    options: tuple[str, ...] = ()
    """What its engine is told beside, in the engine's words: options of `sbatch`, labels and resources of Ray."""
    most: int = 1
    """Attempts that its engine is given at once; no engine: not read."""
    processes: int = 1
    """Processes that train each fit together, each on a GPU of its own, or with threads of its own."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a worker runs."""

    device: str
    """`cpu` or `cuda`."""
    gpu: int | None = None
    """Index of the GPU, as the driver counts; None on the CPU, and where an engine picks one."""
    executor: str = LOCAL
    options: tuple[str, ...] = ()
    """As of the wish."""
    more: tuple[int, ...] = ()
    """The GPUs beside the first, of a worker whose fits train on several."""
    processes: int = 1
    """As of the wish."""

    @property
    def gpus(self) -> tuple[int, ...]:
        """Indices of all its GPUs; none on the CPU, and where an engine picks them."""
        return () if self.gpu is None else (self.gpu, *self.more)

    def __str__(self) -> str:
        name = f"{self.device}:{_AND.join(map(str, self.gpus))}" if self.gpus else self.device
        if self.processes > 1 and not self.gpus:
            name = f"{name}{_TIMES}{self.processes}"
        return name if self.executor == LOCAL else f"{self.executor}:{name}"


_AND, _TIMES = "+", "*"
"""In the names of slots: `cuda:0+1` has two GPUs; `cpu*2` two processes, `slurm:cuda*2` two GPUs that Slurm picks."""


def engine_of(executor: str) -> str:
    """Return the kind of an executor from its name: `ray:auto` is Ray's."""
    return executor.partition(":")[0]


def executor_of(slot: str) -> str:
    """Return the name of the executor that a slot in the store is of.

    `slurm:cpu` is of `slurm`, `ray:10.0.0.1:6379:cuda` of `ray:10.0.0.1:6379`, and `cuda:0` is local.
    """
    name = slot.rpartition(":")[0]
    return name if engine_of(name) in EXECUTORS else LOCAL


def device_of(slot: str) -> str:
    """Return the kind of device of a slot in the store: `cpu` or `cuda`."""
    place = slot.partition(":")[0] if executor_of(slot) == LOCAL else slot.rpartition(":")[2]
    return place.partition(_TIMES)[0]


def devices_of(slot: str) -> tuple[str, ...]:
    """Return the devices of a slot in the store, each as a slot of one process is called: `cpu`, `cuda:0`."""
    name, _, cards = slot.rpartition(":")
    if _AND in cards:
        return tuple(f"{name}:{card}" for card in cards.split(_AND))
    return (slot.partition(_TIMES)[0],)


def processes_of(slot: str) -> int:
    """Return how many processes train each fit of a worker in that slot of the store, each on its own device."""
    count = slot.partition(_TIMES)[2]
    return int(count) if count.isdecimal() else len(devices_of(slot))


@dataclass(frozen=True, slots=True)
class Busy:
    """One worker that runs already."""

    slot: str
    threads: int
    """Of each of its processes."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many workers of one kind an idle executor runs at once."""

    device: str
    """`cpu` or `cuda`: what a wish for `auto` comes to."""
    workers: int
