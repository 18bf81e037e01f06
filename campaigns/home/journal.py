"""`journal.jsonl`: what a worker says, one JSON object a line, numbered, read back to the same thing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from campaigns.core.events import (
    EpochDone,
    Evaluated,
    Event,
    Noted,
    Picked,
    Reused,
    RoundDone,
    RoundStarted,
    Scored,
    Started,
    Working,
)
from campaigns.home.typed import built, demand_times

SCHEMA = 1
"""Of journals, tasks and exits. A reader refuses a higher one."""

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
