"""The training loop: one generator, one epoch a turn; the caller logs, saves and stops.

What it does is what the authors' code does: loss, optimiser, groups, schedule, mirror images.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.amp.grad_scaler import GradScaler

from campaigns.core.convergence import has_converged
from campaigns.datasets.dataset import UNKNOWN, Labels
from campaigns.errors import NoNumber
from campaigns.learning.augment import Augmented
from campaigns.learning.inputs import Feed, Inputs, Ints, all_of
from campaigns.learning.loss import KnownTargets
from campaigns.learning.models import MapModel, parameter_groups
from campaigns.learning.sgd import Descent
from campaigns.learning.steps import Fit, Steps
from campaigns.learning.team import Team
from campaigns.recipe import TrainingSpec
from campaigns.recipe.tasks import MULTILABEL, TASKS, LearningTask

Masks = NDArray[np.uint8]
"""(n, H, W)"""
LOOKED_AFTER = 64
"""Batches after which the losses are looked at."""
_HINT = "a new campaign with a lower training.lr; look at the images that are named, too"


@dataclass(frozen=True, slots=True)
class Training:
    """The images a round trains on."""

    rows: Ints
    """(n,) rows of the training split."""
    targets: Tensor
    """(n, C) what the task makes of labels, on the device; of a task that learns masks these, (n, H, W)."""
    known: Tensor | None = None
    """(n, C) float in {0, 1}, on the device: 0 where nobody knows, which then trains nothing; None: all is known."""
    task: LearningTask = field(default_factory=lambda: TASKS[MULTILABEL])


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the labelled images."""

    number: int
    """Finished epochs, from 1."""
    loss: float
    """Mean over images and classes."""
    seconds: float
    waited: float
    """Seconds of these that the device had no images."""
    pieces: int
    """Parts each batch was computed in: one for each process, more where those did not fit in memory whole."""


def begin(model: MapModel, spec: TrainingSpec) -> Fit:
    """Build a fit that has not trained yet."""
    groups = [group | {"initial_lr": group["lr"]} for group in parameter_groups(model, lr=spec.lr, lrp=spec.lrp)]
    device = next(model.parameters()).device
    return Fit(model, Descent.of(groups, spec), GradScaler(device.type, enabled=model.precision is torch.float16))


def is_finished(state: Fit, spec: TrainingSpec, epochs: int) -> bool:
    """Return whether a fit has trained for `epochs` or, where the recipe wants no more, until its loss has converged.

    What a loss has converged at is the last learning rate: its steps all take place first.
    """
    if state.epoch >= epochs:
        return True
    return spec.until == "converged" and has_converged(state.losses, after=max(spec.lr_drops, default=0))


def training_on(
    rows: Ints, labels: Labels, device: torch.device, *, task: str = MULTILABEL, masks: Masks | None = None
) -> Training:
    """Prepare those rows (n,) of a split for training in a task; labels (n, C) of the same rows, or masks (n, H, W).

    Raises:
        ValueError: an image has no known label (such images cannot train), or there are not as many labels as rows.
    """
    if len(labels) != len(rows):
        raise ValueError(f"{len(labels)} rows of labels for {len(rows)} images")
    known = labels != UNKNOWN
    if not known.any(axis=1).all():
        raise ValueError("images without labels cannot train")
    if masks is not None:
        return Training(rows, torch.from_numpy(masks).to(device), None, TASKS[task])
    targets = torch.from_numpy(TASKS[task].targets(labels)).to(device)
    mask = None if known.all() else torch.from_numpy(known.astype(np.float32)).to(device)
    return Training(rows, targets, mask, TASKS[task])


def fit(
    state: Fit,
    inputs: Inputs,
    training: Training,
    *,
    spec: TrainingSpec,
    epochs: int,
    entropy: tuple[int, ...],
    is_stopping: Callable[[], bool] = lambda: False,
    team: Team | None = None,
) -> Iterator[Epoch]:
    """Train from where `state` stands until it is finished, yielding after each epoch; changes `state` in place.

    Order, mirror images and other changes are drawn from (entropy, epoch), so an epoch that is done again after a
    kill sees what it saw before. When `is_stopping` turns true inside an epoch, that epoch is given up. Where there is
    a team, each of its processes calls this with the same; all yield the same.

    Raises:
        NoNumber: the loss or a weight is no number any more; `state` is spoilt and must not be kept.
        OutOfMemory: not even one image at a time fits.
    """
    steps = Steps(state, spec.batch_size, team)
    while not is_finished(state, spec, epochs):
        began = time.perf_counter()
        drops = sum(state.epoch >= drop for drop in spec.lr_drops)
        for group in state.optimiser.param_groups:
            group["lr"] = group["initial_lr"] * 0.1**drops
        rng = np.random.default_rng((*entropy, state.epoch))
        order = rng.permutation(len(training.rows))
        mirrored = rng.random(len(training.rows)) < 0.5 if spec.flip else np.zeros(len(training.rows), np.bool_)
        placed = torch.from_numpy(order).to(training.targets.device)
        targets = training.targets[placed]
        if training.task.is_dense:
            flags = torch.from_numpy(mirrored[order]).to(targets.device)[:, None, None]
            targets = torch.where(flags, targets.flip(2), targets)
        known = None if training.known is None else training.known[placed]
        changed = Augmented(inputs, spec.augment, (*entropy, state.epoch)) if spec.augment else inputs
        part = all_of if team is None else team.part
        feed = Feed(changed, training.rows[order], mirrored[order], spec.batch_size, part)
        losses = _Seen(state.epoch + 1, feed, torch.zeros((), device=targets.device))
        state.model.train()
        steps.begin_epoch()
        whole = KnownTargets(targets, known, training.task)
        for at, (_, x) in enumerate(feed):
            if is_stopping():
                return
            wanted = whole.part(slice(at * spec.batch_size, (at + 1) * spec.batch_size))
            losses.add(steps.take(x, wanted) * len(wanted.targets))
        mean = losses.mean()
        losses.demand_weights(state.model)
        state.losses.append(mean)
        yield Epoch(state.epoch, mean, time.perf_counter() - began, feed.waited, steps.pieces)


@dataclass(slots=True)
class _Seen:
    """The losses of an epoch so far, still on the device: looking at each would wait for it each time."""

    epoch: int
    feed: Feed
    total: Tensor
    """Sum over all images so far."""
    fresh: list[Tensor] = field(default_factory=list)
    """Of the batches that nobody has looked at yet, each summed over its images."""
    batches: int = 0

    def add(self, loss: Tensor) -> None:
        """Count one batch more.

        Raises:
            NoNumber: one of the last ones is none.
        """
        self.total += loss
        self.fresh.append(loss)
        self.batches += 1
        # In an epoch of hours nobody should wait for its end to hear that it went wrong in the first minute.
        if len(self.fresh) == LOOKED_AFTER:
            self.look()

    def mean(self) -> float:
        """Over all images.

        Raises:
            NoNumber: it is none.
        """
        if self.fresh:
            self.look()
        return float(self.total) / len(self.feed.rows)

    def demand_weights(self, model: MapModel) -> None:
        """Raise NoNumber if any weight or running statistic is NaN or infinite.

        Raises:
            NoNumber: one is none. The last batch made it so: after any other one its loss would have told.
        """
        tensors = [tensor for tensor in model.state_dict().values() if tensor.is_floating_point()]
        bad = sum(not fine for fine in torch.stack([torch.isfinite(tensor).all() for tensor in tensors]).tolist())
        if bad:
            self._refuse(f"{bad} of {len(tensors)} weights are NaN or infinite", self.batches - 1)

    def look(self) -> None:
        """Raise NoNumber if any loss since the last check is NaN or infinite.

        Raises:
            NoNumber: one is none.
        """
        first = self.batches - len(self.fresh)
        values = torch.stack(self.fresh).tolist()
        self.fresh.clear()
        for batch, loss in enumerate(values, first):
            if not math.isfinite(loss):
                self._refuse(f"the loss is {loss}", batch)

    def _refuse(self, what: str, batch: int) -> NoReturn:
        size = self.feed.batch_size
        where = f"in epoch {self.epoch}, batch {batch + 1} of {-(-len(self.feed.rows) // size)}"
        rows = self.feed.rows[batch * size : (batch + 1) * size].tolist()
        raise NoNumber(f"{what} {where}", hint=_HINT, rows=rows)
