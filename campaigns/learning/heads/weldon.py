"""WELDON: half the sum of the mean of the top and the mean of the bottom regions of one map a class."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.recipe.heads import Head, Region

if TYPE_CHECKING:
    from campaigns.learning.models import WeakHead


@dataclass(frozen=True)
class WeldonOptions:
    """How it pools."""

    kmax: Region = 1.0
    """Top regions that are averaged."""
    kmin: Region | None = None
    """Bottom regions that are averaged; as many as `kmax` when absent."""


def _build(options: WeldonOptions, classes: int, channels: int) -> "WeakHead":
    from campaigns.learning.models import WeakHead
    from campaigns.learning.pooling import WeldonPool

    return WeakHead(channels, classes, spatial=WeldonPool(options.kmax, options.kmin), classwise=None)


def _regions(options: WeldonOptions) -> tuple[float, float]:
    return options.kmax, options.kmax if options.kmin is None else options.kmin


ENTRIES = (Head("weldon", "WELDON", "Durand, Thome, Cord, CVPR 2016", WeldonOptions, _build, _regions),)
