"""Multi-label: each class is in an image or not, whatever the others are."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import DIFFICULT, Labels
from campaigns.recipe.tasks import LearningTask

if TYPE_CHECKING:
    from torch import Tensor

    from campaigns.learning.loss import KnownTargets


def presence(labels: Labels) -> NDArray[np.float32]:
    """Return 1 where a class is there, else 0; a difficult object counts as there, as in the authors' loss; (n, C)."""
    return (labels >= DIFFICULT).astype(np.float32)


def binary_loss(logits: "Tensor", part: "KnownTargets", whole: "KnownTargets") -> "Tensor":
    """Return the part of these images in the mean binary cross-entropy over what is known of a whole batch.

    Logits (b, C) of the images of `part`.
    """
    from torch.nn import functional as F

    if part.known is None or whole.known is None:
        share = len(part.targets) / len(whole.targets)
        return F.binary_cross_entropy_with_logits(logits, part.targets) * share
    # The weight of what nobody knows is 0, so is its gradient. A batch without any known label trains nothing.
    summed = F.binary_cross_entropy_with_logits(logits, part.targets, part.known, reduction="sum")
    return summed / whole.known.sum().clamp(min=1)


ENTRIES = (
    LearningTask(
        "multilabel", "any number of classes in an image",
        "binary cross-entropy of each class; mean average precision; as arXiv 2005.12892", "sigmoid", "map", presence,
        binary_loss,
    ),
)  # fmt: skip
