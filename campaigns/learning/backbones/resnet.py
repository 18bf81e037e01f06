"""ResNets: He et al. 2015, as torchvision builds them, without their global pooling and classifier."""

from collections import OrderedDict
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from campaigns.learning.backbones import Backbone
from campaigns.learning.zoo.torchvision_facts import FACTS
from campaigns.recipe.backbones import Download

if TYPE_CHECKING:
    from torch import nn

TITLES = {
    "resnet18": "ResNet-18", "resnet34": "ResNet-34", "resnet50": "ResNet-50", "resnet101": "ResNet-101",
    "resnet152": "ResNet-152",
}  # fmt: skip


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
        name, title, about.channels, about.stride, about.mean, about.std, partial(_network, name), about.mib,
        # The weights of the papers; the newest are of a later training recipe.
        Download(about.first_url, about.licence), ("fc.",), pays_from=PAYS_FROM,
    )
    for name, title, about in ((name, title, FACTS[name]) for name, title in TITLES.items())
)  # fmt: skip
