"""Backbones of torchvision's segmentation networks: strides of the last blocks are dilations, so maps stay finer."""

from collections import OrderedDict
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from campaigns.learning.backbones import Backbone
from campaigns.learning.backbones.resnet import PAYS_FROM, TITLES
from campaigns.learning.zoo.torchvision_facts import FACTS
from campaigns.recipe.backbones import Download

if TYPE_CHECKING:
    from torch import nn

DILATED = {name: FACTS[name] for name in ("resnet50", "resnet101")}
MOBILE = FACTS["mobilenet_v3_large"]


def _dilated(name: str) -> "nn.Module":
    from torch import nn

    from campaigns.learning.device import load_torchvision

    load_torchvision()
    build = getattr(import_module("torchvision.models"), name)
    network: nn.Module = build(weights=None, replace_stride_with_dilation=[False, True, True])
    return nn.Sequential(OrderedDict(part for part in network.named_children() if part[0] not in ("avgpool", "fc")))


def _two_resolutions() -> "nn.Module":
    from campaigns.learning.segmenters import TwoResolutions

    network = import_module("torchvision.models").mobilenet_v3_large(weights=None, dilated=True)
    return TwoResolutions(network.features)


ENTRIES = (
    *(
        Backbone(
            f"deeplab_{name}", f"{TITLES[name]}, dilated", about.channels, 8, about.mean, about.std,
            partial(_dilated, name), about.mib, Download(about.first_url, about.licence), ("fc.",), pays_from=PAYS_FROM,
        )
        for name, about in DILATED.items()
    ),
    Backbone(
        "lraspp_mobilenet_v3_large", "MobileNet v3, two resolutions", 40 + MOBILE.channels, 8, MOBILE.mean, MOBILE.std,
        _two_resolutions, MOBILE.mib, Download(MOBILE.first_url, MOBILE.licence), ("classifier.",),
    ),
)  # fmt: skip
