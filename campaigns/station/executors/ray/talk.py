"""What a station and its bridge to Ray say to each other: a line of JSON each."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from campaigns.core.execution import EndCause, StopStep
from campaigns.home.records import decode, plain, require_times

SCHEMA = 1
MOST_BYTES = 1 << 22
"""Of a line: a cluster of a thousand nodes takes a tenth of it."""


class BridgeVerb(StrEnum):
    """What a station asks of its bridge."""

    START = "start"
    """Give an attempt to Ray, unless Ray has it already."""
    ADOPT = "adopt"
    """Look after an attempt that Ray has, or had."""
    WATCH = "watch"
    """Tell what becomes of an attempt that another bridge looks after: nothing of it is touched."""
    ASK = "ask"
    FORGET = "forget"
    """Look after it no longer, and take back what it holds of the cluster."""


@dataclass(frozen=True, slots=True)
class BridgeOrder:
    """One line to a bridge, about one attempt."""

    verb: BridgeVerb
    name: str
    """What Ray calls it."""
    folder: Path = Path()
    """Of the attempt, in the home."""
    threads: int = 1
    share: float = 0.0
    """Of a card; 0: it needs none."""
    needs: tuple[str, ...] = ()
    """As options of a slot."""
    shunned: tuple[str, ...] = ()
    """Nodes, by Ray's ids, that refused a job of its campaign a while ago."""
    step: StopStep | None = None


class AttemptPhase(StrEnum):
    """How far Ray is with an attempt."""

    QUEUED = "queued"
    RUNNING = "running"
    UNREACHABLE = "unreachable"
    ENDED = "ended"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class AttemptNews:
    """What became of an attempt."""

    name: str
    phase: AttemptPhase
    words: str = ""
    where: str = ""
    """The host that it runs on."""
    node: str = ""
    """The same, by Ray's id."""
    code: int = 0
    cause: EndCause = EndCause.WORKER
    since: float | None = None
    """When it was last heard of, while it is not; seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class ClusterNode:
    """A machine of a cluster."""

    id: str
    name: str
    is_alive: bool
    cores: float
    free_cores: float
    cards: float = 0.0
    free_cards: float = 0.0
    memory: float = 0.0
    """Bytes."""
    resources: dict[str, float] = field(default_factory=dict)
    """Other ones, by name; as many as are free."""
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BridgeNews:
    """One line from a bridge."""

    heard: float | None = None
    """When Ray answered last, in seconds since the epoch; None before it has."""
    attempt: AttemptNews | None = None
    nodes: tuple[ClusterNode, ...] | None = None
    complaint: str = ""
    """Why it cannot be reached now: the next try may."""
    refusal: str = ""
    """Why it never will be, as things are here and there."""
    hint: str = ""

    def check(self) -> None:
        """Raise ValueError unless its times are times."""
        require_times(self.heard, self.attempt.since if self.attempt else None)


def line_of(message: BridgeOrder | BridgeNews) -> bytes:
    """Return a message as one line."""
    return json.dumps(plain(message, schema=SCHEMA), allow_nan=False).encode() + b"\n"


def read_order(line: bytes) -> BridgeOrder:
    """Return the order in a line.

    Raises:
        ValueError: it is none.
    """
    return decode(BridgeOrder, line)


def read_news(line: bytes) -> BridgeNews:
    """Return the news in a line.

    Raises:
        ValueError: it is none.
    """
    news = decode(BridgeNews, line)
    news.check()
    return news
