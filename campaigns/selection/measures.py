"""The formulas of the paper's six criteria, on as many rows as are given.

`arXiv` below is 2005.12892, Rajat et al., "Minimizing Supervision in Multi-label Categorization". All compute in
float64, and each row's value depends on that row alone, to the last bit.
"""

from collections.abc import Callable

import numpy as np

from campaigns.selection.scores import Floats, Measured, Scores, blocks, sigmoid

RowMeasure = Callable[[Scores, slice], Floats]


def by_rows(measure: RowMeasure) -> Callable[[Scores], Floats]:
    """Make a measure of the whole pool, (N,), from one of a few rows: temporary arrays stay small for any N."""

    def whole(scores: Scores) -> Floats:
        values = np.empty(len(scores))
        for rows in blocks(len(scores), scores.classes):
            values[rows] = measure(scores, rows)
        return values

    return whole


def certainty(logits: Measured) -> Floats:
    """Sum over classes of |P - 0.5|, less C/2; (N, C) -> (N,), in [-C/2, 0]. arXiv 4.1.

    Without the C/2, images whose every class is saturated still differ: |P - 0.5| - 0.5 is -exp(-|z|) there.
    """
    odds = np.exp(-np.abs(logits, dtype=np.float64, order="C"))
    return np.asarray(-(odds / (1 + odds)).sum(axis=1), dtype=np.float64)


def full_certainty(less_half: Floats, classes: int) -> Floats:
    """Sum over classes of |P - 0.5| from what `certainty` gives; (N,) -> (N,), in [0, C/2]."""
    return less_half + classes / 2


def entropy(logits: Measured) -> Floats:
    """Sum over classes of -P log P, without the term of 1 - P, as printed; (N, C) -> (N,), in [0, C/e]. arXiv 4.2."""
    low = np.minimum(logits, 0, dtype=np.float64, order="C")
    odds = np.exp(-np.abs(logits, dtype=np.float64, order="C"))
    surprise = np.log1p(odds) - low
    return np.asarray((np.exp(low) / (1 + odds) * surprise).sum(axis=1), dtype=np.float64)


def strongest(logits: Measured) -> Floats:
    """Logit of the most confident class; (N, C) -> (N,). arXiv 4.3 compares its probability, which saturates."""
    return np.asarray(logits.max(axis=1), dtype=np.float64)


def strongest_probability(logit: Floats, classes: int) -> Floats:
    """Probability of the most confident class from its logit; (N,) -> (N,), in [0, 1]. arXiv 4.3."""
    return sigmoid(logit)


def separation(peak: Measured, trough: Measured) -> Floats:
    """Foreground less background of every class map; (N, C), (N, C) -> (N, C), at least 0. arXiv 3.1."""
    return np.asarray(np.subtract(peak, trough, dtype=np.float64, order="C"), dtype=np.float64)
