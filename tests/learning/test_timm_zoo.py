"""Any network of timm as a backbone: learnt by a child, kept, and never fetched."""

import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from campaigns.errors import BadPackage, BadRecipe, NoWeights
from campaigns.home.network_facts import NetworkFacts
from campaigns.learning.device import load_torchvision
from campaigns.learning.weights import build_backbone
from campaigns.learning.zoo import from_timm
from campaigns.recipe import load_recipe
from campaigns.recipe.backbones import BACKBONES, Backbone
from campaigns.services.campaigns.requirements import with_weights
from tests.learning.test_torchvision_zoo import require_laws

FAMILIES = (
    "vit_tiny_patch16_224", "test_vit", "vit_small_patch14_dinov2", "vit_small_patch16_dinov3",
    "eva02_tiny_patch14_224", "convnext_atto", "fastvit_mci0", "swin_tiny_patch4_window7_224", "mobilenetv3_small_050",
    "resnet18", "vit_base_patch16_siglip_224", "maxvit_tiny_tf_224",
)  # fmt: skip
FEW = {"test_vit"}
LONG = (pytest.mark.slow, pytest.mark.long)


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Nothing is known of any network, and no weights are there."""
    if find_spec("timm") is None:
        pytest.skip("needs the extra zoo")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    hub = import_module("huggingface_hub.constants")
    monkeypatch.setattr(hub, "HF_HUB_CACHE", str(tmp_path / "hub"))
    from_timm.find.cache_clear()
    return tmp_path


def backbone_of(name: str) -> Backbone:
    return BACKBONES.require(f"timm:{name}")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name if name in FEW else pytest.param(name, marks=pytest.mark.long) for name in FAMILIES]
)
def test_each_family_keeps_the_laws_of_backbones(name: str) -> None:
    require_laws(backbone_of(name))


@pytest.mark.slow
def test_facts_are_learnt_once_and_a_recipe_is_then_read_without_torch(own_cache: Path) -> None:
    vit = backbone_of("test_vit")
    assert (vit.channels, vit.stride, vit.size, vit.mean) == (64, 16, 160, (0.5, 0.5, 0.5))
    code = (
        "import sys; from campaigns.learning.zoo import from_timm; from campaigns.recipe import load_recipe;"
        "from_timm._learnt = None;"
        "print(load_recipe('smoke', ['model.backbone=timm:test_vit']).model.weights_mib, 'torch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.stdout.split() == [str(vit.weights_mib), "False"], ended.stderr
    (kept,) = (own_cache / "cache").rglob("test_vit.json")
    kept.write_text("{")
    assert NetworkFacts.read(kept.parent.name, "test_vit") is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("tset_vit", "timm has no model 'tset_vit': did you mean 'test_vit'?", marks=LONG),
        pytest.param("mixer_s16_224", "timm:mixer_s16_224 takes pictures of 224 pixels alone", marks=LONG),
        ("../../test_vit", "timm has no model '../../test_vit'"),
        ("hf_hub:someone/theirs", "timm has no model 'hf_hub:someone/theirs'"),
    ],
)
def test_what_timm_does_not_have_is_refused_when_the_recipe_is_read(name: str, told: str) -> None:
    with pytest.raises(BadRecipe) as caught:
        load_recipe("smoke", [f"model.backbone=timm:{name}"])
    assert told in str(caught.value)


def test_without_the_extra_the_recipe_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(from_timm, "find_spec", lambda _: None)
    with pytest.raises(BadRecipe, match=r"timm:test_vit needs timm.*pip install 'alwsl-tui\[zoo\]'") as caught:
        load_recipe("smoke", ["model.backbone=timm:test_vit"])
    assert caught.value.exit_code == 3
    with pytest.raises(BadPackage):
        backbone_of("test_vit")


@pytest.mark.slow
def test_weights_are_taken_from_the_cache_of_the_hub_and_never_fetched(own_cache: Path) -> None:
    model = load_recipe("smoke", ["model.backbone=timm:test_vit", "model.weights=imagenet"]).model
    with pytest.raises(NoWeights, match="nothing fetches them unasked") as caught:
        with_weights(model)
    assert "hf download timm/test_vit.r160_in1k model.safetensors" in caught.value.hint
    load_torchvision()
    whole = import_module("timm").create_model("test_vit", pretrained=False, num_classes=10)
    repository = own_cache / "hub" / "models--timm--test_vit.r160_in1k"
    revision = repository / "snapshots" / "0123"
    for folder in (revision, repository / "refs"):
        folder.mkdir(parents=True)
    (repository / "refs" / "main").write_text("0123")
    save_file(whole.state_dict(), revision / "model.safetensors")
    settled = with_weights(model)
    assert settled.weights == str(revision / "model.safetensors")
    network = build_backbone(backbone_of("test_vit"), settled.weights).eval()
    pictures = torch.randn(1, 3, 160, 160, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        tokens = whole.eval().forward_features(pictures)[:, 1:]  # (1, 100, 64)
        assert torch.equal(network(pictures).flatten(2).transpose(1, 2), tokens)
    source = backbone_of("test_vit").imagenet
    assert source is not None
    assert source.licence == "apache-2.0, as timm says of timm/test_vit.r160_in1k"
