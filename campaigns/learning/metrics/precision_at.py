"""Precision at k: of the k classes that an image most probably shows, the share that it does show."""

from functools import partial

import numpy as np

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels
from campaigns.learning.decisions import Scores, best_classes, no_class
from campaigns.recipe.metrics import Metric


def precision_at(scores: Scores, labels: Labels, *, k: int) -> float:
    """Return the mean over images of hits among the k best classes, divided by k.

    Only classes whose label is known are ranked; an image with fewer of them than k is divided by their number, and one
    with none is left out. NaN where no image is left, or none of them shows anything. Source: Manning, Raghavan and
    Schuetze 2008, Introduction to Information Retrieval, section 8.4.
    """
    known = (labels == POSITIVE) | (labels == NEGATIVE)
    is_ranked = known.any(axis=1)
    if not is_ranked.any() or not (labels == POSITIVE).any():
        return np.nan
    hits = (best_classes(scores, known, k) & (labels == POSITIVE)).sum(axis=1)
    return float((hits[is_ranked] / np.minimum(k, known.sum(axis=1)[is_ranked])).mean())


ENTRIES = tuple(
    Metric(
        f"precision-at-{k}", f"P@{k}", f"hits among the {k} best classes of an image; Manning et al. 2008, 8.4",
        no_class, partial(precision_at, k=k),
    )
    for k in (1, 3)
)  # fmt: skip
