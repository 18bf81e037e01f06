"""A network of timm up to its last feature map."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from torch import Tensor, nn

from campaigns.learning.zoo.stillness import without_draws

SIZES: tuple[Mapping[str, Any], ...] = (
    {"dynamic_img_size": True, "dynamic_img_pad": True}, {"strict_img_size": False}, {},
)  # fmt: skip
"""How families let pictures have another size than the one a network was made for; the last takes what it gets."""


class TimmMaps(nn.Module):
    """A network whose output is its last feature map, normalised where the network normalises it."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: Tensor) -> Tensor:
        """Compute features; (B, 3, H, W) -> (B, channels, H / stride, W / stride)."""
        last: Tensor = self.network.forward_intermediates(
            pictures, indices=1, norm=True, output_fmt="NCHW", intermediates_only=True
        )[-1]
        return last


def created(name: str) -> Any:
    """Return timm's network of that name, without a classifier and with random weights. torchvision is loaded."""
    timm = import_module("timm")
    for sizes in SIZES[:-1]:
        try:
            return without_draws(timm.create_model(name, pretrained=False, num_classes=0, **sizes))
        except TypeError:  # its family has no such argument
            continue
    return without_draws(timm.create_model(name, pretrained=False, num_classes=0, **SIZES[-1]))
