"""Scores of a pool on their way to disk: computed shard by shard, so that a kill loses little."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.home.scores import write_scores
from campaigns.learning.inputs import Bools, Inputs, Ints
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import score_pool
from campaigns.learning.shared_array import ChunkedArray
from campaigns.selection.scores import Link

SHARD = 8192
"""Images of a shard: what a kill in the middle of a pass loses at most."""


def cut(images: int, most: int) -> list[slice]:
    """Return the parts of a pool that several jobs may score, each of `most` images rounded up to whole shards.

    Their borders are those of shards, so that the same images are looked at together as in one pass: the same bytes.
    """
    step = -(-most // SHARD) * SHARD
    return [slice(first, min(first + step, images)) for first in range(0, images, step)]


def score_to_file(
    path: Path,
    model: MapModel,
    images: Inputs,
    rows: Ints,
    *,
    classes: int,
    link: Link = "sigmoid",
    has_pixels: bool = False,
    progress: Callable[[int, int], None],
    batch_size: int = 64,
    warn: Callable[[str], None] = lambda _text: None,
) -> None:
    """Score those rows in one pass, into a safetensors file of `logits`, `peak`, `trough` (N, C) and `pool` (N,).

    Shards that an interrupted pass has left beside the file are not scored again. Memory does not grow with N.
    """
    shards = ChunkedArray(
        path.with_name(f"{path.stem}.draft"),
        rows=len(rows),
        row_shape=(3, classes + has_pixels),
        dtype=np.float32,
        chunk=SHARD,
        tell=warn,
    )

    def make(at: Ints) -> tuple[NDArray[np.float32], Bools]:
        def tell(done: int, _total: int) -> None:
            progress(int(at[0]) + done, len(rows))

        scores = score_pool(
            model, images, rows[at], batch_size=batch_size, has_pixels=has_pixels, progress=tell, warn=warn
        )
        values = np.stack([scores.logits, scores.peak, scores.trough], axis=1)
        if scores.pixels is not None:
            values = np.concatenate([values, scores.pixels[:, :, None]], axis=2)
        return values, np.ones(len(at), np.bool_)

    # Also when the file is there: a kill may have come before its shards were cleared away.
    if not path.exists():
        values, _ = shards.open(make, lambda _done, _total: None)
        write_scores(path, values, rows, link=link, has_pixels=has_pixels)
    for used in (shards.path, shards.states):
        used.unlink(missing_ok=True)
