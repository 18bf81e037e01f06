"""Any classifier of torchvision that has feature maps, cut after the last of them.

What is known of each is written down in `torchvision_facts`, so that nobody has to load torchvision to read a recipe.
"""

import re
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, simplefilter

from campaigns.errors import NoSuchName, none_such
from campaigns.learning.zoo.torchvision_facts import FACTS
from campaigns.recipe.backbones import Backbone, Download

if TYPE_CHECKING:
    from torch import Tensor, nn

CLASSIFIERS = ("classifier.", "fc.", "head.", "aux1.", "aux2.", "AuxLogits.")
"""What the keys start with that published files have and a network cut after its maps has not."""
WITHOUT_MAPS = ("vit_", "maxvit_")
"""What the names of classifiers start with that give tokens, or whose graph is one for a single size of pictures."""
TIMM = "timm:vit_base_patch16_224, timm:maxvit_tiny_tf_224"
ARGUMENTS: dict[str, dict[str, Any]] = {
    # Their published weights were not trained on torchvision's normalisation: the network undoes it.
    "googlenet": {"transform_input": True, "init_weights": True},
    "inception_v3": {"transform_input": True, "init_weights": True},
}
"""What the weights' own builders set, by name."""
_OLD_DENSE = re.compile(r"(.*denselayer\d+\.(?:norm|relu|conv))\.([12]\..+)")
"""Keys of DenseNets as they were named when their files were published."""


@cache
def find(name: str) -> Backbone:
    """Return the backbone that torchvision has by that name.

    Raises:
        NoSuchName: it has none, or one without feature maps.
    """
    if name.startswith(WITHOUT_MAPS):
        raise NoSuchName(f"torchvision's {name} has no feature maps", hint=f"timm's networks have them: {TIMM}")
    if name not in FACTS:
        raise none_such("torchvision classifier", name, tuple(FACTS))
    facts = FACTS[name]
    return Backbone(
        f"torchvision:{name}", f"torchvision's {name}", facts.channels, facts.stride, facts.mean, facts.std,
        partial(_network, name, facts.node), facts.mib, Download(facts.url, facts.licence), CLASSIFIERS, facts.size,
        pays_from=None,  # not measured
        sides=facts.sides, rename=rename,
    )  # fmt: skip


def rename(key: str) -> str:
    """Return the key of a published file as it is in our network."""
    return "network." + _OLD_DENSE.sub(r"\1\2", key)


def _network(name: str, node: str) -> "nn.Module":
    from campaigns.learning.device import load_torchvision
    from campaigns.learning.zoo.stillness import without_draws

    load_torchvision()
    network: nn.Module = import_module("torchvision.models").get_model(name, weights=None, **ARGUMENTS.get(name, {}))
    return cut(without_draws(network), node)


def cut(network: "nn.Module", node: str) -> "nn.Module":
    """Return the network up to a node of its graph, which has to give maps (B, channels, H, W)."""
    from torch import nn

    extraction = import_module("torchvision.models.feature_extraction")
    with catch_warnings():
        # That training has outputs more, which the cut removes; and that `node` has to stand above them, which it does.
        simplefilter("ignore", UserWarning)
        traced = extraction.create_feature_extractor(network, {node: "maps"})

    class TorchvisionMaps(nn.Module):
        """A classifier of torchvision up to its last feature map."""

        def __init__(self) -> None:
            super().__init__()
            self.network = traced

        def forward(self, pictures: "Tensor") -> "Tensor":
            """Compute features; (B, 3, H, W) -> (B, channels, H / stride, W / stride)."""
            maps: Tensor = self.network(pictures)["maps"]
            return maps

    return TorchvisionMaps()
