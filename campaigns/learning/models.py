"""Weakly supervised models: a backbone, one 1x1 convolution to class maps, and pooling to class scores."""

import functools
from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.pooling import ClassWisePool, FoldedPool, MeanPool, WildcatPool
from campaigns.learning.weights import build_backbone
from campaigns.recipe import ModelSpec
from campaigns.recipe.backbones import Triple
from campaigns.recipe.heads import HEADS

DTYPES: Mapping[str, torch.dtype] = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
"""What a frozen recipe's `run.precision` means."""


class MapModel(nn.Module):
    """What training and scoring work on: inputs become class maps, class maps become logits."""

    if TYPE_CHECKING:

        def __call__(self, inputs: Tensor) -> Tensor:
            """Compute logits, as `forward`; torch leaves the type open."""

    precision: torch.dtype = torch.float32
    """What a backbone computes in. The head always computes in float32: criteria rank by small differences of it."""

    @abstractmethod
    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps, before spatial pooling; inputs of B images -> (B, C, H, W)."""

    @abstractmethod
    def pool(self, maps: Tensor) -> Tensor:
        """Pool class maps into logits; (B, C, H, W) -> (B, C)."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Compute logits; inputs of B images -> (B, C)."""
        return self.pool(self.maps(inputs))

    def folded(self) -> "MapModel":
        """Return the smallest model that gives the same logits after every step, where nothing below it trains."""
        return self


class WeakHead(MapModel):
    """The trained part above the backbone; its inputs are features (B, D, H, W), fresh or from a cache.

    One 1x1 convolution with bias and torch's default start, then an average over the maps of each class where there
    is more than one (WILDCAT), then spatial pooling. Nothing else: no normalisation, no rectifier, no dropout.
    """

    def __init__(
        self,
        channels: int,
        classes: int,
        *,
        spatial: WildcatPool | MeanPool,
        classwise: ClassWisePool | FoldedPool | None,
    ) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, classes * (classwise.maps if classwise else 1), kernel_size=1)
        self.classwise = classwise
        self.spatial = spatial

    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps; features (B, D, H, W) -> (B, C, H, W)."""
        maps: Tensor = self.convolution(inputs)  # (B, C*M, H, W)
        if self.classwise is not None:
            maps = self.classwise(maps)  # (B, C, H, W)
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """Pool class maps into logits; (B, C, H, W) -> (B, C)."""
        logits: Tensor = self.spatial(maps)
        return logits

    def folded(self) -> "WeakHead":
        """Return the head with one map a class, the mean of those it has; itself when it has no more."""
        if not isinstance(self.classwise, ClassWisePool):
            return self
        maps, convolution = self.classwise.maps, self.convolution
        head = WeakHead(
            convolution.in_channels, convolution.out_channels // maps, spatial=self.spatial,
            classwise=self.classwise.folded(),
        ).to(convolution.weight)  # fmt: skip
        with torch.no_grad():
            for mean, each in zip(head.convolution.parameters(), convolution.parameters(), strict=True):
                mean.copy_(each.view(-1, maps, *each.shape[1:]).mean(dim=1))  # (C*M, ...) -> (C, ...)
        return head


class WeakModel(MapModel):
    """Backbone and head; its inputs are normalised pictures (B, 3, H, W)."""

    def __init__(self, backbone: nn.Module, head: MapModel) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head

    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps; pictures (B, 3, H, W) -> (B, C, H / stride, W / stride)."""
        with torch.autocast(inputs.device.type, self.precision, enabled=self.precision is not torch.float32):
            features = self.backbone(inputs)
        return self.head.maps(features.to(torch.float32))

    def pool(self, maps: Tensor) -> Tensor:
        """Pool class maps into logits; (B, C, H, W) -> (B, C)."""
        return self.head.pool(maps)


def build_head(spec: ModelSpec, classes: int, channels: int) -> MapModel:
    """Return the head that a recipe asks for; random, from torch's generator, so seed that first."""
    head: MapModel = HEADS[spec.kind].build(spec.options, classes, channels)
    return head


def build_model(spec: ModelSpec, classes: int) -> WeakModel:
    """Build the model that a recipe asks for; what is random in it is from torch's generator, so seed that first.

    The head is drawn before the backbone: one seed gives one head, whether it trains on top of a backbone or alone
    on cached features, and whatever a backbone draws before its weights are loaded.

    Raises:
        NoWeights: when the backbone's weights are not to be had, or belong to another network.
    """
    backbone = BACKBONES[spec.backbone]
    head = build_head(spec, classes, backbone.channels)
    return WeakModel(build_backbone(backbone, spec.weights), head)


def halved(backbone: nn.Module) -> nn.Module:
    """Return a backbone with maps of half the resolution, (B, D, ⌈H / 2⌉, ⌈W / 2⌉): the mean of each 2 × 2 places."""
    return nn.Sequential(backbone, nn.AvgPool2d(2, ceil_mode=True))


def normalise(pixels: Tensor, mean: Triple, std: Triple) -> Tensor:
    """RGB bytes as a backbone wants them; (B, H, W, 3) uint8 -> (B, 3, H, W) float32, channels last in memory.

    `mean` and `std` are on the scale from 0 to 1. Runs where the pixels are, and copies them once.
    """
    pictures = pixels.permute(0, 3, 1, 2).to(torch.float32)  # (B, 3, H, W)
    centre, spread = _scale(mean, std, pixels.device)
    return pictures.sub_(centre).div_(spread)


@functools.cache
def _scale(mean: Triple, std: Triple, device: torch.device) -> tuple[Tensor, Tensor]:
    """Made once: a copy to a GPU in every batch would wait for all that is queued there."""
    with torch.inference_mode(mode=False):
        centre, spread = torch.tensor((mean, std), device=device).mul(255).view(2, 3, 1, 1)
        return centre, spread


def parameter_groups(model: MapModel, lr: float, lrp: float) -> list[dict[str, Any]]:
    """Return what the optimiser updates: the backbone at `lr * lrp` and the head at `lr`; a lone head is one group."""
    if not isinstance(model, WeakModel):
        return [{"params": list(model.parameters()), "lr": lr}]
    return [
        {"params": list(model.backbone.parameters()), "lr": lr * lrp},
        {"params": list(model.head.parameters()), "lr": lr},
    ]
