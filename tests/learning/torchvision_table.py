"""Writes the table of torchvision's classifiers: `python -m tests.learning.torchvision_table`."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

import pytest
import torch

from campaigns.learning.device import load_torchvision
from campaigns.learning.zoo import from_torchvision, torchvision_facts
from campaigns.learning.zoo.from_torchvision import WITHOUT_MAPS
from campaigns.learning.zoo.torchvision_facts import IMAGENET, LICENCE, URL, TorchvisionFacts

NODES = {
    "densenet": "relu", "googlenet": "inception5b", "inception": "Mixed_7c", "mnasnet": "layers",
    "regnet": "trunk_output", "resnet": "layer4", "resnext": "layer4", "wide": "layer4", "shufflenet": "conv5",
    "swin": "permute",
}  # fmt: skip
"""Node of the graph whose output is the last feature map, by the start of a name; `features` where none is named."""
SMALL = (32, 64, 96, 128)
"""Sides that are tried, in pixels, besides the one that a classifier was made for."""
FURTHER = 320
"""Pixels by which a picture is made larger to see how much larger its map becomes."""
MARK = "FACTS: Mapping[str, TorchvisionFacts] = {\n"


def models() -> Any:
    """Return `torchvision.models`."""
    load_torchvision()
    return import_module("torchvision.models")


def names() -> list[str]:
    """Return the names of all its classifiers that can be cut after a feature map."""
    own = models()
    return [name for name in own.list_models(module=own) if not name.startswith(WITHOUT_MAPS)]


def facts_of(name: str) -> TorchvisionFacts:
    """Compute what is known of a classifier from its published weights and from a pass without values."""
    published = models().get_model_weights(name)
    weights = published.DEFAULT
    preset = weights.transforms()
    (size,) = preset.crop_size
    node = next((node for start, node in NODES.items() if name.startswith(start)), "features")
    with catch_warnings(), torch.device("meta"), _widths_with_values():
        simplefilter("ignore")
        whole = models().get_model(name, weights=None, **from_torchvision.ARGUMENTS.get(name, {}))
        network = from_torchvision.cut(whole, node).eval()
        channels, side = _map_of(network, size)
        taken = [small for small in SMALL if _takes(network, small)]
    mib = sum(tensor.nbytes for tensor in network.state_dict().values()) / 2**20
    return TorchvisionFacts(
        channels=channels,
        stride=round(FURTHER / (_map_of(network, size + FURTHER)[1] - side)) if taken else size // side,
        size=size,
        mib=math.ceil(mib),
        node=node,
        file=weights.url.removeprefix(URL + "/"),
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        licence=weights.meta.get("license", LICENCE),
        sides=(min(taken), 1 << 30) if taken else (size, size),
        older=older_file(published),
    )


def older_file(published: Any) -> str:
    """Return the file of the weights IMAGENET1K_V1 of a classifier where these are not its newest ones."""
    first = getattr(published, "IMAGENET1K_V1", published.DEFAULT)
    return "" if first is published.DEFAULT else str(first.url).removeprefix(URL + "/")


@contextmanager
def _widths_with_values() -> Iterator[None]:
    """Inside, RegNets compute their widths, which they do with tensors, where tensors have values."""
    params = import_module("torchvision.models.regnet").BlockParams
    with_tensors = params.from_init_params

    def with_values(*args: Any, **kwargs: Any) -> Any:
        with torch.device("cpu"):
            return with_tensors(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(params, "from_init_params", with_values)
        yield


def _map_of(network: torch.nn.Module, side: int) -> tuple[int, int]:
    """Return channels and side of the map of a picture."""
    _, channels, height, _ = network(torch.zeros(1, 3, side, side, device="meta")).shape
    return channels, height


def _takes(network: torch.nn.Module, side: int) -> bool:
    try:
        _map_of(network, side)
    except RuntimeError:
        return False
    return True


def rows() -> Iterator[str]:
    """Yield a line of the table for each."""
    for name in names():
        facts = facts_of(name)
        row = [facts.channels, facts.stride, facts.size, facts.mib, facts.node, facts.file]
        more = [f"licence={facts.licence!r}"] if facts.licence != LICENCE else []
        more += [f"mean={facts.mean}, std={facts.std}"] if (facts.mean, facts.std) != IMAGENET else []
        more += [f"sides={facts.sides}"] if facts.sides != (32, 1 << 30) else []
        more += [f"older={facts.older!r}"] if facts.older else []
        yield f"    {name!r}: TorchvisionFacts({', '.join([*map(repr, row), *more])}),\n"


if __name__ == "__main__":
    path = Path(str(torchvision_facts.__file__))
    head, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
    path.write_text(head + mark + "".join(rows()) + "}\n", encoding="utf-8")
