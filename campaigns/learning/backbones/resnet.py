"""ResNets: He et al. 2015, as torchvision builds them, without their global pooling and classifier."""

from collections import OrderedDict
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from campaigns.learning.backbones import Backbone
from campaigns.recipe.backbones import Download

if TYPE_CHECKING:
    from torch import nn

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
URL = "https://download.pytorch.org/models"
LICENCE = "BSD-3-Clause, as torchvision; trained on ImageNet"
# torchvision's IMAGENET1K_V1, the weights of the papers; V2 is a later training recipe.
KNOWN = (
    ("resnet18", "ResNet-18", 512, 43, "resnet18-f37072fd.pth"),
    ("resnet34", "ResNet-34", 512, 82, "resnet34-b627a593.pth"),
    ("resnet50", "ResNet-50", 2048, 90, "resnet50-0676ba61.pth"),
    ("resnet101", "ResNet-101", 2048, 163, "resnet101-63fe2227.pth"),
    ("resnet152", "ResNet-152", 2048, 223, "resnet152-394f9c45.pth"),
)


def _network(name: str) -> "nn.Module":
    from torch import nn

    from campaigns.learning.device import load_torchvision

    load_torchvision()
    network: nn.Module = import_module("torchvision.models").get_model(name, weights=None)
    return nn.Sequential(OrderedDict(part for part in network.named_children() if part[0] not in ("avgpool", "fc")))


# Measured for ResNet-101 at 224 and 448 pixels on a processor with units for bfloat16; the others are taken to be like
# it. Below 64 pixels a step is taken to be over before the conversions have paid. No GPU was measured.
PAYS_FROM = 64

ENTRIES = tuple(
    Backbone(
        name, title, channels, 32, MEAN, STD, partial(_network, name), mib,
        Download(f"{URL}/{file}", LICENCE), ("fc.",), pays_from=PAYS_FROM,
    )
    for name, title, channels, mib, file in KNOWN
)  # fmt: skip
