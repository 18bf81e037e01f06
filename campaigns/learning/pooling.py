"""From class maps to class scores: WELDON and WILDCAT pooling, as the authors' PyTorch code has them, and the mean.

Sources: Durand, Thome, Cord, WELDON (CVPR 2016) and WILDCAT (CVPR 2017); repositories `weldon.resnet.pytorch` and
`wildcat.pytorch`. Where the papers and the code differ, the code is followed and the difference stands here.
"""

from typing import Literal

from torch import Tensor, nn


def regions(k: float, n: int) -> int:
    """Return how many of a map's `n` positions `k` means; in [0, n].

    None for k <= 0; `round(k * n)`, half to even, for a share 0 < k < 1; else the whole part of k, at most n. So 1 is
    one position, never all of them. A share that rounds to nothing means one position, where the authors divide by 0.
    """
    if k <= 0:
        return 0
    if k < 1:
        return max(1, round(k * n))
    return min(int(k), n)


class WildcatPool(nn.Module):
    """Mean of the top regions and, weighted by alpha, mean of the bottom ones: (top + alpha * bottom) / 2.

    `kmin=None` means as many as `kmax`; `kmin=0` leaves the top mean alone, undivided. The paper's equation has no
    division by 2, the authors' code has. With `alpha=0` the halving stays, as with `--alpha 0` of their command line
    (they ask `alpha is not 0`, which is true of 0.0). Top and bottom may overlap; their gradients then add up.

    Raises:
        ValueError: when kmax is not positive: there would be nothing to average.
    """

    def __init__(self, kmax: float, kmin: float | None = None, alpha: float = 1.0) -> None:
        super().__init__()
        if not kmax > 0:
            raise ValueError(f"kmax is {kmax}; it must be positive")
        self.kmax = kmax
        self.kmin = kmax if kmin is None else kmin
        self.alpha = alpha

    def forward(self, maps: Tensor) -> Tensor:
        """Pool each map; (B, C, H, W) -> (B, C)."""
        flat = maps.flatten(2)  # (B, C, H*W)
        n = flat.shape[2]
        top = flat.topk(regions(self.kmax, n), dim=2).values.mean(dim=2)  # (B, C)
        if self.kmin <= 0:
            return top
        bottom = flat.topk(regions(self.kmin, n), dim=2, largest=False).values.mean(dim=2)
        return (top + self.alpha * bottom) / 2

    def extra_repr(self) -> str:
        """Return what `print` shows between the brackets."""
        return f"kmax={self.kmax}, kmin={self.kmin}, alpha={self.alpha}"


class WeldonPool(WildcatPool):
    """Half the sum of the mean of the top and the mean of the bottom regions: WILDCAT pooling with alpha 1.

    `kmin=None` means as many as `kmax`; `kmin=0` leaves the top mean alone. The Lua ancestor does not halve.

    Raises:
        ValueError: when kmax is not positive.
    """

    def __init__(self, kmax: float, kmin: float | None = None) -> None:
        super().__init__(kmax, kmin, alpha=1.0)


class MeanPool(nn.Module):
    """Mean of the whole map."""

    def forward(self, maps: Tensor) -> Tensor:
        """Pool each map; (B, C, H, W) -> (B, C)."""
        return maps.mean(dim=(2, 3))


class ClassWisePool(nn.Module):
    """Average over the maps of a class, which lie side by side; (B, C*M, H, W) -> (B, C, H, W).

    `reference` keeps what the authors' code does: its forward is the average, its backward that of the sum, so each
    map gets M times the true gradient. Their learning rates were tuned with it. `exact` is the average throughout.
    """

    def __init__(self, maps: int, gradient: Literal["reference", "exact"] = "reference") -> None:
        super().__init__()
        if maps < 1:
            raise ValueError(f"maps is {maps}; a class has at least one")
        if gradient not in ("reference", "exact"):
            raise ValueError(f"gradient is {gradient!r}; it is reference or exact")
        self.maps = maps
        self.gradient = gradient

    def forward(self, maps: Tensor) -> Tensor:
        """Average each class; (B, C*M, H, W) -> (B, C, H, W)."""
        # Not len(maps): an exported program would be for batches of that size alone.
        grouped = maps.view(maps.shape[0], -1, self.maps, *maps.shape[2:])  # (B, C, M, H, W)
        average = grouped.mean(dim=2)  # (B, C, H, W)
        if self.gradient == "exact":
            return average
        total = grouped.sum(dim=2)
        # What is added is zero in value, so the average survives unrounded; only its gradient is the sum's.
        return average.detach() + (total - total.detach())

    def folded(self) -> "FoldedPool | None":
        """Return what pools the mean of a class's maps in their stead; None where nothing has to."""
        return FoldedPool(self.maps) if self.gradient == "exact" else None

    def extra_repr(self) -> str:
        """Return what `print` shows between the brackets."""
        return f"maps={self.maps}, gradient={self.gradient}"


class FoldedPool(nn.Module):
    """What `exact` class-wise pooling leaves of itself where one map stands for the M of a class, their mean.

    The mean is all that logits depend on, and momentum and decay are linear: where the maps have inputs that do not
    train, their mean follows the same path whether it is trained as M maps or as one. With `reference` each of M maps,
    and so their mean, gets the gradient of the average: nothing is left to do. With `exact` each gets the M-th part of
    it, and so must their mean; decay acts on it in full, which is why this is not a matter of the learning rate.
    """

    maps = 1
    """Maps of a class that it reads."""

    def __init__(self, stands_for: int) -> None:
        super().__init__()
        self.stands_for = stands_for

    def forward(self, maps: Tensor) -> Tensor:
        """Return the maps as they are, with the M-th part of their gradient; (B, C, H, W) -> (B, C, H, W)."""
        part = maps / self.stands_for
        # What is added is zero in value, so the maps survive unrounded.
        return maps.detach() + (part - part.detach())

    def extra_repr(self) -> str:
        """Return what `print` shows between the brackets."""
        return f"stands_for={self.stands_for}"
