"""What caches cost and give: `python -m tests.benchmarks.caches`.

Building the cache of decoded images with one process and with two at once, reading it in random order, and decoding
with Pillow alone and with its draft mode.
"""

import multiprocessing
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from campaigns.datasets.dataset import Dataset
from campaigns.learning.pixels import cached_pixels, decode, warp
from tests.benchmarks.images import some_dataset
from tests.benchmarks.measuring import machine, table

SIZES = (224, 448)


def build(folder: Path, size: int) -> None:
    """Fill the cache of the training split."""
    dataset = some_dataset(folder)
    cached_pixels(folder, dataset, "train", size).open(
        lambda rows: decode(dataset.train, rows, size), lambda _d, _t: None
    )


def main() -> None:
    """Measure and print."""
    print(machine())
    rows = []
    for size in SIZES:
        speeds = []
        for processes in (1, 2):
            with tempfile.TemporaryDirectory() as scratch:
                began = time.perf_counter()
                workers = [
                    multiprocessing.get_context("fork").Process(target=build, args=(Path(scratch), size))
                    for _ in range(processes)
                ]
                for worker in workers:
                    worker.start()
                for worker in workers:
                    worker.join()
                dataset = some_dataset(Path(scratch))
                speeds.append(len(dataset.train) / (time.perf_counter() - began))
                if processes == 2:
                    reading = read_rate(Path(scratch), dataset, size)
        rows.append((str(size), f"{speeds[0]:.0f}", f"{speeds[1]:.0f}", f"{reading:.0f}"))
    print(table(("px", "build img/s, 1 process", "2 processes", "read img/s, random order"), rows))
    print(
        f"decode and warp to 448, one core: Pillow {decode_rate(dataset, is_draft=False):.0f} img/s, "
        f"with draft mode {decode_rate(dataset, is_draft=True):.0f} img/s"
    )


def read_rate(folder: Path, dataset: Dataset, size: int) -> float:
    """Images a second from a warm cache."""
    values, _ = cached_pixels(folder, dataset, "train", size).open(
        lambda rows: decode(dataset.train, rows, size), lambda _d, _t: None
    )
    order = np.random.default_rng(0).permutation(len(values))
    began = time.perf_counter()
    for first in range(0, len(order), 16):
        values[order[first : first + 16]].sum(dtype=np.int64)
    return len(order) / (time.perf_counter() - began)


def decode_rate(dataset: Dataset, *, is_draft: bool) -> float:
    """Images a second, decoded and warped."""
    paths = [path for row in range(100) if (path := dataset.train.path(row)) is not None]
    if not paths:
        return float("nan")
    began = time.perf_counter()
    for path in paths:
        with Image.open(path) as picture:
            if is_draft:
                picture.draft("RGB", (448, 448))
            warp(picture.convert("RGB"), 448)
    return len(paths) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
