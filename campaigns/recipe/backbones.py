"""Backbones: what is known of each before torch is loaded, and where they are found.

Each of ours is a file of `campaigns.learning.backbones`. It says the facts and holds the function that makes the
network; torch is imported inside that function, so that recipes, forms and the station read the facts without it.
Those of another library are `LIBRARY:NAME`; a file of `campaigns.learning.zoo` finds the facts of any of them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from campaigns.core.registry import Registry
from campaigns.errors import AlwslError, none_such

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


@dataclass(frozen=True, slots=True)
class Cached:
    """Weights that another library has fetched into its own cache; this program never fetches them."""

    hub: str
    """Where they are published, `OWNER/NAME`."""
    path: Callable[[], Path]
    """Where they lie; raises NoWeights where they have not been fetched."""
    licence: str

    def has(self, path: Path) -> bool:
        """Return whether a file is one of these in the library's cache, of whatever revision."""
        return f"models--{self.hub.replace('/', '--')}" in path.parts


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
    imagenet: Download | Packaged | Cached | None = None
    """Its published weights, mostly of ImageNet; None when there are none."""
    classifier: tuple[str, ...] = ()
    """What the keys start with that published files have and we leave out."""
    size: int = 224
    """Side of the pictures it was made for, in pixels; it takes others."""
    precisions: tuple[str, ...] = field(default=("float32", "bfloat16", "float16"), kw_only=True)
    """What it can be trained in."""
    pays_from: int | None = field(default=None, kw_only=True)
    """Side of an image, in pixels, from which on training it gains half its time or more from a lower precision; None:
    at no size."""

    sides: tuple[int, int] = field(default=(1, 1 << 30), kw_only=True)
    """Smallest and largest side of pictures that it takes, in pixels."""
    rename: Callable[[str], str] = field(default=str, kw_only=True)
    """From a key of a published file to the network's own."""

    def __str__(self) -> str:
        return self.name


LIBRARIES: Mapping[str, str] = {
    "torchvision": "campaigns.learning.zoo.from_torchvision",
    "timm": "campaigns.learning.zoo.from_timm",
}
"""Modules whose `find(name)` returns a backbone of a library, by the library's name."""


class BackboneRegistry(Registry[Backbone]):
    """Backbones by name, and any of a library by `LIBRARY:NAME`: these are too many to be listed."""

    def require(self, name: str) -> Backbone:
        """Return the backbone of that name.

        Raises:
            NoSuchName: there is none; the hint names the nearest.
            BadPackage: as `[]`, or the library is not installed.
        """
        return _of_library(name) if ":" in name else super().require(name)

    def hint(self, name: str) -> str:
        """Return why there is no backbone of that name in its library, or the nearest name of those that are listed."""
        if ":" not in name:
            return super().hint(name)
        try:
            return f"{_of_library(name)} is one"
        except AlwslError as error:
            return f"{error.message}: {error.hint}"

    def __getitem__(self, name: str) -> Backbone:
        if ":" not in name:
            return super().__getitem__(name)
        try:
            return _of_library(name)
        except AlwslError as error:
            raise KeyError(name) from error

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str) or ":" not in name:
            return super().__contains__(name)
        try:
            _of_library(name)
        except AlwslError:
            return False
        return True


def _of_library(name: str) -> Backbone:
    library, _, own = name.partition(":")
    if library not in LIBRARIES:
        raise none_such("library of backbones", library, tuple(LIBRARIES))
    backbone: Backbone = import_module(LIBRARIES[library]).find(own)
    return backbone


BACKBONES: Registry[Backbone] = BackboneRegistry(
    "backbone",
    Backbone,
    package="campaigns.learning.backbones",
    group="alwsl_tui.backbones",
    first=(
        "resnet18",
        "resnet34",
        "resnet50",
        "resnet101",
        "resnet152",
        "vgg16",
        "efficientnet_lite0",
        "efficientnet_lite1",
        "efficientnet_lite2",
        "tiny",
        "deeplab_resnet50",
        "deeplab_resnet101",
        "lraspp_mobilenet_v3_large",
    ),
)
"""Everything that `model.backbone` may name, and on asking all that the libraries have."""
