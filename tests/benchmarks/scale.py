"""Scoring and selecting from pools of 100 000 to 10 000 000 images: `python -m tests.benchmarks.scale [--largest N]`.

Images are made from their number when they are asked for, and the model is one 1x1 convolution: what is measured is the
streaming, not a network. Memory is the largest amount of anonymous memory held; pages of mapped files are the system's
to drop, and are not counted.
"""

import argparse
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from campaigns.home.scores import read_scores
from campaigns.learning.inputs import Bools, Ints
from campaigns.learning.models import MapModel
from campaigns.learning.score_files import score_to_file
from campaigns.selection.agnostic import agnostic_picks
from campaigns.selection.agreement import agreement
from campaigns.selection.criteria import CRITERIA, PAPER
from tests.benchmarks.measuring import machine, table

POOLS = (100_000, 1_000_000, 10_000_000)
CLASSES, PICKS = 20, 1_000


class Made:
    """Images (2, 2, 2) that follow from their number."""

    def __init__(self, count: int) -> None:
        self.readable: Bools = np.broadcast_to(np.True_, count)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, 2, 2, 2)."""
        angles = torch.from_numpy(rows).double()[:, None] * torch.arange(1, 9, dtype=torch.float64)
        return torch.sin(angles).float().view(-1, 2, 2, 2)

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """As gathered."""
        return gathered


class Model(MapModel):
    """One convolution."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.convolution = nn.Conv2d(2, CLASSES, 1)

    def maps(self, inputs: Tensor) -> Tensor:
        """(B, 2, H, W) -> (B, C, H, W)."""
        maps: Tensor = self.convolution(inputs)
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C)."""
        return maps.mean((2, 3))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--largest", type=int, default=POOLS[-1])
    largest = parser.parse_args().largest
    print(f"{machine()}; {CLASSES} classes, {PICKS} picks")
    rows = [measured(count) for count in POOLS if count <= largest]
    columns = (
        "images",
        "score s",
        "img/s",
        "six criteria, AG, agreement s",
        "memory before MiB",
        "at most MiB",
        "file MiB",
    )
    print(table(columns, rows))


def measured(count: int) -> tuple[str, ...]:
    """One row, in a process of its own."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=perform, args=(count, there))
    process.start()
    found: tuple[str, ...] = here.recv()
    process.join()
    return found


def perform(count: int, answer: Connection) -> None:
    """Score and select."""
    torch.set_num_threads(1)
    before = anonymous()
    with tempfile.TemporaryDirectory() as folder, Watch() as watch:
        path = Path(folder) / "scores.safetensors"
        began = time.perf_counter()
        quiet: Callable[[int, int], None] = lambda _done, _total: None  # noqa: E731
        score_to_file(path, Model(), Made(count), np.arange(count), classes=CLASSES, progress=quiet)
        scored = time.perf_counter() - began
        began = time.perf_counter()
        scores = read_scores(path).scores
        tops = [CRITERIA[name].top(scores, PICKS) for name in PAPER]
        agnostic_picks(tops, PICKS)
        agreement(tops, PICKS)
        selected = time.perf_counter() - began
        size = path.stat().st_size / 2**20
    speeds = (f"{scored:.1f}", f"{count / scored:.0f}", f"{selected:.2f}")
    answer.send((f"{count:,}", *speeds, f"{before:.0f}", f"{watch.most:.0f}", f"{size:.0f}"))


class Watch:
    """The largest amount of anonymous memory while it is open."""

    def __enter__(self) -> "Watch":
        self.most, self.is_over = 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.is_over.wait(0.05):
            self.most = max(self.most, anonymous())


def anonymous() -> float:
    """MiB of this process that no file backs."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024


if __name__ == "__main__":
    main()
