"""How a fit gains by more devices: `python -m tests.benchmarks.team`.

The same epochs in one process and in teams of two, four and eight: on GPUs where there are several, otherwise on the
cores of this machine with a thread for each process. Prints images a second, the gain over one process, and what each
step pays for sums and statistics, which is all that a team does beyond computing.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from pathlib import Path
from typing import NoReturn

import numpy as np
import torch

from campaigns.learning.inputs import InMemory
from campaigns.learning.joint import JointGradients
from campaigns.learning.models import DTYPES, build_model
from campaigns.learning.setup import drawing
from campaigns.learning.team import Team
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import ModelSpec, TrainingSpec
from tests.benchmarks.measuring import machine, table

CLASSES = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", default="resnet18")
    parser.add_argument("--size", type=int, default=64, help="side of the images")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--images", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=4, help="of which the first is not counted")
    parser.add_argument("--precision", default="float32")
    asked = parser.parse_args()
    cards = torch.cuda.device_count()
    most = cards or os.cpu_count() or 1
    print(machine())
    print(f"{asked.backbone} at {asked.size} pixels, batches of {asked.batch}, {'GPUs' if cards else 'cores'}: {most}")
    rows, first = [], 0.0
    for size in [n for n in (1, 2, 4, 8) if n <= most]:
        rate, shared = _measured(asked, size)
        first = first or rate
        rows.append((str(size), f"{rate:.1f}", f"{rate / first:.2f}", f"{1000 * shared:.1f}"))
    print(table(("processes", "images/s", "gain", "ms/step shared"), rows))


def _measured(asked: argparse.Namespace, size: int) -> tuple[float, float]:
    """Images a second of a team, and the seconds of a step that are neither forward nor backward."""
    spawn = multiprocessing.get_context("spawn")
    results = spawn.SimpleQueue()
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        processes = [spawn.Process(target=_train, args=(asked, n, size, meeting, results)) for n in range(size)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    rate, shared = results.get()
    return float(rate), float(shared)


def _train(
    asked: argparse.Namespace, number: int, size: int, meeting: Path, results: "multiprocessing.SimpleQueue[object]"
) -> None:
    torch.set_num_threads(1)
    device = torch.device("cuda", number) if torch.cuda.is_available() else torch.device("cpu")
    team = None if size == 1 else Team.join(meeting, number, size, device=device, lose=_lose)
    with drawing((1,)):
        spec = ModelSpec(kind="wildcat", backbone=asked.backbone, weights="none", image_size=asked.size)
        model = build_model(spec, CLASSES)
    model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    model.precision = DTYPES[asked.precision]
    pictures = InMemory(torch.randn(asked.images, 3, asked.size, asked.size).to(device))
    labels = np.where(np.random.default_rng(0).random((asked.images, CLASSES)) < 0.2, 1, -1).astype(np.int8)
    rows, training = np.arange(asked.images), TrainingSpec(lr=0.01, batch_size=asked.batch)
    shared: list[float] = []
    settle = JointGradients.settle

    def timed(joint: JointGradients, images: int, pieces: int, present: torch.Tensor) -> torch.Tensor:
        began = time.perf_counter()
        loss = settle(joint, images, pieces, present)
        if device.type == "cuda":
            torch.cuda.synchronize()
        shared.append(time.perf_counter() - began)
        return loss

    JointGradients.settle = timed  # type: ignore[assignment, method-assign]  # all that a team does beyond computing
    state, on = begin(model, training), training_on(rows, labels, device)
    epochs = list(fit(state, pictures, on, spec=training, epochs=asked.epochs, entropy=(1,), team=team))
    if number == 0:
        seconds = sorted(epoch.seconds for epoch in epochs[1:])
        results.put((asked.images / seconds[len(seconds) // 2], sorted(shared)[len(shared) // 2] if shared else 0.0))
    if team is not None:
        team.leave()


def _lose(complaint: str) -> NoReturn:
    raise RuntimeError(complaint)


if __name__ == "__main__":
    main()
