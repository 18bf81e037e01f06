"""VGG: Simonyan and Zisserman 2014, configuration D: `features` with all five poolings.

The last pooling stays so that a map has as many positions as a ResNet's, and a count of regions means the same.
"""

from collections import OrderedDict
from typing import TYPE_CHECKING

from campaigns.learning.backbones import Backbone
from campaigns.recipe.backbones import Download

if TYPE_CHECKING:
    from torch import nn


def _network() -> "nn.Module":
    from torch import nn

    from campaigns.learning.weights import initialised

    layers: list[nn.Module] = []
    channels = 3
    for width, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(depth):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return initialised(nn.Sequential(OrderedDict(features=nn.Sequential(*layers))))


ENTRIES = (
    Backbone(
        "vgg16", "VGG-16", 512, 32, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225), _network, 57,
        Download(
            "https://download.pytorch.org/models/vgg16-397923af.pth",
            "BSD-3-Clause, as torchvision; trained on ImageNet",
        ),
        ("classifier.",),
        pays_from=64,  # not measured: it is dense like ResNet-101
    ),
)  # fmt: skip
