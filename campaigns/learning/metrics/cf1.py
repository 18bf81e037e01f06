"""CF1: F1 of the mean precision and the mean recall over classes."""

from functools import partial

import numpy as np

from campaigns.datasets.dataset import Labels
from campaigns.learning.decisions import Scores, decision_counts, no_class
from campaigns.recipe.metrics import Metric


def class_f1(scores: Scores, labels: Labels, *, most: int | None = None) -> float:
    """Return CF1 = 2 CP CR / (CP + CR), with CP = mean_c hits_c / decided_c and CR = mean_c hits_c / positives_c.

    Over classes with a positive; a class that is never decided for has precision 0, as in the code of ML-GCN (util.py).
    NaN where no class has a positive. Source: Wang et al. 2016 (CNN-RNN, arXiv 1604.04573), section 4.
    """
    counts = decision_counts(scores, labels, most=most)
    has_positive = counts.positives > 0
    if not has_positive.any():
        return np.nan
    hits, positives = counts.hits[has_positive], counts.positives[has_positive]
    precision = float((hits / np.maximum(1, counts.decided[has_positive])).mean())
    recall = float((hits / positives).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


SOURCE = "F1 of mean precision and mean recall over classes, at probability 0.5; Wang et al. 2016, arXiv 1604.04573"
ENTRIES = (
    Metric("cf1", "CF1", SOURCE, no_class, class_f1),
    Metric("cf1-top3", "CF1, top 3", f"{SOURCE}; three classes of an image at most", no_class,
           partial(class_f1, most=3)),
)  # fmt: skip
