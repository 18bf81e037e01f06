"""What a worker asks of whatever knows the labels of images."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from campaigns.core.ids import JobId
from campaigns.datasets.dataset import Labels
from campaigns.home.paths import RoundPaths

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Occasion:
    """The round that asks."""

    job: JobId
    round: int
    paths: RoundPaths
    """Where what is answered may be kept, so that the same round hears the same again."""
    fresh: int
    """How many rows, the last ones, are asked for for the first time."""


@dataclass(frozen=True, slots=True, eq=False)
class RevealedLabels:
    """What a round may train on and be measured by."""

    rows: Ints
    """(n,) rows of the training split, in the order in which they were asked for."""
    labels: Labels
    """(n, C)"""
    classes: tuple[str, ...]
    """The round's: what C stands for, here and in all that the round makes."""
    set_aside: Ints
    """(m,) rows that are not in the pool any more, although nobody trains on them."""
    test_labels: Labels | None = None
    """(T, C) of the whole test split; None where the data set's own count."""
    digest: str | None = None
    """Hash of these labels; None where the data set's fingerprint says it."""
    intake: int | None = None
    """Number of the last look at the folder that the round knows of; None where images stay what they are."""


class Oracle(Protocol):
    """Knows labels of training images. A round asks once, after it was chosen what to label and before it trains."""

    def labels_of(self, rows: Ints, occasion: Occasion) -> RevealedLabels:
        """Return the labels of these rows of the training split, in their order.

        Raises:
            BadData: the label of one of them is not known, and nobody can be asked.
            WaitingForLabels: people have not answered yet.
        """
        ...
