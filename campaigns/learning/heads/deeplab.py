"""DeepLab v3: atrous convolutions of several rates and the whole image, for segmentation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.recipe.heads import Head

if TYPE_CHECKING:
    from campaigns.learning.segmenters import DeepLab


@dataclass(frozen=True)
class DeepLabOptions:
    """Nothing to choose."""


def _build(_: DeepLabOptions, classes: int, channels: int) -> "DeepLab":
    from campaigns.learning.segmenters import DeepLab

    return DeepLab(channels, classes)


ENTRIES = (Head("deeplab", "DeepLab v3", "Chen et al. 2017, arXiv 1706.05587, as torchvision", DeepLabOptions, _build),)
