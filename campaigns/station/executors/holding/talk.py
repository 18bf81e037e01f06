"""What a bridge and the holder of an attempt say to each other: JSON, and bytes behind it."""

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from campaigns.core.execution import EndCause
from campaigns.home.records import decode, plain

SCHEMA = 1
PIECE = 1 << 22
"""Bytes of a file that go over at a time."""


class HoldStage(StrEnum):
    """How far a holder is."""

    NEW = "new"
    """It waits to be told where the worker's folder is."""
    RUNNING = "running"
    ENDED = "ended"
    """Its worker is gone; its files are there until the holder is let go."""


@dataclass(frozen=True, slots=True)
class HoldOrder:
    """What a holder is made with: one attempt, as the station's machine names it."""

    name: str
    """As `engine.json` has it, which no machine can read that does not see the home."""
    home: Path
    home_id: str
    folder: Path
    """Of the attempt."""
    campaign: str
    job: str
    attempt: int
    threads: int
    is_on_card: bool


@dataclass(frozen=True, slots=True)
class HoldReport:
    """How a holder and its worker stand."""

    version: int
    """Rises with everything that happens."""
    stage: HoldStage
    host: str
    node: str
    """The engine's id for the host."""
    python: str
    program: str
    """Version of this program."""
    time: float
    """By the host's clock, in seconds since the epoch."""
    is_shared: bool | None
    """The worker works in the home itself; None before that is decided."""
    sees_home: bool
    """It reads the note that the station left for this attempt."""
    sees_campaign: bool
    """It sees a folder of the campaign at that path."""
    code: int = 0
    """The worker's exit code, once it is gone."""
    words: str = ""
    """How it ended, where that is not for the worker's own last words to say."""
    cause: EndCause = EndCause.WORKER


@dataclass(frozen=True, slots=True)
class NodeFile:
    """A file of the job as it lies on the node."""

    path: str
    """Below the job's folder, with slashes."""
    size: int
    stamp: str
    """Another one whenever the file is replaced."""


@dataclass(frozen=True, slots=True)
class NodeNews:
    """What is new on a node; the bytes of journal and log come behind it."""

    report: HoldReport
    files: tuple[NodeFile, ...]
    """All that the job has there, as it was after the journal was read."""
    journal: int
    """Bytes of whole lines, behind those that were known."""
    log: int
    """Bytes, likewise."""
    is_all: bool
    """Nothing more had been written."""
    process: str = ""
    """What `process.json` holds."""
    exit: str = ""
    """What `exit.json` holds; it was read before the journal, so that nothing follows it."""


@dataclass(frozen=True, slots=True)
class WantedFiles:
    """What a job needs: the size and the hash of each file, by its path below a home."""

    files: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class LackingFiles:
    """Which of them a node has not got."""

    names: tuple[str, ...]


class HoldSilent(Exception):
    """The holder does not answer: that is not its end."""


class HoldGone(Exception):
    """The holder is gone for good, and its worker with it."""

    def __init__(self, words: str, cause: EndCause) -> None:
        super().__init__(words)
        self.words = words
        self.cause = cause


class HoldFailed(Exception):
    """The holder could not do what it was asked to: its disk is full, say."""


class Hold(Protocol):
    """Reaches a holder, wherever it is."""

    def ask(self, method: str, *words: object, seconds: float) -> bytes:
        """Return what a method of the holder answers within so many seconds.

        Raises:
            HoldSilent: nothing came.
            HoldGone: it is gone.
            HoldFailed: it failed.
        """
        ...


def to_bytes(record: Any, behind: bytes = b"") -> bytes:
    """Return a record as a line of JSON, and bytes behind it."""
    return json.dumps(plain(record, schema=SCHEMA), allow_nan=False).encode() + b"\n" + behind


def report_from(answer: bytes) -> HoldReport:
    """Return the report in an answer.

    Raises:
        ValueError: it is none.
    """
    return decode(HoldReport, answer)


def news_from(answer: bytes) -> tuple[NodeNews, bytes, bytes]:
    """Return news, journal and log of an answer.

    Raises:
        ValueError: it is none, or its parts are not as long as it says.
    """
    head, _, behind = answer.partition(b"\n")
    news = decode(NodeNews, head)
    if news.journal < 0 or news.log < 0 or news.journal + news.log != len(behind):
        raise ValueError("its parts are not as long as it says")
    return news, behind[: news.journal], behind[news.journal :]
