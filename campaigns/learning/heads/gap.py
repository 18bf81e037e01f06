"""GAP: one map a class, averaged as a whole, as classifiers do whose class activation maps are looked at."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.recipe.heads import Head

if TYPE_CHECKING:
    from campaigns.learning.models import WeakHead


@dataclass(frozen=True)
class GapOptions:
    """Nothing to choose."""


def _build(_: GapOptions, classes: int, channels: int) -> "WeakHead":
    from campaigns.learning.models import WeakHead
    from campaigns.learning.pooling import MeanPool

    return WeakHead(channels, classes, spatial=MeanPool(), classwise=None)


ENTRIES = (Head("gap", "GAP", "Zhou et al., CVPR 2016", GapOptions, _build),)
