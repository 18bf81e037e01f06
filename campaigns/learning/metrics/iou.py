"""Intersection over union of what pixels were taken for and what they are, by class."""

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels
from campaigns.learning.decisions import Floats, Scores
from campaigns.recipe.metrics import Metric

Counts = NDArray[np.int64]


def confusion(truth: NDArray[np.int64], taken: NDArray[np.int64], classes: int) -> Counts:
    """Count pixels by what they are and what they were taken for; (P,), (P,) -> (C, C)."""
    return np.bincount(truth * classes + taken, minlength=classes * classes).reshape(classes, classes)


def iou_of(counts: Counts) -> Floats:
    """Return TP / (TP + FP + FN) of each class, from counts by truth and answer; (C, C) -> (C,).

    NaN for a class that no pixel is of. Source: Everingham et al. 2010, The PASCAL VOC Challenge, section 4.3.
    """
    hits, are, taken = np.diagonal(counts), counts.sum(axis=1), counts.sum(axis=0)
    return np.where(are > 0, hits / np.maximum(1, are + taken - hits), np.nan)


def iou_by_class(scores: Scores, labels: Labels) -> Floats:
    """Return the same of pixels, a row each: scores (P, C), and labels (P, C) of which one is present; else left out.

    Of equal scores the class that comes first is taken.
    """
    is_clear = ((labels == POSITIVE) | (labels == NEGATIVE)).all(axis=1) & ((labels == POSITIVE).sum(axis=1) == 1)
    truth, taken = labels[is_clear].argmax(axis=1), scores[is_clear].argmax(axis=1)
    return iou_of(confusion(truth, taken, labels.shape[1]))


ENTRIES = (
    Metric(
        "iou", "mIoU", "mean over the classes there are of TP / (TP + FP + FN), pixels of all test images together",
        iou_by_class, each="IoU", long="mean intersection over union", link="softmax", of="pixels",
    ),
)  # fmt: skip
