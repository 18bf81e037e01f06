"""Macro F1: the mean of the classes' F1, which is not the F1 of their means (CF1)."""

from campaigns.datasets.dataset import Labels
from campaigns.learning.decisions import Floats, Scores, decision_counts
from campaigns.recipe.metrics import Metric


def f1_by_class(scores: Scores, labels: Labels) -> Floats:
    """Return F1_c = 2 hits_c / (decided_c + positives_c), at probability 0.5; NaN for a class without a positive.

    Source: van Rijsbergen 1979, Information Retrieval, chapter 7; the mean over classes, Yang and Liu 1999 (SIGIR).
    """
    return decision_counts(scores, labels).f1


ENTRIES = (
    Metric("macro-f1", "macro F1", "mean over classes of F1 at probability 0.5; Yang and Liu 1999", f1_by_class),
)
