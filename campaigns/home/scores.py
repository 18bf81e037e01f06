"""`scores.safetensors`: a pool as one pass scored it, mapped from the file rather than read, and without torch."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, require_stamp, stamp
from campaigns.home.files import replacing
from campaigns.selection.scores import PIXELS, Indices, Link, Scores

NAMES = ("logits", "peak", "trough")
"""(N, C) float32 each, in the order of `selection.Scores`."""
ROWS = "pool"
"""(N,) int64: rows of the training split, in the order of the scores."""
PLACES = "pixels"
"""(N, 3) float32, only where the places of images were looked at."""
LINK = "link"
"""Of the header's metadata: what probabilities of the logits are; where it is missing, they are by sigmoid."""
KINDS = {"F32": np.float32, "I64": np.int64}
BLOCK = 8192
"""Rows that are written at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPool:
    """What a model says of every image that may be labelled."""

    scores: Scores
    rows: Indices
    """(N,): rows of the training split, in the order of the scores."""


def read_scores(path: Path) -> ScoredPool:
    """Return the pool in a file, once its checksum is right.

    Raises:
        BadData: the file is missing, or not what was written.
        OSError: it cannot be read.
    """
    try:
        require_stamp(path)
        return map_scores(path)
    except (FileNotFoundError, ValueError) as error:  # a disk that fails is not the file's fault
        raise BadData(
            f"{path} is missing or damaged: {error}", hint="delete its round's folder and run again"
        ) from error


def map_scores(path: Path) -> ScoredPool:
    """Return the pool in a file without looking at its checksum.

    Raises:
        ValueError: it holds no scores, or some that nobody computed: no numbers, or a maximum below its minimum.
        OSError: the file is missing or cannot be read.
    """
    try:
        with safe_open(path, "np") as file:  # checks the header, reads nothing else
            _require_scores({name: file.get_slice(name) for name in file.keys()})  # noqa: SIM118  it is no dictionary
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(size))

    def mapped(name: str) -> NDArray[Any]:
        entry = header[name]
        offset = 8 + size + entry["data_offsets"][0]
        return np.memmap(path, KINDS[entry["dtype"]], "r", offset, tuple(entry["shape"]))

    link = header.get("__metadata__", {}).get(LINK, "sigmoid")
    if link not in get_args(Link):
        raise ValueError(f"its probabilities are by {str(link)[:80]!r}, which this version does not know")
    pixels = mapped(PLACES) if PLACES in header else None
    return ScoredPool(Scores(*map(mapped, NAMES), link=cast(Link, link), pixels=pixels), np.asarray(mapped(ROWS)))


def write_scores(
    path: Path, values: NDArray[np.float32], rows: Indices, *, link: Link = "sigmoid", has_pixels: bool = False
) -> None:
    """Replace the file; `values` is (N, 3, C) in the order of NAMES, and may be larger than the memory.

    With `has_pixels` its last column, (N, 3), is what the places of each image say. It is a safetensors file: length
    and text of a JSON header, then the arrays one behind the other.
    """
    count, _, columns = values.shape
    classes = columns - has_pixels
    sizes = dict.fromkeys(NAMES, 4 * count * classes) | {ROWS: 8 * count}
    sizes |= {PLACES: 4 * count * len(PIXELS)} if has_pixels else {}
    metadata = METADATA if link == "sigmoid" else METADATA | {LINK: link}
    header: dict[str, Any] = {"__metadata__": metadata}
    at = 0
    for name, size in sizes.items():
        kind, shape = ("I64", [count]) if name == ROWS else ("F32", [count, len(PIXELS) if name == PLACES else classes])
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # arrays begin on a multiple of eight
    with replacing(path) as draft, draft.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for column in range(3):
            for first in range(0, count, BLOCK):
                file.write(np.ascontiguousarray(values[first : first + BLOCK, column, :classes]).tobytes())
        file.write(np.ascontiguousarray(rows, np.int64).tobytes())
        for first in range(0, count if has_pixels else 0, BLOCK):
            file.write(np.ascontiguousarray(values[first : first + BLOCK, :, classes]).tobytes())
        file.flush()
        stamp(draft)


def _require_scores(slices: dict[str, Any]) -> None:
    """Raise ValueError unless these are the arrays of scores."""
    if slices.keys() - {PLACES} != {*NAMES, ROWS}:
        raise ValueError("it holds no scores")
    shape = slices[NAMES[0]].get_shape()
    wanted = dict.fromkeys(NAMES, ("F32", shape)) | {
        ROWS: ("I64", shape[:1]),
        PLACES: ("F32", [*shape[:1], len(PIXELS)]),
    }
    if len(shape) != 2 or 0 in shape or any((s.get_dtype(), s.get_shape()) != wanted[n] for n, s in slices.items()):
        raise ValueError("its arrays are not scores")
