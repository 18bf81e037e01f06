"""MAX: one map a class, of which the best position counts alone."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.recipe.heads import Head

if TYPE_CHECKING:
    from campaigns.learning.models import WeakHead


@dataclass(frozen=True)
class MaxOptions:
    """Nothing to choose."""


def _build(_: MaxOptions, classes: int, channels: int) -> "WeakHead":
    from campaigns.learning.models import WeakHead
    from campaigns.learning.pooling import WildcatPool

    return WeakHead(channels, classes, spatial=WildcatPool(1, kmin=0), classwise=None)


def _regions(_: MaxOptions) -> tuple[float, float]:
    return 1, 0


ENTRIES = (Head("max", "MAX", "Oquab et al., CVPR 2015", MaxOptions, _build, _regions),)
