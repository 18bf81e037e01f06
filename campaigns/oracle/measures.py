"""What can be said of a model by test images of which only some have labels. NumPy alone."""

import math

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import POSITIVE, Labels

LEAST_POSITIVES = 5
"""Labelled test images that show a class, below which its average precision says more about luck than about a model."""

Floats = NDArray[np.float64]


def only_countable(values: Floats, labels: Labels) -> Floats:
    """Return the values by class, NaN for a class with too few labelled positives; (C,), (T, C) -> (C,)."""
    return np.where((labels == POSITIVE).sum(axis=0) >= LEAST_POSITIVES, values, math.nan)
