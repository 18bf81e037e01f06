"""What a worker may say: one JSON object a line, numbered, read back to the same thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Started:
    """The worker holds its job and knows its machine."""

    device: str
    """`cpu` or the name of the GPU."""
    threads: int
    about: str
    """Versions, for a person."""
    kind: str = ""
    """The kind of node, as far as bytes may depend on it; empty where its worker did not say."""
    node: str = ""
    """The machine, by the name that an engine knows it by."""


@dataclass(frozen=True, slots=True)
class Working:
    """Something that takes a while, so that a person sees it move: `features of train`, 320 of 935."""

    what: str
    done: int
    total: int
    left: float | None = None
    """Seconds, as an estimate; None before there is something to build it on."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What models read of all images is there: read from the caches, or made just now."""

    what: str
    """`features`, or `pixels`."""
    images: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RoundStarted:
    """Training of a round begins, or continues after `epoch` finished epochs."""

    round: int
    labelled: int
    epochs: int
    epoch: int = 0
    is_open_ended: bool = False
    """Training may end before `epochs` do."""


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
    value: float | None
    """Of the metric, over the classes that have one; None when none has."""
    per_class: tuple[float | None, ...]
    """Of each class; None for one that the metric says nothing of."""
    seconds: float
    metric: str = "map"
    classes: tuple[str, ...] | None = None
    """By name, in order; None where they are those that the campaign was created with."""


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


Event = (
    Started | Working | Prepared | RoundStarted | Reused | EpochDone | Evaluated | Scored | Picked | RoundDone | Noted
)
