"""A child process that learns what is to be known of a network: `python -m campaigns.learning.zoo.timm_probe NAME`.

It prints the facts as JSON, or on two lines what is wrong and what to do, and then ends with 3.
"""

import json
import math
import sys
from dataclasses import asdict
from importlib import import_module

import torch
from torch import nn

from campaigns.errors import NoSuchName, nearest
from campaigns.home.network_facts import NetworkFacts
from campaigns.learning.device import load_torchvision
from campaigns.learning.zoo.from_timm import REFUSED
from campaigns.learning.zoo.timm_network import TimmMaps, created

SMALL = (32, 64, 96, 128)
"""Sides that are tried, in pixels, besides the one that a network was made for."""
FURTHER = 320
"""Pixels by which a picture is made larger to see how much larger its map becomes."""


def facts_of(name: str) -> NetworkFacts:
    """Return what is known of a network from its configuration and from a pass without values.

    Raises:
        NoSuchName: timm has none of that name, or it has no feature maps.
    """
    load_torchvision()
    timm = import_module("timm")
    if not timm.is_model(name):
        architecture = name.partition(".")[0]
        raise NoSuchName(f"timm has no model {name!r}", hint=nearest(architecture, timm.list_models()))
    with torch.device("meta"):
        network = created(name).eval()
    about = network.pretrained_cfg
    if not hasattr(network, "forward_intermediates"):
        raise NoSuchName(f"timm's {name} has no feature maps", hint="take another: timm:convnext_atto")
    maps = TimmMaps(network)
    size = int(about["input_size"][1])
    shape = _map_of(maps, size)
    if len(shape) != 4:
        raise NoSuchName(f"timm's {name} has no feature maps", hint="take another: timm:convnext_atto")
    taken = [side for side in SMALL if _takes(maps, side)]
    is_free = bool(taken) and _takes(maps, size + FURTHER)
    further = _map_of(maps, size + FURTHER)[2] - shape[2] if is_free else 0
    classifier = about.get("classifier") or ()
    return NetworkFacts(
        channels=shape[1],
        stride=round(FURTHER / further) if further else size // shape[2],
        size=size,
        least=min(taken) if is_free else size,
        most=1 << 30 if is_free else size,
        mib=math.ceil(sum(tensor.nbytes for tensor in network.state_dict().values()) / 2**20),
        mean=tuple(about["mean"]),
        std=tuple(about["std"]),
        licence=about.get("license") or "",
        hub=about.get("hf_hub_id") or "",
        classifier=tuple(f"{key}." for key in ((classifier,) if isinstance(classifier, str) else classifier)),
    )


def _map_of(maps: nn.Module, side: int) -> tuple[int, ...]:
    with torch.no_grad():
        return tuple(maps(torch.zeros(1, 3, side, side, device="meta")).shape)


def _takes(maps: nn.Module, side: int) -> bool:
    try:
        _map_of(maps, side)
    except (RuntimeError, AssertionError):  # networks refuse a size in either way
        return False
    return True


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(asdict(facts_of(sys.argv[1]))))
    except NoSuchName as mistake:
        sys.stdout.write(f"{mistake.message}\n{mistake.hint}")
        sys.exit(REFUSED)
