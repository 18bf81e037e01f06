"""What a model should say of a batch, and how far it is from that: what the task makes of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor

from campaigns.recipe.tasks import MULTILABEL, TASKS, LearningTask


@dataclass(frozen=True, slots=True)
class KnownTargets:
    """What a model should say of a batch."""

    targets: Tensor
    """(B, C), or masks (B, H, W)"""
    known: Tensor | None = None
    """(B, C) 0 where nobody knows; None: all is known."""
    task: LearningTask = field(default_factory=lambda: TASKS[MULTILABEL])

    def part(self, positions: slice) -> "KnownTargets":
        """Return the same of the images at these positions."""
        return KnownTargets(self.targets[positions], None if self.known is None else self.known[positions], self.task)

    def pieces(self, size: int) -> "Iterator[KnownTargets]":
        """Yield the same in parts of so many images."""
        known = None if self.known is None else torch.split(self.known, size)
        for at, targets in enumerate(torch.split(self.targets, size)):
            yield KnownTargets(targets, None if known is None else known[at], self.task)

    def loss(self, outputs: Tensor, whole: "KnownTargets") -> Tensor:
        """Return the part of these images in the mean loss over what is known of a whole batch."""
        loss: Tensor = self.task.loss(outputs, self, whole)
        return loss
