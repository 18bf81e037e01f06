"""OF1: F1 of all decisions together, whatever their class; also called micro F1."""

from functools import partial

import numpy as np

from campaigns.datasets.dataset import Labels
from campaigns.learning.decisions import Scores, decision_counts, no_class
from campaigns.recipe.metrics import Metric


def overall_f1(scores: Scores, labels: Labels, *, most: int | None = None) -> float:
    """Return OF1 = 2 OP OR / (OP + OR), with OP = sum_c hits_c / sum_c decided_c and OR likewise by positives_c.

    That is 2 sum hits / (sum decided + sum positives); 0 where nothing is decided for, NaN without a positive.
    Source: Wang et al. 2016 (CNN-RNN, arXiv 1604.04573), section 4; in code, `evaluation` of ML-GCN (util.py).
    """
    counts = decision_counts(scores, labels, most=most)
    positives = int(counts.positives.sum())
    return 2 * int(counts.hits.sum()) / (int(counts.decided.sum()) + positives) if positives else np.nan


SOURCE = "F1 of all decisions together (micro F1), at probability 0.5; Wang et al. 2016, arXiv 1604.04573"
ENTRIES = (
    Metric("of1", "OF1", SOURCE, no_class, overall_f1),
    Metric("of1-top3", "OF1, top 3", f"{SOURCE}; three classes of an image at most", no_class,
           partial(overall_f1, most=3)),
)  # fmt: skip
