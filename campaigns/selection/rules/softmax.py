"""Entropy, margin and least confidence of images of which each shows one class: probabilities by softmax."""

import numpy as np

from campaigns.selection.criteria import Criterion
from campaigns.selection.measures import by_rows
from campaigns.selection.scores import Floats, Link, Measured, log_softmax

SETTLES = "Settles, Active Learning Literature Survey, 2009, section 3.1"
SOFTMAX: frozenset[Link] = frozenset({"softmax"})


def entropy(logits: Measured) -> Floats:
    """Sum over classes of -p log p; (N, C) -> (N,), in [0, log C]."""
    logs = log_softmax(logits)
    return np.asarray(-(np.exp(logs) * logs).sum(axis=1), dtype=np.float64)


def margin(logits: Measured) -> Floats:
    """Probability of the best class less that of the second, less 1; (N, C) -> (N,), in [-1, 0]; with one class 0.

    Summed from what is small, so that images of which the model is all but sure still differ.
    """
    shares = np.sort(np.exp(log_softmax(logits)), axis=1)
    return np.asarray(-(shares[:, :-1].sum(axis=1) + shares[:, -2:-1].sum(axis=1)), dtype=np.float64)


def full_margin(less_one: Floats, _classes: int) -> Floats:
    """Probability of the best class less that of the second, from what `margin` gives; (N,), in [0, 1]."""
    return less_one + 1


def doubt(logits: Measured) -> Floats:
    """Probability of all classes but the best, 1 - max p; (N, C) -> (N,), in [0, 1 - 1/C].

    Summed rather than subtracted, so that images of which the model is all but sure still differ.
    """
    shares = np.sort(np.exp(log_softmax(logits)), axis=1)
    return np.asarray(shares[:, :-1].sum(axis=1), dtype=np.float64)


ENTRIES = (
    Criterion(
        "entropy", "Softmax entropy", "-sum_j p_ij log p_ij, p = softmax", SETTLES, "most", "[0, log C]",
        by_rows(lambda scores, rows: entropy(scores.logits[rows])),
        is_by_image=True, says="its class probabilities are the most even", links=SOFTMAX,
    ),
    Criterion(
        "margin", "Margin", "p_i(1) - p_i(2), the two best classes", f"{SETTLES}; Scheffer et al. 2001", "least",
        "[0, 1]", by_rows(lambda scores, rows: margin(scores.logits[rows])), full_margin,
        is_by_image=True, says="its two likeliest classes are nearly tied", links=SOFTMAX,
    ),
    Criterion(
        "leastconf", "Least confidence", "1 - max_j p_ij", f"{SETTLES}; Lewis and Gale 1994", "most",
        "[0, 1 - 1/C]", by_rows(lambda scores, rows: doubt(scores.logits[rows])),
        is_by_image=True, says="its likeliest class has the lowest probability", links=SOFTMAX,
    ),
)  # fmt: skip
