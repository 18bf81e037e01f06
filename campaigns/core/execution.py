"""Words in which a station and an executor speak of workers: what a job wants, where it runs, what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

Handle = NewType("Handle", str)
"""An executor's name for a running attempt. Only the executor that gave it can read it; everybody else keeps it."""


class StopStep(StrEnum):
    """One step of the ladder on which a worker is stopped."""

    DRAIN = "drain"
    """Stop at the end of the round."""
    PAUSE = "pause"
    """Stop at the next checkpoint."""
    NOW = "now"
    """Stop at once, with last words; what was asked before is asked for the last time."""
    KILL = "kill"


@dataclass(frozen=True, slots=True)
class Running:
    """The worker runs, or is about to."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker ended, and its executor knows with which code."""

    code: int
    """As Python has it: negative for a signal."""
    words: str
    """How it ended, for a person, where the worker left no last words itself."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The worker is gone, and nobody knows with which code."""

    words: str
    """What its executor makes of it, for a person."""


Gone = Ended | Lost
"""The worker does not run any more."""

Condition = Running | Gone
"""What an executor says of an attempt. An executor that waits in a queue of its own, or that may be out of reach,
will have more to say: whoever matches on it treats each case by name."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a job needs to run."""

    device: str
    """`auto`, `cpu` or `cuda`."""
    threads: int
    workers_per_gpu: int


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a worker runs."""

    device: str
    """`cpu` or `cuda`."""
    gpu: int | None = None
    """Index of the GPU, as the driver counts."""

    def __str__(self) -> str:
        return self.device if self.gpu is None else f"{self.device}:{self.gpu}"


@dataclass(frozen=True, slots=True)
class Busy:
    """One worker that runs already."""

    slot: str
    threads: int


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many workers of one kind an idle executor runs at once."""

    device: str
    """`cpu` or `cuda`: what a wish for `auto` comes to."""
    workers: int
