"""Yes or no for every class of every image, and how often that is right. Pure NumPy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels

Scores = NDArray[np.floating[Any]]
Bools = NDArray[np.bool_]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCounts:
    """How often each class was decided for; (C,) each. Difficult and unknown labels are not counted."""

    hits: Counts
    """Positives that were decided for (true positives)."""
    decided: Counts
    """Images that were decided for."""
    positives: Counts

    @property
    def f1(self) -> Floats:
        """F1 of each class, 2 hits / (decided + positives); NaN for a class without a positive; (C,)."""
        both = self.decided + self.positives
        return np.where(self.positives > 0, 2 * self.hits / np.maximum(1, both), np.nan)


def decision_counts(scores: Scores, labels: Labels, *, most: int | None = None) -> DecisionCounts:
    """Count decisions by logits (N, C) against labels (N, C): yes where the probability is at least 0.5.

    With `most`, only the so many best classes of an image are decided for, as in "top-3" of the literature: those that
    reach 0.5 among them.
    """
    known = (labels == POSITIVE) | (labels == NEGATIVE)
    decided = (scores >= 0) & known
    if most is not None:
        decided &= best_classes(scores, known, most)
    positives = labels == POSITIVE
    return DecisionCounts((decided & positives).sum(axis=0), decided.sum(axis=0), positives.sum(axis=0))


def best_classes(scores: Scores, known: Bools, most: int) -> Bools:
    """Mark the best classes of each image, at most so many, among those whose label is known; (N, C) -> (N, C).

    Of equal scores the class that comes first is the better one.
    """
    order = np.argsort(np.where(known, -scores.astype(np.float64), np.inf), axis=1, kind="stable")
    marked = np.zeros(scores.shape, np.bool_)
    np.put_along_axis(marked, order[:, :most], values=True, axis=1)
    return marked & known


def no_class(scores: Scores, _labels: Labels) -> Floats:
    """Say nothing of single classes: what a metric has that classes do not share in; (N, C) -> NaN (C,)."""
    return np.full(scores.shape[1], np.nan)
