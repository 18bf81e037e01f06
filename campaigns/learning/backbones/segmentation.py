"""Backbones of torchvision's segmentation networks: strides of the last blocks are dilations, so maps stay finer."""

from collections import OrderedDict
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from campaigns.learning.backbones import Backbone
from campaigns.learning.backbones.resnet import KNOWN, LICENCE, MEAN, PAYS_FROM, STD, URL
from campaigns.recipe.backbones import Download

if TYPE_CHECKING:
    from torch import nn


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
            f"deeplab_{name}", f"{title}, dilated", channels, 8, MEAN, STD, partial(_dilated, name), mib,
            Download(f"{URL}/{file}", LICENCE), ("fc.",), pays_from=PAYS_FROM,
        )
        for name, title, channels, mib, file in KNOWN
        if name in ("resnet50", "resnet101")
    ),
    Backbone(
        "lraspp_mobilenet_v3_large", "MobileNet v3, two resolutions", 40 + 960, 8, MEAN, STD, _two_resolutions, 12,
        Download(f"{URL}/mobilenet_v3_large-8738ca79.pth", LICENCE), ("classifier.",),
    ),
)  # fmt: skip
