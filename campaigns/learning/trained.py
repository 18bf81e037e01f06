"""A trained model in a person's hands: pictures in, probabilities and labels out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from campaigns.errors import BadData
from campaigns.home.model_file import ModelDescription
from campaigns.learning.models import WeakModel
from campaigns.learning.photographs import Photographs
from campaigns.learning.scoring import batches
from campaigns.recipe.tasks import TASKS
from campaigns.selection.scores import Link, softmax

HALF = 0.5
"""From this probability on a class is called present where no threshold was chosen."""


class FrozenModel(WeakModel):
    """A head that was trained on the feature maps of a frozen backbone, which were kept in 16 bits."""

    is_rounding = True
    """Features are rounded as they were then; without it, a probability differs by some 0.0001."""

    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps; pictures (B, 3, H, W) -> (B, C, H / stride, W / stride)."""
        features = self.backbone(inputs)
        if self.is_rounding:
            features = features.to(torch.float16).to(torch.float32)
        return self.head.maps(features)


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """What a model says of one picture."""

    path: Path
    logits: NDArray[np.float32]
    """(C,)"""
    maps: NDArray[np.float32] | None
    """(C, H, W) class maps, where they were asked for: how much each place speaks for each class."""
    link: Link = "sigmoid"
    """What probabilities of the logits are."""
    problem: BadData | None = None
    """Why the picture could not be read; its numbers are those of a black one and mean nothing."""

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """(C,) in [0, 1]: of each class by itself, or of all together, of which one is there."""
        return probabilities_of(self.logits, self.link)


class TrainedModel:
    """A model with what has to be known to use it. Computes on the device that it was loaded on."""

    def __init__(self, model: WeakModel, description: ModelDescription, device: torch.device) -> None:
        self.model = model.to(device).eval()
        self.description = description
        self.device = device

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes, in the order of the outputs."""
        return self.description.classes

    @property
    def link(self) -> Link:
        """What probabilities of its logits are."""
        return TASKS[self.description.task].link

    @property
    def thresholds(self) -> dict[str, float]:
        """From which probability on each class is called present: as chosen on held-out images, else 0.5.

        None for a model that finds exactly one class in each picture.
        """
        if self.link == "softmax":
            return {}
        chosen = self.description.thresholds
        return {name: chosen[name].value if name in chosen else HALF for name in self.classes}

    def predict(
        self, paths: Sequence[str | PathLike[str]], *, has_maps: bool = False, batch_size: int = 16
    ) -> Iterator[Prediction]:
        """Yield what the model says of each picture, in the order given, as soon as its batch has been computed.

        A picture that cannot be read has a `problem`; the others go on.

        Raises:
            NoNumber: a score is NaN or infinite.
            OutOfMemory: not even one picture at a time fits.
        """
        files = [Path(path) for path in paths]
        photographs = Photographs(files, self.description.preparation, self.device)

        def look(pictures: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
            maps = self.model.maps(pictures)  # (B, C, H, W)
            return self.model.pool(maps).cpu().numpy(), maps.cpu().numpy() if has_maps else None

        rows = np.arange(len(files))
        for part, (logits, maps) in batches(self.model, photographs, rows, look, batch_size=batch_size):
            for at, row in enumerate(range(part.start, part.start + len(logits))):
                problem = photographs.problems.pop(row, None)
                yield Prediction(files[row], logits[at], None if maps is None else maps[at], self.link, problem)

    def labels(self, prediction: Prediction, thresholds: Mapping[str, float] | None = None) -> tuple[str, ...]:
        """Return the classes that a picture shows, by the model's own thresholds or by those given.

        Where a picture shows exactly one class, it is the most probable one, of equal ones the first.
        """
        if self.link == "softmax":
            return (self.classes[int(prediction.logits.argmax())],)
        from_ = self.thresholds if thresholds is None else thresholds
        pairs = zip(self.classes, prediction.probabilities, strict=True)
        return tuple(name for name, probability in pairs if probability >= from_[name])


def probabilities_of(logits: NDArray[np.floating], link: Link = "sigmoid") -> NDArray[np.float64]:
    """Return probabilities in float64, for any finite logits.

    1 / (1 + exp(-logit)), of any shape; with softmax exp(logit) over its sum along the first axis, (C, ...).
    """
    if link == "softmax":
        rows = np.moveaxis(logits, 0, -1).reshape(-1, len(logits))
        return np.moveaxis(softmax(rows).reshape(*logits.shape[1:], len(logits)), -1, 0)
    half: NDArray[np.float64] = np.tanh(logits.astype(np.float64) / 2)
    return (1 + half) / 2
