"""What a model should say of a batch, and how far it is from that: the mean over what is known."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class KnownTargets:
    """What a model should say of a batch."""

    targets: Tensor
    """(B, C)"""
    known: Tensor | None = None
    """(B, C) 0 where nobody knows; None: all is known."""

    def pieces(self, size: int) -> "Iterator[KnownTargets]":
        """Yield the same in parts of so many images."""
        known = None if self.known is None else torch.split(self.known, size)
        for at, targets in enumerate(torch.split(self.targets, size)):
            yield KnownTargets(targets, None if known is None else known[at])

    def loss(self, logits: Tensor, whole: "KnownTargets") -> Tensor:
        """Return the part of these images in the mean loss over what is known of a whole batch."""
        if self.known is None or whole.known is None:
            share = len(self.targets) / len(whole.targets)
            return F.binary_cross_entropy_with_logits(logits, self.targets) * share
        # The weight of what nobody knows is 0, so is its gradient. A batch without any known label trains nothing.
        summed = F.binary_cross_entropy_with_logits(logits, self.targets, self.known, reduction="sum")
        return summed / whole.known.sum().clamp(min=1)
