"""Stochastic gradient descent with momentum, around PyTorch's own fused step.

`torch.optim.SGD` is the same arithmetic, but making one loads PyTorch's compiler, more than a second for a worker whose
round may take three; a test holds the two together.
"""

from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim.sgd import sgd

from campaigns.recipe import TrainingSpec


@dataclass(slots=True, eq=False)
class Descent:
    """An optimiser, as far as the loop, a checkpoint and a gradient scaler need one."""

    param_groups: list[dict[str, Any]]
    """Each with `params`, and `lr`, which the loop may change."""
    momentum: float
    weight_decay: float
    momenta: list[list[Tensor | None]] = field(default_factory=list)
    """For each parameter of each group; None before its first step."""

    @classmethod
    def of(cls, groups: list[dict[str, Any]], spec: TrainingSpec) -> "Descent":
        """Build an optimiser that has not stepped yet."""
        empty: list[list[Tensor | None]] = [[None] * len(group["params"]) for group in groups]
        return cls(groups, spec.momentum, spec.weight_decay, empty)

    def zero_grad(self, *, set_to_none: bool = True) -> None:
        """Forget the gradients."""
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter.grad = None if set_to_none else torch.zeros_like(parameter)

    @torch.no_grad()
    def step(self) -> None:
        """Take one step against the gradients; a parameter without one stays."""
        for group, momenta in zip(self.param_groups, self.momenta, strict=True):
            at = [i for i, parameter in enumerate(group["params"]) if parameter.grad is not None]
            moved = [momenta[i] for i in at]
            sgd(
                [group["params"][i] for i in at],
                [group["params"][i].grad for i in at],
                moved,
                lr=group["lr"],
                momentum=self.momentum,
                weight_decay=self.weight_decay,
                dampening=0.0,
                nesterov=False,
                maximize=False,
                fused=True,
            )
            for i, buffer in zip(at, moved, strict=True):
                momenta[i] = buffer

    def state_dict(self) -> list[list[Tensor | None]]:
        """Return what a checkpoint keeps."""
        return self.momenta

    def load_state_dict(self, momenta: list[list[Tensor | None]]) -> None:
        """Go on from what a checkpoint kept."""
        self.momenta = [
            [
                None if buffer is None else torch.empty_like(parameter).copy_(buffer)
                for parameter, buffer in zip(group["params"], buffers, strict=True)
            ]
            for group, buffers in zip(self.param_groups, momenta, strict=True)
        ]
