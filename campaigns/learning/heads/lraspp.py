"""LR-ASPP: features of two resolutions, the coarser ones gated by the whole image, for segmentation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.recipe.heads import Channels, Head

if TYPE_CHECKING:
    from campaigns.learning.segmenters import LrAspp


@dataclass(frozen=True)
class LrAsppOptions:
    """Where the features of two resolutions lie."""

    low: Channels = 0
    """Channels of the finer features, which come first: 40 of the backbone `lraspp_mobilenet_v3_large`. 0: the features
    have one resolution."""


def _build(options: LrAsppOptions, classes: int, channels: int) -> "LrAspp":
    from campaigns.learning.segmenters import LrAspp

    return LrAspp(channels, classes, low=options.low)


ENTRIES = (Head("lraspp", "LR-ASPP", "Howard et al., ICCV 2019, section 6.4, as torchvision", LrAsppOptions, _build),)
