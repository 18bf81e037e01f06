"""Backbones: what is known of each before torch is loaded, and where they are found.

Each of ours is a file of `campaigns.learning.backbones`. It says the facts and holds the function that makes the
network; torch is imported inside that function, so that recipes, forms and the station read the facts without it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaigns.core.registry import Registry

Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Download:
    """Weights that are fetched once and kept in torch's own cache."""

    url: str
    """Its last part ends in -<start of its sha256>."""
    licence: str


@dataclass(frozen=True, slots=True)
class Packaged:
    """Weights that are a Python package."""

    package: str
    """What is imported."""
    path: Callable[[], Path]
    """Where they lie; asked only where the package is there."""
    install: str
    """What pip is given."""
    licence: str


@dataclass(frozen=True, slots=True, eq=False)
class Backbone:
    """A network from pictures (B, 3, H, W) to features (B, channels, H / stride, W / stride), rounded up or down.

    It draws no random numbers while it computes, also not in training mode: a training step depends on its inputs only.
    """

    name: str
    title: str
    """For a person: `ResNet-101`."""
    channels: int
    stride: int
    """Pixels of the picture between two neighbouring positions of the map."""
    mean: Triple
    std: Triple
    """With `mean`, what pictures are normalised with: RGB on the scale from 0 to 1."""
    architecture: Callable[[], Any]
    """Makes it, a `torch.nn.Module`, with random weights from torch's generator. Its keys are those of `imagenet`."""
    weights_mib: int
    """Size of its weights, rounded up: what checkpoints take room for."""
    imagenet: Download | Packaged | None = None
    """Its ImageNet weights; None when there are none."""
    classifier: tuple[str, ...] = ()
    """What the keys start with that published files have and we leave out."""
    size: int = 224
    """Side of the pictures it was made for, in pixels; it takes others."""
    precisions: tuple[str, ...] = field(default=("float32", "bfloat16", "float16"), kw_only=True)
    """What it can be trained in."""
    pays_from: int | None = field(default=None, kw_only=True)
    """Side of an image, in pixels, from which on training it gains half its time or more from a lower precision; None:
    at no size."""

    def __str__(self) -> str:
        return self.name


BACKBONES: Registry[Backbone] = Registry(
    "backbone",
    Backbone,
    package="campaigns.learning.backbones",
    group="alwsl_tui.backbones",
    first=("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vgg16", "efficientnet_lite0", "tiny"),
)
"""Everything that `model.backbone` may name."""
