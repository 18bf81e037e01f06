"""`maps.safetensors`: where in the pictures a model saw each class, for the first picks of a round."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, require_stamp, stamp
from campaigns.home.files import replacing

NAME = "maps"
"""(picks, C, H, W) float16."""

Maps = NDArray[np.float32]
"""(C, H, W): where in a picture a class has its evidence; higher is more."""


def write_maps(path: Path, maps: NDArray[np.float16]) -> None:
    """Replace the file with the class maps of the first picks, (picks, C, H, W)."""
    with replacing(path) as draft:
        # Through our own hands: safetensors would make a text of what the system says of a full disk.
        draft.write_bytes(save({NAME: np.ascontiguousarray(maps)}, metadata=METADATA))
        stamp(draft)


def read_maps(path: Path, at: int) -> Maps:
    """Return the class maps of one pick, which counts from 0, reading no other.

    Raises:
        BadData: the file is missing or damaged, or does not go so far.
    """
    if not 0 <= at < kept_maps(path):
        raise _damaged(path, f"it has no maps of pick {at + 1}")
    with safe_open(path, "np") as file:
        return np.asarray(file.get_slice(NAME)[at : at + 1][0], dtype=np.float32)


def kept_maps(path: Path) -> int:
    """Return of how many of its first picks a round has kept class maps; 0 where it kept none.

    Raises:
        BadData: the file is damaged.
    """
    try:
        return maps_shape(path)[0]
    except FileNotFoundError:
        return 0
    except ValueError as error:
        raise _damaged(path, error) from error


def require_maps(path: Path) -> None:
    """Raise BadData unless the file is there as it was written, by its own checksum."""
    try:
        require_stamp(path)
        maps_shape(path)
    except (FileNotFoundError, ValueError) as error:  # a disk that fails is not the file's fault
        raise _damaged(path, error) from error


def maps_shape(path: Path) -> tuple[int, int, int, int]:
    """Return the shape of all maps: picks, C, H, W.

    Raises:
        ValueError: the file holds no class maps.
        OSError: the file is missing or cannot be read.
    """
    try:
        with safe_open(path, "np") as file:
            shape = file.get_slice(NAME).get_shape()
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    if len(shape) != 4:
        raise ValueError(f"class maps have four dimensions, these have {len(shape)}")
    picks, classes, height, width = shape
    return picks, classes, height, width


def _damaged(path: Path, why: object) -> BadData:
    return BadData(
        f"{path} is missing or damaged: {why}", hint="delete its round's folder: `alwsl-tui run` makes it again"
    )
