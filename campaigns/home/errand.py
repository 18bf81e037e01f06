"""What a command asks of a process that may use torch, and what that answers: a line of JSON each.

A command loads no torch. What needs a model is done by a child process, which reads one errand and then the paths of
pictures from its stdin, and writes answers to its stdout.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from campaigns.errors import Mistake
from campaigns.home.model_file import ModelDescription
from campaigns.home.records import decode, plain

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class RoundOf:
    """One round of a campaign in a home."""

    home: Path
    campaign: str
    """Id, as the name of its folder."""
    job: str
    """Id, likewise."""
    round: int


@dataclass(frozen=True, slots=True)
class Errand:
    """What is to be done with one model: write it to a file, or look at pictures with it, or both."""

    device: Literal["auto", "cpu", "cuda"] = "auto"
    source: RoundOf | None = None
    """The model that this round left."""
    file: Path | None = None
    """Where no round is named: the model in this file."""
    out: Path | None = None
    """The model file to write."""
    maps: Path | None = None
    """The folder that class maps are drawn into, for each picture and each class that it shows."""
    has_extrema: bool = False
    """Say the highest and the lowest value of each class map, too."""
    has_thresholds: bool = True
    """Choose thresholds on the test set; a model file brings its own."""
    thresholds: dict[str, float] = field(default_factory=dict)
    """By class: other ones than the model's own."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a model says of one picture."""

    logits: tuple[float, ...]
    labels: tuple[str, ...]
    """Classes whose probability reaches their threshold."""
    peaks: tuple[float, ...] = ()
    troughs: tuple[float, ...] = ()
    """With `peaks`, the extrema of the class maps, where they were asked for."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an errand, or one picture of it, came to nothing."""

    code: int
    message: str
    hint: str = ""
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """One line: exactly one of these is there."""

    description: ModelDescription | None = None
    """The model, once it is at hand."""
    thresholds: dict[str, float] | None = None
    """With the description: from which probability on each class is called present."""
    working: tuple[str, int, int] | None = None
    """What is being done, how much of it is done, how much there is."""
    note: str | None = None
    """For a person."""
    outputs: Outputs | None = None
    """The next picture."""
    unread: Failure | None = None
    """The next picture cannot be read."""
    failure: Failure | None = None
    """The end: nothing follows."""


def errand_line(errand: Errand) -> str:
    """Return an errand as one line."""
    return _line(plain(errand, schema=SCHEMA))


def reply_line(answer: Reply) -> str:
    """Return an answer as one line."""
    content = plain(answer, schema=SCHEMA)
    return _line({key: value for key, value in content.items() if value is not None})


def read_errand(line: bytes) -> Errand:
    """Return the errand in a line.

    Raises:
        ValueError: it is none.
    """
    return decode(Errand, line)


def read_reply(line: bytes) -> Reply:
    """Return the answer in a line.

    Raises:
        ValueError: it is none.
    """
    return decode(Reply, line)


def paths_text(paths: Sequence[Path]) -> bytes:
    """Return paths as they follow an errand: each ends in a null byte, which no path holds."""
    return b"".join(bytes(path) + b"\0" for path in paths)


def _line(content: object) -> str:
    # A file name that is no UTF-8 has half surrogates in it; in ASCII they are spelt out.
    return json.dumps(content, allow_nan=False) + "\n"
