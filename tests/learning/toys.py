"""Inputs and models made for tests: small enough to compute by hand or in a blink."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from campaigns.learning.inputs import Bools, Ints
from campaigns.learning.models import MapModel


@dataclass
class MadeInputs:
    """Images (N, D, H, W) that lie in memory; remembers which rows were asked for."""

    values: Tensor
    asked: list[list[int]] = field(default_factory=list)

    @property
    def readable(self) -> Bools:
        """All of them."""
        return np.ones(len(self.values), np.bool_)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """The rows as they are."""
        self.asked.append(rows.tolist())
        return self.values[torch.from_numpy(rows)]

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """Mirrored where asked."""
        flags = torch.from_numpy(mirrored)[:, None, None, None]
        return torch.where(flags, gathered.flip(3), gathered)


class MadeModel(MapModel):
    """One 1x1 convolution; a logit is the mean of its map."""

    def __init__(self, channels: int, classes: int, *, fits: int | None = None) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.convolution = nn.Conv2d(channels, classes, 1)
        self.fits = fits
        """Images that memory holds; more raise what torch raises."""

    def maps(self, inputs: Tensor) -> Tensor:
        """(B, D, H, W) -> (B, C, H, W)."""
        if self.fits is not None and len(inputs) > self.fits:
            raise torch.OutOfMemoryError(f"{len(inputs)} images")
        maps: Tensor = self.convolution(inputs)
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C)."""
        return maps.mean((2, 3))


def some_images(count: int, channels: int = 3, size: int = 4) -> Tensor:
    """(count, channels, size, size), the same each time."""
    return torch.from_numpy(np.random.default_rng(0).normal(size=(count, channels, size, size)).astype(np.float32))
