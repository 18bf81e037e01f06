"""Any classifier of torchvision as a backbone: what is written down of it is what it is."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from warnings import catch_warnings, simplefilter

import pytest
import torch
from torch import nn

from campaigns.errors import BadRecipe, NoSuchName
from campaigns.learning.device import load_torchvision
from campaigns.learning.weights import build_backbone
from campaigns.learning.zoo import from_torchvision
from campaigns.learning.zoo.torchvision_facts import FACTS
from campaigns.recipe import load_recipe
from campaigns.recipe.backbones import BACKBONES, Backbone, Download
from tests.learning.torchvision_table import facts_of, names, older_file

SMALL = "squeezenet1_1"
FAMILIES = (
    "alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "efficientnet_v2_s", "googlenet", "inception_v3",
    "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small",
    "regnet_y_400mf", "resnext50_32x4d", "shufflenet_v2_x0_5", "swin_t",
    "swin_v2_t", "vgg11_bn", "wide_resnet50_2",
)  # fmt: skip
FEW = {"mobilenet_v3_small", "swin_t"}
"""One whose maps have channels first, and one whose have them last."""


def backbone_of(name: str) -> Backbone:
    return BACKBONES.require(f"torchvision:{name}")


def require_laws(backbone: Backbone) -> nn.Module:
    """Hold a backbone to what those in the registry are held to; returns its network."""
    side = backbone.size if backbone.sides[0] == backbone.size else max(backbone.sides[0], 64)
    networks: list[nn.Module] = []
    for _ in range(2):
        torch.manual_seed(7)
        networks.append(backbone.architecture())
    first, second = (network.state_dict() for network in networks)
    assert all(torch.equal(first[key], second[key]) for key in first)
    size = sum(tensor.nbytes for tensor in first.values()) / 2**20
    assert size <= backbone.weights_mib <= size * 1.05 + 1
    before = torch.random.get_rng_state()
    features = networks[0].train()(torch.zeros(2, 3, side, side))
    assert torch.equal(before, torch.random.get_rng_state())
    assert features.shape[:2] == (2, backbone.channels)
    assert features.isfinite().all()
    features.sum().backward()
    return networks[1]


def require_published_keys(name: str, network: nn.Module) -> None:
    """A file of the classifier as torchvision has it has the network's keys and shapes, and its classifier's."""
    load_torchvision()
    models = import_module("torchvision.models")
    with catch_warnings():
        simplefilter("ignore")
        published = models.get_model(name, weights=None, **from_torchvision.ARGUMENTS.get(name, {})).state_dict()
    kept = {
        from_torchvision.rename(key): tensor.shape
        for key, tensor in published.items()
        if not key.startswith(from_torchvision.CLASSIFIERS)
    }
    assert {key: tensor.shape for key, tensor in network.state_dict().items()} == kept


def test_facts_of_a_small_one_are_those_of_torchvision_and_it_keeps_the_laws() -> None:
    assert facts_of(SMALL) == FACTS[SMALL]
    require_published_keys(SMALL, require_laws(backbone_of(SMALL)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.long) for name in FAMILIES]
)
def test_each_family_keeps_the_laws_of_backbones_and_takes_its_published_files(name: str) -> None:
    require_published_keys(name, require_laws(backbone_of(name)))


@pytest.mark.slow
def test_the_table_names_every_classifier_of_torchvision_with_its_newest_weights() -> None:
    assert list(FACTS) == names()
    load_torchvision()
    models = import_module("torchvision.models")
    for name, facts in FACTS.items():
        weights = models.get_model_weights(name).DEFAULT
        assert weights.url == facts.url
        assert older_file(models.get_model_weights(name)) == facts.older
        assert (*weights.transforms().mean, *weights.transforms().std) == (*facts.mean, *facts.std)
        assert weights.meta.get("license", facts.licence) == facts.licence


@pytest.mark.slow
@pytest.mark.long
def test_the_whole_table_is_what_torchvision_has() -> None:
    assert {name: facts_of(name) for name in names()} == FACTS


def test_old_names_of_a_densenets_layers_are_known() -> None:
    old = "features.denseblock1.denselayer12.norm.1.running_mean"
    assert from_torchvision.rename(old) == "network.features.denseblock1.denselayer12.norm1.running_mean"
    assert from_torchvision.rename("features.norm0.weight") == "network.features.norm0.weight"


def test_a_file_that_torchvision_wrote_gives_its_weights(tmp_path: Path) -> None:
    load_torchvision()
    whole = import_module("torchvision.models").get_model("squeezenet1_1", weights=None)
    torch.save(whole.state_dict(), tmp_path / "whole.pth")
    network = build_backbone(backbone_of("squeezenet1_1"), str(tmp_path / "whole.pth"))
    pictures = torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(network.eval()(pictures), whole.eval().features(pictures))


def test_a_recipe_that_names_one_is_read_without_torch() -> None:
    code = (
        "import sys; from campaigns.recipe import load_recipe;"
        "model = load_recipe('smoke', ['model.backbone=torchvision:swin_t', 'model.weights=imagenet']).model;"
        "print(model.backbone, model.weights_mib, 'torch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["torchvision:swin_t", "106", "False"]


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (
            ["model.backbone=torchvision:swin_tt"],
            "there is no torchvision classifier 'swin_tt': did you mean 'swin_t'?",
        ),
        (["model.backbone=torchvision:vit_b_16"], "torchvision's vit_b_16 has no feature maps"),
        (["model.backbone=torchvison:swin_t"], "there is no library of backbones 'torchvison'"),
        (["model.backbone=torchvision:inception_v3"], "takes pictures from 96 pixels on"),
        (["model.backbone=torchvision:maxvit_t"], "torchvision's maxvit_t has no feature maps"),
    ],
)
def test_what_cannot_be_is_refused_when_the_recipe_is_read(overrides: list[str], told: str) -> None:
    with pytest.raises(BadRecipe) as caught:
        load_recipe("smoke", overrides)
    assert told in str(caught.value)


def test_names_that_are_asked_for_are_not_listed() -> None:
    assert "torchvision:swin_t" in BACKBONES
    assert "torchvision:swin_t" not in BACKBONES.names()
    assert BACKBONES["torchvision:swin_t"] is BACKBONES.require("torchvision:swin_t")
    assert BACKBONES.get("torchvision:nothing") is None
    assert isinstance(BACKBONES["torchvision:swin_t"].imagenet, Download)
    with pytest.raises(NoSuchName, match="no torchvision classifier"):
        BACKBONES.require("torchvision:nothing")
