"""VGG-16 is torchvision's: the same features of the same weights, keys as they are published, and one seed as ever."""

from collections import OrderedDict
from copy import deepcopy
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from campaigns.learning.device import load_torchvision
from campaigns.learning.weights import build_backbone, initialised
from campaigns.recipe.backbones import BACKBONES, Download

VGG16 = BACKBONES["vgg16"]


@pytest.fixture(scope="module")
def whole() -> Any:
    """torchvision's own VGG-16 with random weights."""
    load_torchvision()
    torch.manual_seed(3)
    return import_module("torchvision.models").vgg16(weights=None).eval()


@pytest.fixture(scope="module")
def ours(whole: Any, tmp_path_factory: pytest.TempPathFactory) -> nn.Module:
    """Our backbone with the weights of a file that torchvision's wrote."""
    path: Path = tmp_path_factory.mktemp("vgg") / "whole.pth"
    torch.save(whole.state_dict(), path)
    network = build_backbone(VGG16, str(path)).eval()
    path.unlink()  # half a GB
    return network


def pictures(height: int, width: int) -> Tensor:
    return torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(height))


@pytest.mark.parametrize(("height", "width"), [(64, 64), (96, 160), (100, 75)])
def test_features_are_those_of_torchvision_to_the_last_bit(
    whole: Any, ours: nn.Module, height: int, width: int
) -> None:
    with torch.no_grad():
        assert torch.equal(ours(pictures(height, width)), whole.features(pictures(height, width)))


def test_gradients_are_those_of_torchvision_to_the_last_bit(whole: Any, ours: nn.Module) -> None:
    for features in (ours.train(), whole.features.train()):
        features.zero_grad()
        features(pictures(64, 64)).square().mean().backward()
    theirs = dict(whole.named_parameters())
    assert [name for name, _ in ours.named_parameters()] == [name for name in theirs if name.startswith("features.")]
    for name, weight in ours.named_parameters():
        assert weight.grad is not None
        assert torch.equal(weight.grad, theirs[name].grad), name


def test_a_copy_computes_the_same(ours: nn.Module) -> None:
    with torch.no_grad():
        assert torch.equal(deepcopy(ours)(pictures(64, 64)), ours(pictures(64, 64)))


def test_random_weights_are_drawn_as_by_its_layers_one_after_the_other() -> None:
    """As they were before it came from torchvision: recipes with `weights = "none"` keep their bytes."""
    torch.manual_seed(7)
    network = build_backbone(VGG16, "none")
    after = torch.random.get_rng_state()
    torch.manual_seed(7)
    layers = import_module("torchvision.models.vgg")
    plain = initialised(nn.Sequential(OrderedDict(features=layers.make_layers(layers.cfgs["D"]))))
    assert torch.equal(after, torch.random.get_rng_state())
    expected = plain.state_dict()
    assert list(network.state_dict()) == list(expected)
    assert all(torch.equal(tensor, expected[key]) for key, tensor in network.state_dict().items())


def test_what_is_known_of_its_weights_is_what_torchvision_knows() -> None:
    load_torchvision()
    published = import_module("torchvision.models").get_model_weights("vgg16").IMAGENET1K_V1
    assert isinstance(VGG16.imagenet, Download)
    assert VGG16.imagenet.url == published.url
    assert (VGG16.mean, VGG16.std) == (tuple(published.transforms().mean), tuple(published.transforms().std))
