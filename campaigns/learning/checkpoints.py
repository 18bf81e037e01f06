"""Weights, scores and half-finished fits on disk. No pickle is ever executed."""

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save_file
from torch import nn

from campaigns.core.files import replacing
from campaigns.errors import BadData
from campaigns.learning.training import Fit


def save_fit(path: Path, state: Fit) -> None:
    """Keep a fit between two epochs."""
    content = {
        "epoch": state.epoch,
        "model": state.model.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "scaler": state.scaler.state_dict(),
        "pieces": state.pieces,
    }
    with replacing(path) as draft:
        torch.save(content, draft)


def restore_fit(path: Path, state: Fit) -> bool:
    """Bring a fresh fit to where the checkpoint stands; False when there is none.

    Raises:
        BadData: the checkpoint is damaged.
    """
    if not path.exists():
        return False
    try:
        content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    # What torch raises depends on where the damage is: no archive, cut off, or a pickle that is not allowed.
    except (pickle.UnpicklingError, RuntimeError, EOFError) as error:
        raise BadData(f"{path} is damaged", hint="delete it, and its round begins again") from error
    state.model.load_state_dict(content["model"])
    state.optimiser.load_state_dict(content["optimiser"])
    state.scaler.load_state_dict(content["scaler"])
    state.epoch, state.pieces = content["epoch"], content["pieces"]
    return True


def save_maps(path: Path, maps: NDArray[np.float16]) -> None:
    """Keep class maps (n, C, H, W)."""
    with replacing(path) as draft:
        save_file({"maps": np.ascontiguousarray(maps)}, draft)


def save_model(path: Path, model: nn.Module) -> None:
    """Keep trained weights."""
    tensors = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in model.state_dict().items()}
    with replacing(path) as draft:
        save_file(tensors, draft)


def load_model(path: Path, model: nn.Module) -> None:
    """Give a model the weights it was saved with."""
    model.load_state_dict({name: torch.from_numpy(array) for name, array in _load(path).items()})


def digest(path: Path) -> str:
    """Sha-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _load(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with safe_open(path, "np"):  # reads the header only: a file of something else is refused here
            return dict(load_file(path))
    except (SafetensorError, FileNotFoundError) as error:
        raise BadData(
            f"{path} is missing or damaged: {error}", hint="delete its round's folder and run again"
        ) from error
