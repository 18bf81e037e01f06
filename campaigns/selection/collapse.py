"""A model that says the same of every image: whatever is picked by its scores is picked by the order of the files."""

import numpy as np
from numpy.typing import NDArray

from campaigns.selection.criteria import CRITERIA, LISTS
from campaigns.selection.question import Need
from campaigns.selection.scores import Scores

SAMPLE = 1024
"""Images that are looked at first: hardly ever do so many agree when the others do not."""
SAME = 1e-6
"""Difference, as a share of the largest score, that is no difference: rounding makes that much."""


def is_collapsed(scores: Scores) -> bool:
    """Return whether all images of a pool of two or more have the same scores, or every criterion holds them equal."""
    first = _first(scores)
    return len(scores) > 1 and _is_flat(first) and (len(first) == len(scores) or _is_flat(scores))


def is_flat(criterion: str, scores: Scores) -> bool:
    """Return whether a criterion with values holds all images of a pool of two or more equal."""
    keys = CRITERIA[criterion].keys
    return len(scores) > 1 and np.ptp(keys(_first(scores))) == 0 and np.ptp(keys(scores)) == 0


def _first(scores: Scores) -> Scores:
    return scores.take(np.arange(min(len(scores), SAMPLE)))


def _is_flat(scores: Scores) -> bool:
    arrays = (scores.logits, scores.peak, scores.trough) if scores.has_maps else (scores.logits,)
    if all(map(_is_one, arrays)):
        return True
    lists = LISTS[scores.link]
    return all(is_flat(name, scores) for name in lists if scores.has_maps or Need.MAPS not in CRITERIA[name].needs)


def _is_one(array: NDArray[np.float32]) -> bool:
    """Return whether every row is the same, up to rounding; (N, C)."""
    largest = max(float(array.max()), -float(array.min()))
    return float(np.ptp(array, axis=0).max()) <= SAME * largest
