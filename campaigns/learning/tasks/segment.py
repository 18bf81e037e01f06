"""Segmentation: each pixel of an image shows one of the classes, or nobody says which."""

from typing import TYPE_CHECKING

from campaigns.datasets.dataset import VOID
from campaigns.learning.tasks.multilabel import presence
from campaigns.recipe.tasks import LearningTask

if TYPE_CHECKING:
    from torch import Tensor

    from campaigns.learning.loss import KnownTargets


def pixel_loss(maps: "Tensor", part: "KnownTargets", whole: "KnownTargets") -> "Tensor":
    """Return the part of these images in the mean cross-entropy over all pixels of a batch that are not void.

    Class maps (b, C, h, w) are logits; they are spread over masks (b, H, W) bilinearly. Every pixel counts the same.
    """
    from torch.nn import functional as F

    spread = F.interpolate(maps, size=part.targets.shape[1:], mode="bilinear", align_corners=False)
    # A row for each pixel: of pictures, torch has no loss whose gradient on a GPU is the same each time.
    pixels = spread.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])
    summed = F.cross_entropy(pixels, part.targets.flatten().long(), ignore_index=VOID, reduction="sum")
    return summed / (whole.targets != VOID).sum().clamp(min=1)


ENTRIES = (
    LearningTask(
        "segment", "one class in each pixel, from masks",
        "softmax and cross-entropy of each pixel; mean over classes of intersection over union", "sigmoid", "iou",
        presence, pixel_loss, is_dense=True, is_answerable=False,
    ),
)  # fmt: skip
