"""Scores of a pool on disk: written shard by shard while the pass goes on, read without loading them whole."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.errors import BadData
from campaigns.home.checksums import METADATA, demand_stamp, stamp
from campaigns.home.files import replacing
from campaigns.home.scores import NAMES, ROWS, mapped_scores
from campaigns.learning.inputs import Bools, Inputs, Ints
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import score_pool
from campaigns.learning.shared_array import ChunkedArray
from campaigns.selection.scores import Scores

SHARD = 8192
"""Images of a shard: what a kill in the middle of a pass loses at most."""


def score_to_file(
    path: Path,
    model: MapModel,
    images: Inputs,
    rows: Ints,
    *,
    classes: int,
    progress: Callable[[int, int], None],
    batch_size: int = 64,
    warn: Callable[[str], None] = lambda _text: None,
) -> None:
    """Score those rows in one pass, into a safetensors file of `logits`, `peak`, `trough` (N, C) and `pool` (N,).

    Shards that an interrupted pass has left beside the file are not scored again. Memory does not grow with N.
    """
    shards = ChunkedArray(
        path.with_name("scores.draft"), rows=len(rows), row_shape=(3, classes), dtype=np.float32, chunk=SHARD, tell=warn
    )

    def make(at: Ints) -> tuple[NDArray[np.float32], Bools]:
        def tell(done: int, _total: int) -> None:
            progress(int(at[0]) + done, len(rows))

        scores = score_pool(model, images, rows[at], batch_size=batch_size, progress=tell, warn=warn)
        return np.stack([scores.logits, scores.peak, scores.trough], axis=1), np.ones(len(at), np.bool_)

    # Also when the file is there: a kill may have come before its shards were cleared away.
    if not path.exists():
        values, _ = shards.open(make, lambda _done, _total: None)
        _write(path, values, rows)
    for used in (shards.path, shards.states):
        used.unlink(missing_ok=True)


def load_scores(path: Path) -> tuple[Scores, Ints]:
    """Map scores and the rows of the training split they are of from the file, rather than read them.

    Raises:
        BadData: the file is missing, or not what was written.
    """
    try:
        demand_stamp(path)
        arrays = mapped_scores(path)
        # Numbers that are none, or a maximum below its minimum: nobody scored a pool like that.
        scores = Scores(*(arrays[name] for name in NAMES))
    except (FileNotFoundError, ValueError) as error:
        raise BadData(
            f"{path} is missing or damaged: {error}", hint="delete its round's folder and run again"
        ) from error
    return scores, np.asarray(arrays[ROWS])


def _write(path: Path, values: NDArray[np.float32], rows: Ints) -> None:
    """Write a safetensors file: length and text of a JSON header, then the arrays one behind the other."""
    count, _, classes = values.shape
    sizes = dict.fromkeys(NAMES, 4 * count * classes) | {ROWS: 8 * count}
    header: dict[str, Any] = {"__metadata__": METADATA}
    at = 0
    for name, size in sizes.items():
        kind, shape = ("I64", [count]) if name == ROWS else ("F32", [count, classes])
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # arrays begin on a multiple of eight
    with replacing(path) as draft, draft.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for column in range(3):
            for first in range(0, count, SHARD):
                file.write(np.ascontiguousarray(values[first : first + SHARD, column]).tobytes())
        file.write(np.ascontiguousarray(rows, np.int64).tobytes())
        file.flush()
        stamp(draft)
