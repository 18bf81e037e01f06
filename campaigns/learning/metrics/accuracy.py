"""Accuracy of images of which each shows one class: by class, and of all images together."""

import numpy as np

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels
from campaigns.learning.decisions import Floats, Scores, no_class
from campaigns.recipe.metrics import Metric


def recall_by_class(scores: Scores, labels: Labels) -> Floats:
    """Return, of the images of each class, the share for which it has the highest score; NaN for one without images.

    Of equal scores the class that comes first is taken. Images with a label that is neither present nor absent, or
    that show none or several, are left out. (N, C), (N, C) -> (C,).
    """
    hits, shown = _counts(scores, labels)
    return np.where(shown > 0, hits / np.maximum(1, shown), np.nan)


def share_right(scores: Scores, labels: Labels) -> float:
    """Return the share of images whose class has the highest score; NaN without any image."""
    hits, shown = _counts(scores, labels)
    return float(hits.sum() / shown.sum()) if shown.sum() else np.nan


def _counts(scores: Scores, labels: Labels) -> tuple[Floats, Floats]:
    """Return how many images of each class are recognised, and how many there are; (C,) each."""
    is_clear = ((labels == POSITIVE) | (labels == NEGATIVE)).all(axis=1) & ((labels == POSITIVE).sum(axis=1) == 1)
    truth, best = labels[is_clear].argmax(axis=1), scores[is_clear].argmax(axis=1)
    classes = labels.shape[1]
    shown = np.bincount(truth, minlength=classes).astype(np.float64)
    return np.bincount(truth[truth == best], minlength=classes).astype(np.float64), shown


ENTRIES = (
    Metric(
        "accuracy", "accuracy", "mean over classes of the share of their images that are recognised (mean recall)",
        recall_by_class, long="mean accuracy over classes", link="softmax",
    ),
    Metric(
        "share-right", "images right", "share of all images whose class has the highest probability",
        no_class, share_right, link="softmax",
    ),
)  # fmt: skip
