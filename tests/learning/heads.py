"""A head that trains alone, and feature maps in memory that remember how they were asked for."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor

from campaigns.datasets.dataset import Labels
from campaigns.learning.inputs import Bools, Ints
from campaigns.learning.models import WeakHead, build_head
from campaigns.learning.setup import drawing
from campaigns.recipe import ModelSpec
from campaigns.recipe.heads import Head

CPU = torch.device("cpu")
CLASSES, CHANNELS, SIDE = 3, 5, 4
SPEC = ModelSpec(kind="wildcat", backbone="tiny", weights="none", image_size=32, kmax=0.2, alpha=0.7, maps=2)


def least_options(head: Head) -> Any:
    """Return the options of a head as a recipe that says no more of it than it must means them."""
    return head.options(module="tests.learning.own_head:SoftHead") if head.name == "module" else head.options()


@dataclass(slots=True)
class Maps:
    """Feature maps in memory; remembers what it was asked for."""

    values: Tensor
    """(N, D, H, W)"""
    asked: list[tuple[list[int], list[bool]]] = field(default_factory=list)

    @property
    def readable(self) -> Bools:
        """All of them."""
        return np.ones(len(self.values), np.bool_)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, D, H, W), flipped where mirrored."""
        self.asked.append((rows.tolist(), mirrored.tolist()))
        maps = self.values[torch.from_numpy(rows)]
        return torch.where(torch.from_numpy(mirrored)[:, None, None, None], maps.flip(3), maps)

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """As gathered."""
        return gathered


def some_maps(count: int = 40) -> Maps:
    """The same every time."""
    return Maps(torch.randn(count, CHANNELS, SIDE, SIDE, generator=torch.Generator().manual_seed(7)))


def some_labels(count: int = 40) -> Labels:
    """Present, absent and, now and then, difficult."""
    return np.random.default_rng(7).choice(np.array([1, -1, -1, 0], np.int8), (count, CLASSES))


def a_head(seed: int = 0) -> WeakHead:
    """Nothing in it depends on how images are batched."""
    with drawing((seed,)):
        head = build_head(SPEC, CLASSES, CHANNELS)
    assert isinstance(head, WeakHead)
    return head
