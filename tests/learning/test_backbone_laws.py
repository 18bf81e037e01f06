"""What every backbone is held to by being in the registry, and one that is added in one file."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from campaigns.core.ids import NAME
from campaigns.recipe import load_recipe
from campaigns.recipe.backbones import BACKBONES, Backbone, Download
from tests.distributions import alwsl, install, run_with
from tests.stage import TINY

every_backbone = pytest.mark.parametrize("backbone", BACKBONES.values(), ids=str)


@every_backbone
def test_it_says_what_it_is(backbone: Backbone) -> None:
    assert NAME.fullmatch(backbone.name)
    assert backbone.title
    assert backbone.size >= backbone.stride
    assert all(0 < mean < 1 for mean in backbone.mean)
    assert all(0 < std < 1 for std in backbone.std)
    assert "float32" in backbone.precisions
    assert backbone.imagenet is None or backbone.imagenet.licence
    if isinstance(backbone.imagenet, Download):
        assert re.fullmatch(r"https://\S+-[0-9a-f]{8,64}\.(pth|safetensors)", backbone.imagenet.url)


@every_backbone
def test_its_facts_are_those_of_the_network(backbone: Backbone) -> None:
    network = backbone.architecture().eval()
    size = sum(tensor.nbytes for tensor in network.state_dict().values()) / 2**20
    assert size <= backbone.weights_mib <= size * 1.05 + 1
    with torch.no_grad():
        features = network(torch.zeros(1, 3, 64, 96))
    assert features.shape == (1, backbone.channels, 64 // backbone.stride, 96 // backbone.stride)
    assert features.isfinite().all()


@every_backbone
def test_one_seed_makes_one_network_and_computing_draws_nothing(backbone: Backbone) -> None:
    networks = []
    for _ in range(2):
        torch.manual_seed(7)
        networks.append(backbone.architecture())
    first, second = (network.state_dict() for network in networks)
    assert all(torch.equal(first[key], second[key]) for key in first)
    before = torch.random.get_rng_state()
    networks[0].train()(torch.zeros(2, 3, 64, 64))
    assert torch.equal(before, torch.random.get_rng_state())


@every_backbone
def test_a_recipe_takes_it_with_the_weights_that_there_are(backbone: Backbone) -> None:
    weights = "none" if backbone.imagenet is None else "imagenet"
    model = load_recipe("smoke", [f"model.backbone={backbone.name}", f"model.weights={weights}"]).model
    assert (model.backbone, model.weights_mib) == (backbone.name, backbone.weights_mib)


def test_reading_the_facts_of_all_loads_no_torch() -> None:
    code = "import sys; from campaigns.recipe import BACKBONES; print(len(dict(BACKBONES)), 'torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == [str(len(BACKBONES)), "False"]


SOURCE = """
from campaigns.recipe.backbones import Backbone

def network():
    from torch import nn
    return nn.Sequential(nn.Conv2d(3, 12, 3, stride=2, padding=1), nn.ReLU(), nn.Conv2d(12, 16, 3, 2, 1), nn.ReLU())

PEBBLE = Backbone(
    "pebble", "two convolutions", 16, 4, (0.5,) * 3, (0.25,) * 3, network, 1, size=32, precisions=("float32",),
)
"""
SHOWN = """
import sys
from pathlib import Path
from campaigns.errors import BadRecipe
from campaigns.recipe import load_recipe
from campaigns.services.campaigns.form import choices
from campaigns.services.workspace import open_workspace
print(*(name for name, _ in choices(open_workspace(Path(sys.argv[1]))).backbones))
for override in ("run.precision=bfloat16", "model.weights=imagenet"):
    try:
        load_recipe("smoke", ["model.backbone=pebble", override])
    except BadRecipe as error:
        print(error)
print("torch" in sys.modules)
"""


@pytest.mark.slow
def test_a_backbone_of_one_file_is_offered_checked_and_trained(tmp_path: Path) -> None:
    packages = install(
        tmp_path / "p", "alwsl_pebble", SOURCE, group="alwsl_tui.backbones", entries={"pebble": "PEBBLE"}
    )
    home = tmp_path / "home"
    offered, *told, has_torch = run_with(packages, [sys.executable, "-c", SHOWN, str(home)]).splitlines()
    assert offered.split()[-1] == "pebble"
    assert "pebble trains in float32; run.precision is bfloat16" in "\n".join(told)
    assert "the backbone pebble has no ImageNet weights" in "\n".join(told)
    assert has_torch == "False"
    overrides = (*TINY, "protocol.full=false", "model.backbone=pebble", 'criteria.names=["unc"]')
    sets = [word for override in overrides for word in ("--set", override)]
    run_with(packages, alwsl("run", "smoke", "--headless", "--name", "p", *sets, "--home", str(home)))
    (picks,) = home.glob("campaigns/*/jobs/arm*/rounds/1/picks.json")
    assert len(json.loads(picks.read_text())["picks"]) == 6
