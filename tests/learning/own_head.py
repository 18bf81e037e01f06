"""A head as another package would bring it: it knows nothing of this program."""

import torch
from torch import Tensor, nn


class SoftHead(nn.Module):
    """Log-sum-exp over the positions of a map."""

    def __init__(self, classes: int, channels: int) -> None:
        super().__init__()
        self.score = nn.Conv2d(channels, classes, 1)

    def maps(self, x: Tensor) -> Tensor:
        """(B, channels, H, W) -> (B, classes, H, W)."""
        scores: Tensor = self.score(x)
        return scores

    def pool(self, maps: Tensor) -> Tensor:
        """(B, classes, H, W) -> (B, classes)."""
        return torch.logsumexp(maps.flatten(2), 2)

    def embed(self, x: Tensor) -> Tensor:
        """(B, channels, H, W) -> (B, channels)."""
        return x.mean((2, 3))


class Flattened(SoftHead):
    """Its maps lack a dimension."""

    def maps(self, x: Tensor) -> Tensor:
        """(B, channels, H, W) -> (B, classes, H * W): wrong."""
        return super().maps(x).flatten(2)


class Unpooled(SoftHead):
    """It pools into maps."""

    def pool(self, maps: Tensor) -> Tensor:
        """(B, classes, H, W) -> (B, classes, H, W): wrong."""
        return maps


class Dropping(SoftHead):
    """It draws."""

    def maps(self, x: Tensor) -> Tensor:
        """Leaves half of the features out."""
        return super().maps(nn.functional.dropout(x, 0.5, self.training))


def plain(classes: int, channels: int) -> nn.Module:
    """Only logits."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


def fixed(classes: int, channels: int) -> nn.Module:
    """Made for 16 channels, whatever there are."""
    return SoftHead(classes, 16)
