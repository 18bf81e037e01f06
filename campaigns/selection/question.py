"""What a criterion is asked, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from campaigns.selection.agnostic import OnDuplicate
from campaigns.selection.parts import PoolScores
from campaigns.selection.scores import Indices, Measured

Labels = NDArray[np.integer]
"""(N, C) in {-1, 0, 1}: absent, difficult, present."""


class Need(StrEnum):
    """What a criterion may need besides the scores; it is given what it needs, and nothing else."""

    MAPS = "maps"
    """Maximum and minimum of the class maps."""
    TRUTH = "truth"
    EMBEDDINGS = "embeddings"
    PIXELS = "pixels"
    """What single places of the class maps say, reduced to a few numbers of each image."""


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """Which n images of a scored pool of N are to be labelled next?"""

    scores: PoolScores
    n: int
    """In [0, N]."""
    lists: Callable[[], Sequence[Indices]]
    """The first n under each criterion that AG and voting work on: the paper's, in its order, unless `names` tells."""
    rng: Generator | None = None
    truth: Labels | None = None
    """The labels of the pool."""
    embeddings: Measured | None = None
    """(N, D): the mean of each image's feature map before the head."""
    on_duplicate: OnDuplicate = "skip_turn"
    names: tuple[str, ...] = ()
    """The criterion of each list; none told: the paper's."""

    def generator(self, name: str) -> Generator:
        """Return what the criterion of that name draws from.

        Raises:
            ValueError: there is none.
        """
        return generator(name, self.rng)

    def labels(self, name: str) -> Labels:
        """Return the labels of the pool, for the criterion of that name; (N, C) in {-1, 0, 1}.

        Raises:
            ValueError: there are none, or they are not the labels of this pool.
        """
        if self.truth is None:
            raise ValueError(f"{name} picks by the true labels of the pool: pass truth, (images, classes) in -1, 0, 1")
        truth = np.asarray(self.truth)
        shape = (len(self.scores), self.scores.classes)
        if truth.shape != shape:
            raise ValueError(f"truth has shape {truth.shape}, the scores have {shape}")
        if not np.isin(truth, (-1, 0, 1)).all():
            raise ValueError("truth holds labels other than -1, 0 and 1")
        return truth


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What a criterion picked from a pool; the lists are empty for every criterion but AG."""

    images: Indices
    """(n,) pool indices, in the order of picking."""
    lists: tuple[str, ...] = ()
    """The criterion that brought each image."""
    turns: tuple[int, ...] = ()
    """The turn it was brought in, from 1."""


def generator(name: str, rng: Generator | None) -> Generator:
    """Return the generator itself.

    Raises:
        ValueError: it is missing.
    """
    if rng is None:
        raise ValueError(f"{name} draws at random: pass rng, as in numpy.random.default_rng(seed)")
    return rng
