"""Weights, scores and half-finished fits on disk. No pickle is ever executed; what is not as it was is refused."""

import hashlib
import io
import pickle
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from torch import nn
from torch.utils._pytree import tree_map_only

from campaigns.errors import AlwslError, BadData
from campaigns.home.checksums import CHECKPOINT, CHECKPOINT_BYTES, METADATA, require_stamp, stamp
from campaigns.home.files import replacing
from campaigns.learning.memory import is_memory
from campaigns.learning.steps import Fit

# What a state dict of something else makes torch raise. Memory that does not suffice is none of these: see `_of`.
_FOREIGN = (pickle.UnpicklingError, RuntimeError, EOFError, KeyError, TypeError, ValueError, AttributeError, IndexError)


def save_fit(path: Path, state: Fit) -> None:
    """Keep a fit between two epochs."""
    _write(path, _content(state))


class Keeper:
    """Keeps a fit between two epochs, and writes it while the next one trains.

    To hash and to write the checkpoint of ResNet-101 takes a second or two, and so may an epoch on a GPU. At most one
    is on its way: the next one waits for it, and so does the end of the block, which raises OSError where it failed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._hands = ThreadPoolExecutor(1, "keep")
        self._last: Future[None] | None = None

    def __enter__(self) -> "Keeper":
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        try:
            self._finish()
        except OSError:
            if not isinstance(error, AlwslError):  # numbers that went wrong are told before a disk that is full
                raise
        finally:
            self._hands.shutdown()

    def keep(self, state: Fit) -> None:
        """Keep the fit as it is now.

        Raises:
            OSError: the one before could not be written.
        """
        self._finish()
        content = tree_map_only(torch.Tensor, lambda tensor: tensor.detach().to("cpu", copy=True), _content(state))
        self._last = self._hands.submit(_write, self._path, content)

    def _finish(self) -> None:
        if self._last is not None:
            last, self._last = self._last, None
            last.result()


def _content(state: Fit) -> dict[str, Any]:
    return {
        "losses": list(state.losses),
        "model": state.model.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "scaler": state.scaler.state_dict(),
        "pieces": state.pieces,
    }


def _write(path: Path, content: dict[str, Any]) -> None:
    held = io.BytesIO()
    torch.save(content, held)
    # Let go of before the buffer goes, also where a full disk leaves both in a traceback.
    with held.getbuffer() as view, replacing(path) as draft, draft.open("wb") as file:
        file.write(CHECKPOINT.format(digest=hashlib.sha256(view).hexdigest(), size=len(view)).encode())
        file.write(view)


def restore_fit(path: Path, state: Fit) -> bool:
    """Bring a fresh fit to where the checkpoint stands; False when there is none.

    Raises:
        BadData: the checkpoint is not what was kept, by size or by hash; the fit is no longer fresh when it holds
            something else altogether.
    """
    try:
        with path.open("rb") as file:
            head, kept = file.read(CHECKPOINT_BYTES), file.read()
    except FileNotFoundError:
        return False
    if head != CHECKPOINT.format(digest=hashlib.sha256(kept).hexdigest(), size=len(kept)).encode():
        raise _bad_fit(path)
    with _of(path):
        content: dict[str, Any] = torch.load(io.BytesIO(kept), map_location="cpu", weights_only=True)
        state.model.load_state_dict(content["model"])
        state.optimiser.load_state_dict(content["optimiser"])
        state.scaler.load_state_dict(content["scaler"])
        state.losses, state.pieces = [float(loss) for loss in content["losses"]], int(content["pieces"])
    return True


def save_weights(path: Path, model: nn.Module) -> None:
    """Keep trained weights."""
    with replacing(path) as draft:
        # Through our own hands: safetensors would make a text of what the system says of a full disk.
        draft.write_bytes(tensor_bytes(model, METADATA))
        stamp(draft)


def tensor_bytes(model: nn.Module, metadata: Mapping[str, str]) -> bytes:
    """Return a safetensors file of a model's parameters and buffers, with that metadata in its header."""
    arrays = {name: tensor.detach().cpu().contiguous().numpy() for name, tensor in model.state_dict().items()}
    return save(arrays, metadata=dict(metadata))


def load_weights(path: Path, model: nn.Module) -> None:
    """Give a model the weights it was saved with.

    Raises:
        BadData: the file is missing, not what was saved, or of another model.
    """
    tensors = load_tensors(path)
    with _of(path):
        model.load_state_dict({name: torch.from_numpy(array) for name, array in tensors.items()})


def load_tensors(path: Path) -> dict[str, NDArray[Any]]:
    """Load the arrays of a safetensors file, by name.

    Raises:
        BadData: the file is missing, or not what was saved.
    """
    try:
        require_stamp(path)
        return dict(load_file(path))
    # A type that NumPy lacks is a KeyError of safetensors' own table.
    except (SafetensorError, FileNotFoundError, ValueError, KeyError, TypeError) as error:
        raise BadData(
            f"{path} is missing or damaged: {error}", hint="delete its round's folder and run again"
        ) from error


@contextmanager
def _of(path: Path) -> Iterator[None]:
    """Inside, what does not fit the model is the file's fault."""
    try:
        yield
    except _FOREIGN as error:
        if is_memory(error):
            raise  # the file may be as good as ever
        raise _bad_fit(path) from error


def _bad_fit(path: Path) -> BadData:
    return BadData(f"{path} is damaged", hint="delete it, and its round begins again")
