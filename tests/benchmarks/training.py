"""Our training epoch and scoring pass against plain ones: `python -m tests.benchmarks.training`.

Same model, size, batch and images; the peer (`plain.py`) is written as the authors' code does it, and lets cuDNN look
for the fastest kernels, as theirs does. Ours is what a worker does: images from the cache, channels last, the
precision that a new campaign on this machine gets. On a GPU it is measured twice: with kernels that give the same
bytes each time, as a recipe that says nothing of it wants, and with any (`run.deterministic = false`). Both epochs
are whole: images are read, moved, trained on. The cache is built before; `caches.py` says what that costs.
"""

import argparse
import multiprocessing
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.device import prepare
from campaigns.learning.models import DTYPES, WeakModel, build_model
from campaigns.learning.pixels import CachedPixels, cached_pixels
from campaigns.learning.scoring import score_pool
from campaigns.learning.training import Epoch, begin, fit, training_on
from campaigns.recipe import ModelSpec, TrainingSpec
from campaigns.services.campaigns.arithmetic import best_precision, this_processor
from tests.benchmarks import plain
from tests.benchmarks.images import first, some_dataset
from tests.benchmarks.measuring import alternating, machine, table

ENTROPY = (0,)


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    backbone: str
    size: int
    batch: int
    images: int

    @property
    def spec(self) -> ModelSpec:
        """WILDCAT as the paper trains it, from random weights: speed does not depend on them."""
        return ModelSpec(
            kind="wildcat", backbone=self.backbone, weights="none", image_size=self.size, kmax=0.2, alpha=0.7, maps=8
        )


CPU = (Case("resnet101", 448, 8, 8), Case("resnet101", 224, 16, 16), Case("efficientnet_lite0", 224, 16, 64))
CUDA = (Case("resnet101", 448, 16, 512), Case("resnet101", 224, 16, 512), Case("efficientnet_lite0", 224, 16, 512))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--workers", type=int, default=None, help="loader processes of the peer; the authors use 4")
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    workers = options.workers if options.workers is not None else (4 if device.type == "cuda" else 0)
    print(f"{machine()}; the peer's loader has {workers} processes; medians of {options.repeats}")
    columns = ("model", "px", "batch", "what", "plain img/s", "ours img/s", "ratio", "precision", "waiting")
    with tempfile.TemporaryDirectory() as folder:
        dataset = some_dataset(Path(folder))
        print(f"images of {dataset.name} ({'; '.join(dataset.notes) or 'whole'})")
        for case in CUDA if device.type == "cuda" else CPU:
            # Each in a process of its own: one that has learnt to keep its memory would help the next peer.
            with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as alone:
                job = alone.submit(measured, case, Path(folder), repeats=options.repeats, workers=workers)
                print(table(columns, job.result()), flush=True)


def measured(case: Case, scratch: Path, *, repeats: int, workers: int) -> list[tuple[str, ...]]:
    """Rows of training and of scoring for one model and size."""
    dataset, device = some_dataset(scratch), torch.device("cuda" if torch.cuda.is_available() else "cpu")
    few = replace(
        dataset,
        train=first(dataset.train, case.images),
        fingerprint=replace(dataset.fingerprint, images=dataset.fingerprint.images[::-1]),
    )
    classes = len(few.classes)
    make: Callable[[], WeakModel] = lambda: build_model(case.spec, classes)  # noqa: E731
    precision, _ = best_precision(case.spec, this_processor(device.type))
    theirs, ours = make().to(device), make()
    ours.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    ours.precision = DTYPES[precision]
    cache = cached_pixels(scratch / str(case.images), few, "train", case.size)
    inputs = CachedPixels.of(
        few.train, cache, backbone=BACKBONES[case.backbone], device=device, progress=lambda _done, _total: None
    )
    spec = TrainingSpec(batch_size=case.batch, lr=1e-4)
    state = begin(ours, spec)
    rows = np.arange(case.images)
    training = training_on(rows, few.train.labels[rows], device)
    torch.backends.cudnn.benchmark = True
    load = partial(plain.loader, few.train, case.size, case.batch, workers=workers)
    optimiser = plain.optimiser(theirs)
    peer, peer_score = alternating(
        [
            lambda: list(plain.epoch(theirs, load(is_training=True), optimiser, device)),
            lambda: plain.score(theirs, load(is_training=False), device),
        ],
        repeats,
    )
    head, batch = (case.backbone, str(case.size), str(case.batch)), 64 if device.type == "cuda" else 16

    def line(what: str, peer: float, own: float, note: str) -> tuple[str, ...]:
        speeds = (f"{case.images / peer:.2f}", f"{case.images / own:.2f}", f"{peer / own:.2f}")
        return (*head, what, *speeds, precision, note)

    lines = []
    for is_same, kernels in ((True, ""), (False, ", any kernels"))[: 1 + (device.type == "cuda")]:
        # What a worker does first. It cannot be undone, so the peer is measured before.
        prepare(torch.get_num_threads(), deterministic=is_same)
        epochs = fit(state, inputs, training, spec=spec, epochs=state.epoch + repeats + 1, entropy=ENTROPY)
        waited: list[float] = []

        def our_epoch(epochs: Iterator[Epoch] = epochs, waited: list[float] = waited) -> None:
            epoch = next(epochs)
            waited.append(epoch.waited / epoch.seconds)

        own, own_score = alternating([our_epoch, lambda: score_pool(ours, inputs, rows, batch_size=batch)], repeats)
        lines.append(line(f"training epoch{kernels}", peer, own, f"{100 * float(np.median(waited)):.1f} %"))
        lines.append(line(f"scoring pass{kernels}", peer_score, own_score, ""))
    return lines


if __name__ == "__main__":
    main()
