"""WILDCAT: several maps a class, averaged, then the top and, weighted, the bottom regions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from campaigns.recipe.heads import Count, Head, Region, Weight

if TYPE_CHECKING:
    from campaigns.learning.models import WeakHead


@dataclass(frozen=True)
class WildcatOptions:
    """How it pools."""

    kmax: Region = 1.0
    """Top regions that are averaged."""
    kmin: Region | None = None
    """Bottom regions that are averaged; as many as `kmax` when absent."""
    alpha: Weight = 1.0
    """Weight of the bottom regions."""
    maps: Count = 1
    """Maps per class."""
    classwise_gradient: Literal["reference", "exact"] = "reference"
    """The gradient of class-wise pooling as the authors' code has it (times `maps`), or the true one."""


def _build(options: WildcatOptions, classes: int, channels: int) -> "WeakHead":
    from campaigns.learning.models import WeakHead
    from campaigns.learning.pooling import ClassWisePool, WildcatPool

    classwise = ClassWisePool(options.maps, options.classwise_gradient) if options.maps > 1 else None
    spatial = WildcatPool(options.kmax, options.kmin, options.alpha)
    return WeakHead(channels, classes, spatial=spatial, classwise=classwise)


def _regions(options: WildcatOptions) -> tuple[float, float]:
    return options.kmax, options.kmax if options.kmin is None else options.kmin


def _folds(options: WildcatOptions) -> int:
    return options.maps


ENTRIES = (Head("wildcat", "WILDCAT", "Durand et al., CVPR 2017", WildcatOptions, _build, _regions, _folds),)
