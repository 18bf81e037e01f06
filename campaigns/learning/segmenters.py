"""Heads of torchvision's segmentation networks: from features to a class map that is trained place by place."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from campaigns.learning.device import load_torchvision
from campaigns.learning.models import MapModel
from campaigns.learning.pooling import WildcatPool
from campaigns.learning.zoo.stillness import without_draws

load_torchvision()

from torchvision.models.segmentation.deeplabv3 import DeepLabHead  # noqa: E402  its operators have to be loaded first
from torchvision.models.segmentation.lraspp import LRASPPHead  # noqa: E402


class SteadyNorm(nn.BatchNorm2d):
    """Batch normalisation that takes its running statistics where a batch has one value a channel, and so no spread."""

    def forward(self, inputs: Tensor) -> Tensor:
        """Normalise; (B, D, H, W) -> (B, D, H, W)."""
        if self.training and inputs.numel() == inputs.shape[1]:
            return F.batch_norm(inputs, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)
        normalised: Tensor = super().forward(inputs)
        return normalised


class DeepLab(MapModel):
    """DeepLab v3's head: atrous spatial pyramid pooling. What it says of an image is what its best place says."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.network = without_draws(DeepLabHead(channels, classes))
        # The branch that looks at the whole image has one place, and the last batch of an epoch may have one image.
        whole = self.network.get_submodule("0.convs.4")
        assert isinstance(whole, nn.Sequential)
        norm = whole.get_submodule("2")
        assert isinstance(norm, nn.BatchNorm2d)
        whole[2] = SteadyNorm(norm.num_features)
        self.spatial = WildcatPool(1, 0)

    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps; features (B, D, H, W) -> (B, C, H, W)."""
        maps: Tensor = self.network(inputs)
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """Take the best place of each map; (B, C, H, W) -> (B, C)."""
        logits: Tensor = self.spatial(maps)
        return logits


class LrAspp(MapModel):
    """LR-ASPP's head, which joins features of two resolutions. What it says of an image is what its best place says.

    The first `low` channels of its inputs are the finer features; the others the coarser ones, each place of which
    stands there two by two times. With 0 all of them are both.
    """

    def __init__(self, channels: int, classes: int, *, low: int) -> None:
        super().__init__()
        if not 0 <= low < channels:
            raise ValueError(f"low is {low}; the features have {channels} channels")
        self.low = low
        self.network = LRASPPHead(low or channels, channels - low, classes, 128)
        self.spatial = WildcatPool(1, 0)

    def maps(self, inputs: Tensor) -> Tensor:
        """Compute class maps; features (B, D, H, W) -> (B, C, H, W)."""
        fine = inputs[:, : self.low] if self.low else inputs
        coarse = inputs[:, self.low :, ::2, ::2] if self.low else inputs
        maps: Tensor = self.network({"low": fine, "high": coarse})
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """Take the best place of each map; (B, C, H, W) -> (B, C)."""
        logits: Tensor = self.spatial(maps)
        return logits


class TwoResolutions(nn.Module):
    """MobileNet v3 as LR-ASPP reads it: features of two depths, the coarser ones spread to the places of the finer."""

    def __init__(self, features: nn.Sequential) -> None:
        super().__init__()
        self.features = features
        strided = [0, *(at for at, block in enumerate(features) if getattr(block, "_is_cn", False)), len(features) - 1]
        self.fine = strided[-4]
        """The place of the layer whose features are the finer ones."""

    def forward(self, pictures: Tensor) -> Tensor:
        """Compute features; (B, 3, H, W) -> (B, fine + coarse, H / 8, W / 8)."""
        fine = x = pictures
        for at, block in enumerate(self.features):
            x = block(x)
            if at == self.fine:
                fine = x
        height, width = fine.shape[2:]
        spread = x.repeat_interleave(2, dim=2)[:, :, :height].repeat_interleave(2, dim=3)[:, :, :, :width]
        return torch.cat([fine, spread], dim=1)
