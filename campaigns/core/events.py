"""What a worker may say: one JSON object a line, numbered, read back to the same thing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.core.typed import built, demand_times

SCHEMA = 1
"""Of journals, tasks and exits. A reader refuses a higher one."""


@dataclass(frozen=True, slots=True)
class Started:
    """The worker holds its job and knows its machine."""

    device: str
    """`cpu` or the name of the GPU."""
    threads: int
    about: str
    """Versions, for a person."""


@dataclass(frozen=True, slots=True)
class Working:
    """Something that takes a while, so that a person sees it move: `features of train`, 320 of 935."""

    what: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RoundStarted:
    """Training of a round begins, or continues after `epoch` finished epochs."""

    round: int
    labelled: int
    epochs: int
    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Reused:
    """The round was not trained: its model was there already."""

    round: int
    source: str
    """For a person: campaign, job and round that trained it."""


@dataclass(frozen=True, slots=True)
class EpochDone:
    """One pass over the labelled images."""

    round: int
    epoch: int
    """Finished epochs of this round, from 1."""
    loss: float
    """Mean over images and classes."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The model was measured on the test set."""

    round: int
    mean_ap: float | None
    """In [0, 1], over classes that have positives; None when none has."""
    ap: tuple[float | None, ...]
    """Of each class; None without positives."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Scored:
    """One pass over the pool is done."""

    round: int
    images: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Picked:
    """The round's images are chosen."""

    round: int
    images: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RoundDone:
    """Everything of the round is on disk."""

    round: int
    labelled: int


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a person should know."""

    text: str
    is_warning: bool = False


Event = Started | Working | RoundStarted | Reused | EpochDone | Evaluated | Scored | Picked | RoundDone | Noted

KINDS: Mapping[str, type[Event]] = {
    "started": Started,
    "working": Working,
    "round_started": RoundStarted,
    "reused": Reused,
    "epoch_done": EpochDone,
    "evaluated": Evaluated,
    "scored": Scored,
    "picked": Picked,
    "round_done": RoundDone,
    "noted": Noted,
}
NAMES: Mapping[type[Event], str] = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event with its number and time."""

    number: int
    """From 1, without gaps within one attempt."""
    at: float
    """Seconds since the epoch."""
    event: Event


def to_line(recorded: Recorded) -> str:
    """One line of a journal, newline included."""
    head = {"n": recorded.number, "at": recorded.at, "event": NAMES[type(recorded.event)]}
    return json.dumps(head | asdict(recorded.event), allow_nan=False, separators=(",", ":")) + "\n"


def from_line(line: str) -> Recorded:
    """What a line of a journal says.

    Raises:
        ValueError: it is not a line that `to_line` writes.
    """
    try:
        said: Any = json.loads(line)
    except RecursionError as error:
        raise ValueError("a journal line is nested too deeply") from error
    if not isinstance(said, dict):
        raise ValueError(f"a journal line should be an object, this is {line[:80]!r}")
    kind = KINDS.get(str(said.get("event"))[:40])
    if kind is None:
        raise ValueError(f"unknown event {str(said.get('event'))[:80]!r}")
    head = built(_Head, said)
    demand_times(head.at)
    return Recorded(head.n, head.at, built(kind, said))


@dataclass(frozen=True, slots=True)
class _Head:
    """What every line has besides its event."""

    n: int
    at: float
