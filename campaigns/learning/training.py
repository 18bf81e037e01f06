"""The training loop: one generator, one epoch a turn; the caller logs, saves and stops.

What it does is what the authors' code does: loss, optimiser, groups, schedule, mirror images.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F
from torch.optim import SGD

from campaigns.datasets.dataset import DIFFICULT, UNKNOWN, Labels
from campaigns.errors import JobFailed
from campaigns.learning.inputs import Inputs, Ints, Training
from campaigns.learning.models import MapModel, parameter_groups
from campaigns.recipe import TrainingSpec


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the labelled images."""

    number: int
    """Finished epochs, from 1."""
    loss: float
    """Mean over images and classes."""
    seconds: float


@dataclass(slots=True)
class Fit:
    """A model on its way; all that a checkpoint has to keep."""

    model: MapModel
    optimiser: SGD
    epoch: int = 0
    """Finished epochs."""


def begin(model: MapModel, spec: TrainingSpec) -> Fit:
    """A fit that has not trained yet."""
    groups = [group | {"initial_lr": group["lr"]} for group in parameter_groups(model, lr=spec.lr, lrp=spec.lrp)]
    return Fit(model, SGD(groups, momentum=spec.momentum, weight_decay=spec.weight_decay))


def targets_of(labels: Labels, device: torch.device) -> Tensor:
    """(n, C) labels -> (n, C) float in {0, 1}: difficult counts as present.

    Raises:
        ValueError: a label is unknown; such images cannot train.
    """
    if (labels == UNKNOWN).any():
        raise ValueError("images without labels cannot train")
    return torch.from_numpy((labels >= DIFFICULT).astype(np.float32)).to(device)


def fit(
    state: Fit,
    inputs: Inputs,
    training: Training,
    *,
    spec: TrainingSpec,
    epochs: int,
    entropy: tuple[int, ...],
    is_stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Epoch]:
    """Train from where `state` stands up to `epochs`, yielding after each; changes `state` in place.

    Order and mirror images are drawn from (entropy, epoch), so an epoch that is done again after a kill
    sees what it saw before. When `is_stopping` turns true inside an epoch, that epoch is given up.

    Raises:
        JobFailed: the loss is no number any more.
    """
    while state.epoch < epochs:
        began = time.perf_counter()
        drops = sum(state.epoch >= drop for drop in spec.lr_drops)
        for group in state.optimiser.param_groups:
            group["lr"] = group["initial_lr"] * 0.1**drops
        rng = np.random.default_rng((*entropy, state.epoch))
        order = rng.permutation(len(training.rows))
        mirrored = rng.random(len(training.rows)) < 0.5 if spec.flip else np.zeros(len(training.rows), np.bool_)
        state.model.train()
        total = torch.zeros((), device=training.targets.device)
        for first in range(0, len(order), spec.batch_size):
            if is_stopping():
                return
            chosen = order[first : first + spec.batch_size]
            x = inputs.batch(training.rows[chosen], mirrored[chosen])
            loss = F.binary_cross_entropy_with_logits(state.model(x), training.targets[torch.from_numpy(chosen)])
            state.optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch has no signature for it
            state.optimiser.step()
            total += loss.detach() * len(chosen)
        mean = float(total) / len(order)  # the only wait for the device in an epoch
        state.epoch += 1
        if not math.isfinite(mean):
            raise JobFailed(f"the loss is {mean} after epoch {state.epoch}", hint="lower training.lr")
        yield Epoch(state.epoch, mean, time.perf_counter() - began)


def all_rows(rows: Ints, labels: Labels, device: torch.device) -> Training:
    """Those rows of a split's labels as something to train on."""
    return Training(rows, targets_of(labels[rows], device))
