"""Fits of a few epochs for tests, by a team of processes or by one: what comes of them, tensor by tensor."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import numpy as np
import torch
from torch import Tensor, nn

from campaigns.datasets.dataset import UNKNOWN
from campaigns.errors import OutOfMemory
from campaigns.learning.device import prepare
from campaigns.learning.inputs import InMemory
from campaigns.learning.models import DTYPES, MapModel, build_model
from campaigns.learning.setup import drawing
from campaigns.learning.steps import Fit
from campaigns.learning.team import Team
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import ModelSpec, TrainingSpec
from tests.learning.toys import MadeModel, some_images
from tests.patience import patience

IMAGES, BATCH, CLASSES, EPOCHS, SIZE = 22, 8, 3, 2, 32
SPEC = TrainingSpec(lr=0.05, batch_size=BATCH)


@dataclass(frozen=True)
class FitCase:
    """What is trained, and how."""

    backbone: str = "tiny"
    """The empty text: one convolution."""
    precision: str = "float32"
    is_still: bool = False
    """Batch normalisation evaluates, also in training."""
    images: int = IMAGES
    fits: tuple[int, ...] = ()
    """Of one convolution: how many images the memory of each process holds."""
    device: str = "cpu"

    def model(self, number: int) -> MapModel:
        """The model in that process, untrained, the same everywhere."""
        if not self.backbone:
            return MadeModel(3, CLASSES, fits=self.fits[number] if self.fits else None)
        with drawing((1,)):
            spec = ModelSpec(kind="wildcat", backbone=self.backbone, weights="none", image_size=SIZE)
            model = build_model(spec, CLASSES)
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        model.precision = DTYPES[self.precision]
        if self.is_still:
            for module in model.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
                    module.train = _stay  # type: ignore[assignment]
        return model.to(self.device_of(number))

    def device_of(self, number: int) -> torch.device:
        """The device of that process."""
        return torch.device("cpu") if self.device == "cpu" else torch.device(self.device, number)


def _stay(_mode: bool = True) -> None:
    """Evaluate whatever the model around does."""


@dataclass(frozen=True)
class FitResult:
    """What one process came to."""

    losses: list[float]
    pieces: list[int]
    tensors: dict[str, Tensor]
    """Weights, running statistics, momenta."""


def train(case: FitCase, number: int = 0, *, team: Team | None = None, pieces: int = 1) -> FitResult:
    """Train in this process; alone, with each batch in so many pieces."""
    torch.set_num_threads(1)
    device = case.device_of(number)
    if device.type == "cuda":
        prepare(1, deterministic=True)
    labels = np.where(np.random.default_rng(1).random((IMAGES, CLASSES)) < 0.3, 1, -1).astype(np.int8)
    labels[5:9, 1] = UNKNOWN
    rows = np.arange(case.images)
    state = begin(case.model(number), SPEC)
    state.pieces = pieces
    pictures = InMemory(some_images(IMAGES, 3, SIZE).to(device))
    training = training_on(rows, labels[rows], device)
    epochs = list(fit(state, pictures, training, spec=SPEC, epochs=EPOCHS, entropy=(3,), team=team))
    return FitResult(state.losses, [epoch.pieces for epoch in epochs], _tensors(state))


def _tensors(state: Fit) -> dict[str, Tensor]:
    momenta = {f"momentum {at}.{n}": m for at, group in enumerate(state.optimiser.momenta) for n, m in enumerate(group)}
    # Without what belongs to a process alone: storage is shared with whoever gets it otherwise.
    return {name: tensor.detach().cpu().clone() for name, tensor in (state.model.state_dict() | momenta).items()}


def train_together(case: FitCase, size: int, folder: Path) -> list[FitResult]:
    """Train in as many processes, of which this one is the first; what each came to."""
    meeting, spawn = folder / "meeting", multiprocessing.get_context("spawn")
    others = [
        spawn.Process(target=_take_part, args=(case, number, size, meeting, folder / f"{number}.pt"), daemon=True)
        for number in range(1, size)
    ]
    for other in others:
        other.start()
    with joined(meeting, 0, size, device=case.device_of(0)) as team:
        first = _result(case, 0, team)
    for other in others:
        other.join(patience())
        assert other.exitcode == 0
    return [first, *(FitResult(**torch.load(folder / f"{number}.pt")) for number in range(1, size))]


@contextmanager
def joined(meeting: Path, number: int, size: int, *, device: torch.device) -> Iterator[Team]:
    """A team that ends with the block."""
    team = Team.join(meeting, number, size, device=device, lose=_lose)
    try:
        yield team
    finally:
        team.leave()


def _lose(complaint: str) -> NoReturn:
    raise AssertionError(complaint)


def _result(case: FitCase, number: int, team: Team) -> FitResult:
    try:
        return train(case, number, team=team)
    except OutOfMemory as error:
        return FitResult([], [], {str(error): torch.zeros(0)})


def _take_part(case: FitCase, number: int, size: int, meeting: Path, kept: Path) -> None:
    with joined(meeting, number, size, device=case.device_of(number)) as team:
        torch.save(vars(_result(case, number, team)), kept)
