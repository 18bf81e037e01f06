"""`journal.jsonl`: what a worker says, one JSON object a line, numbered, read back to the same thing."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from campaigns.core.events import (
    EpochDone,
    Evaluated,
    Event,
    Noted,
    Picked,
    Prepared,
    Reused,
    RoundDone,
    RoundStarted,
    Scored,
    Started,
    Working,
)
from campaigns.home.records import decode, require_times

KINDS: Mapping[str, type[Event]] = {
    "started": Started,
    "working": Working,
    "prepared": Prepared,
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
    """Return one line of a journal, newline included."""
    head = {"n": recorded.number, "at": recorded.at, "event": NAMES[type(recorded.event)]}
    body = {
        key: _spelt_out(value) if isinstance(value, str) else value for key, value in asdict(recorded.event).items()
    }
    if isinstance(recorded.event, Evaluated) and recorded.event.classes is None:  # as versions wrote it that knew none
        del body["classes"]
    return json.dumps(head | body, allow_nan=False, separators=(",", ":")) + "\n"


def from_line(line: str) -> Recorded:
    """Return what a line of a journal says.

    Raises:
        ValueError: it is not a line that `to_line` writes.
    """
    content = line.encode("utf-8", "backslashreplace")
    head = decode(_Head, content)
    kind = KINDS.get(head.event)
    if kind is None:
        raise ValueError(f"unknown event {head.event[:80]!r}")
    require_times(head.at)
    return Recorded(head.n, head.at, decode(kind, content))


@dataclass(frozen=True, slots=True)
class _Head:
    """What every line has besides its event."""

    n: int
    at: float
    event: str


def _spelt_out(text: str) -> str:
    """Half a surrogate is what Python makes of a file name that is not UTF-8; no store takes it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
