"""The arrays of a file of scores, mapped rather than read: without torch, for whoever looks at what a round scored."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

NAMES = ("logits", "peak", "trough")
"""(N, C) float32 each, in the order of `selection.Scores`."""
ROWS = "pool"
"""(N,) int64: rows of the training split, in the order of the scores."""
KINDS = {"F32": np.float32, "I64": np.int64}


def mapped_scores(path: Path) -> dict[str, NDArray[Any]]:
    """The four arrays of a file of scores; its checksum is not looked at.

    Raises:
        ValueError: they are no scores.
        OSError: the file is missing or cannot be read.
    """
    try:
        with safe_open(path, "np") as file:  # checks the header, reads nothing else
            _check({name: file.get_slice(name) for name in file.keys()})  # noqa: SIM118  it is no dictionary
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))
    return {
        name: np.memmap(path, KINDS[said["dtype"]], "r", 8 + size + said["data_offsets"][0], tuple(said["shape"]))
        for name, said in header.items()
        if name != "__metadata__"
    }


def _check(slices: dict[str, Any]) -> None:
    """Do nothing when these are scores.

    Raises:
        ValueError: they are not.
    """
    if slices.keys() != {*NAMES, ROWS}:
        raise ValueError("it holds no scores")
    shape = slices[NAMES[0]].get_shape()
    wanted = dict.fromkeys(NAMES, ("F32", shape)) | {ROWS: ("I64", shape[:1])}
    if len(shape) != 2 or 0 in shape or any((s.get_dtype(), s.get_shape()) != wanted[n] for n, s in slices.items()):
        raise ValueError("its arrays are not scores")
