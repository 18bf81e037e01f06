"""VGG: Simonyan and Zisserman 2014, configuration D, as torchvision builds it, with all five poolings.

The last pooling stays so that a map has as many positions as a ResNet's, and a count of regions means the same.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from campaigns.learning.backbones import Backbone
from campaigns.learning.zoo.torchvision_facts import FACTS
from campaigns.recipe.backbones import Download

if TYPE_CHECKING:
    from torch import nn

VGG16 = FACTS["vgg16"]


def _network() -> "nn.Module":
    import torch
    from torch import fx, nn

    from campaigns.learning.device import load_torchvision
    from campaigns.learning.weights import initialised

    load_torchvision()
    with torch.device("meta"):  # most of its weights are its classifier's, and these are left out
        whole = import_module("torchvision.models").vgg16(weights=None, init_weights=False)
    extraction = import_module("torchvision.models.feature_extraction")
    graph = extraction.create_feature_extractor(whole, {VGG16.node: "maps"}).graph
    output = graph.output_node()
    output.args = (output.args[0]["maps"],)
    # A module of the graph itself: its keys are those of published files and of every model stored under this name.
    network: nn.Module = fx.GraphModule(whole, graph)
    network.to_empty(device=torch.get_default_device())
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            layer.reset_parameters()  # draws as its making does, so that a seed goes on giving what it gave
    return initialised(network)


ENTRIES = (
    Backbone(
        "vgg16", "VGG-16", VGG16.channels, VGG16.stride, VGG16.mean, VGG16.std, _network, VGG16.mib,
        Download(VGG16.first_url, VGG16.licence), ("classifier.",),
        pays_from=64,  # not measured: it is dense like ResNet-101
    ),
)  # fmt: skip
