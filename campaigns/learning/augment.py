"""Training images changed at random before a model sees them, by transforms of torchvision, anew in every epoch.

What an image becomes depends on seed, epoch and row alone: an epoch that is done again shows the same again.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from campaigns.learning.device import load_torchvision
from campaigns.learning.inputs import Bools, Inputs, Ints
from campaigns.recipe.augmentations import SMALLEST_CROP, Augmentation

Change = Callable[[Tensor], Tensor]
"""An image (3, S, S) of bytes becomes another of the same size; draws from torch's generator."""


@dataclass(frozen=True, slots=True)
class Augmented:
    """Inputs of a model that trains its backbone, each image changed; the mirror image comes after that."""

    inputs: Inputs
    names: tuple[Augmentation, ...]
    """What is done to each image, in this order."""
    entropy: tuple[int, ...]
    """Of this epoch."""

    @property
    def readable(self) -> Bools:
        """(N,) as those of the inputs."""
        return self.inputs.readable

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, S, S, 3) bytes on the host.

        Raises:
            ValueError: the inputs are no pictures.
        """
        pixels = self.inputs.gather(rows, mirrored)
        if pixels.dtype != torch.uint8:
            raise ValueError("only pictures can be augmented, before they are normalised")
        change = change_of(self.names, pixels.shape[1])
        # The transforms draw from the one generator that the process has; nobody else's numbers depend on it.
        with torch.random.fork_rng(devices=[]):
            for at, row in enumerate(rows):
                seeds = np.random.SeedSequence((*self.entropy, int(row))).generate_state(1, np.uint64)
                torch.manual_seed(int(seeds[0]))
                pixels[at] = change(pixels[at].permute(2, 0, 1)).permute(1, 2, 0)
        return pixels

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """(B, 3, S, S), mirrored and normalised on the device."""
        return self.inputs.place(gathered, mirrored)


@functools.cache
def change_of(names: tuple[Augmentation, ...], size: int) -> Change:
    """Return the change that these make together, of pictures of so many pixels a side."""
    load_torchvision()
    from torchvision.transforms import v2

    made: Mapping[Augmentation, Callable[[], Any]] = {
        "random-resized-crop": lambda: v2.RandomResizedCrop(size, scale=(SMALLEST_CROP, 1.0), antialias=True),
        "color-jitter": lambda: v2.ColorJitter(brightness=0.4, contrast=0.4, saturation=0.4, hue=0.1),
        "trivial-augment": v2.TrivialAugmentWide,
        "rand-augment": v2.RandAugment,
        "random-erasing": v2.RandomErasing,
    }
    change: Change = v2.Compose([made[name]() for name in names])
    return change
