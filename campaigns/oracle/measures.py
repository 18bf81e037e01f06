"""What can be said of a model by test images of which only some have labels. NumPy alone."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import POSITIVE, UNKNOWN, Labels
from campaigns.home.evaluation import or_none
from campaigns.recipe.metrics import further_values

LEAST_POSITIVES = 5
"""Labelled test images that show a class, below which its average precision says more about luck than about a model."""

Floats = NDArray[np.float64]


def is_countable(labels: Labels) -> NDArray[np.bool_]:
    """Return which classes have labelled positives enough; (T, C) -> (C,)."""
    return np.asarray((labels == POSITIVE).sum(axis=0) >= LEAST_POSITIVES)


def only_countable(values: Floats, labels: Labels) -> Floats:
    """Return the values by class, NaN for a class with too few labelled positives; (C,), (T, C) -> (C,)."""
    return np.where(is_countable(labels), values, math.nan)


def further_by_known(
    logits: NDArray[np.floating[Any]], labels: Labels, *, but: str
) -> dict[str, float | None]:  # fmt: skip
    """Return what metrics besides `but` come to by labels that people have given, by name; (T, C), (T, C).

    They are over the classes that the reported one counts. What is unknown counts as neither present nor absent; None
    for a metric that says nothing.
    """
    return or_none(further_values(logits, np.where(is_countable(labels), labels, UNKNOWN), but=but))
