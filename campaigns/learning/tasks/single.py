"""Single-label: each image shows exactly one of the classes."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import DIFFICULT, POSITIVE, UNKNOWN, Labels
from campaigns.recipe.tasks import LearningTask

if TYPE_CHECKING:
    from torch import Tensor

    from campaigns.learning.loss import KnownTargets


def one_hot(labels: Labels) -> NDArray[np.float32]:
    """Return 1 for the class that an image shows, else 0; (n, C)."""
    shown: NDArray[np.float32] = (labels == POSITIVE).astype(np.float32)
    return shown


def softmax_loss(logits: "Tensor", part: "KnownTargets", whole: "KnownTargets") -> "Tensor":
    """Return the part of these images in the mean cross-entropy over a whole batch; logits (b, C).

    Every image counts the same: `wrong_rows` has refused those of which the class is not known.
    """
    from torch.nn import functional as F

    return F.cross_entropy(logits, part.targets, reduction="sum") / len(whole.targets)


def without_one_class(labels: Labels) -> dict[int, str]:
    """Return, of each image that is fully labelled, why it does not show exactly one class; (N, C)."""
    known = (labels != UNKNOWN).all(axis=1)
    shown, unclear = (labels == POSITIVE).sum(axis=1), (labels == DIFFICULT).sum(axis=1)
    wrong = {}
    for row in np.flatnonzero(known & ((shown != 1) | (unclear > 0))).tolist():
        if unclear[row]:
            wrong[row] = f"has a difficult label, so that nobody knows its class ({shown[row]} classes are certain)"
        else:
            wrong[row] = f"shows {shown[row] or 'none'} of the classes, not exactly one"
    return wrong


ENTRIES = (
    LearningTask(
        "single", "exactly one class in an image",
        "softmax and cross-entropy; mean over classes of the share of their images that are recognised", "softmax",
        "accuracy", one_hot, softmax_loss, without_one_class, is_answerable=False,
    ),
)  # fmt: skip
