"""A model that says the same of every image: whatever is picked by its scores is picked by the order of the files."""

import numpy as np

from campaigns.selection.criteria import CRITERIA, LISTS
from campaigns.selection.parts import PoolScores
from campaigns.selection.question import Need
from campaigns.selection.scores import Scores

SAMPLE = 1024
"""Images that are looked at first: hardly ever do so many agree when the others do not."""
SAME = 1e-6
"""Difference, as a share of the largest score, that is no difference: rounding makes that much."""


def is_collapsed(scores: PoolScores) -> bool:
    """Return whether all images of a pool of two or more have the same scores, or every criterion holds them equal."""
    first = _first(scores)
    return len(scores) > 1 and _is_flat(first) and (len(first) == len(scores) or _is_flat(scores))


def is_flat(criterion: str, scores: PoolScores) -> bool:
    """Return whether a criterion with values holds all images of a pool of two or more equal."""
    rule = CRITERIA[criterion]
    return len(scores) > 1 and rule.head(_first(scores), 0).is_flat and rule.head(scores, 0).is_flat


def _first(scores: PoolScores) -> Scores:
    return scores.take(np.arange(min(len(scores), SAMPLE)))


def _is_flat(scores: PoolScores) -> bool:
    arrays = ("logits", "peak", "trough") if scores.has_maps else ("logits",)
    if all(_is_one(scores, name) for name in arrays):
        return True
    lists = LISTS[scores.link]
    return all(is_flat(name, scores) for name in lists if scores.has_maps or Need.MAPS not in CRITERIA[name].needs)


def _is_one(scores: PoolScores, name: str) -> bool:
    """Return whether every row of an array (N, C) is the same, up to rounding."""
    arrays = [getattr(part, name) for part in scores.parts]
    highest = np.max([array.max(axis=0) for array in arrays], axis=0)
    lowest = np.min([array.min(axis=0) for array in arrays], axis=0)
    largest = max(float(highest.max()), -float(lowest.min()))
    return float((highest - lowest).max()) <= SAME * largest
