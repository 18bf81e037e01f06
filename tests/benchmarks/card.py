"""How much of a card a training step uses: `python -m tests.benchmarks.card [--workers 2]`.

Images a second of WILDCAT on ResNet-101 at 448 pixels, what share of the card's measured matrix rate that is, where the
rest goes (the profiler's table), and several workers that share the card against one. Without a GPU it says so and
measures the processor instead, which is good for trying the script with `--backbone tiny --size 64`.
"""

import argparse
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from campaigns.learning.device import prepare
from campaigns.learning.inputs import InMemory
from campaigns.learning.models import DTYPES, build_model
from campaigns.learning.steps import Fit
from campaigns.learning.training import Epoch, Training, begin, fit
from campaigns.recipe import ModelSpec, RunSpec, TrainingSpec
from campaigns.services.campaigns.arithmetic import best_precision, this_processor
from tests.benchmarks.measuring import machine, seconds, table

CLASSES, STEPS, MATRIX = 20, 20, 4096


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", default="resnet101")
    parser.add_argument("--size", type=int, default=448)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    if not torch.cuda.is_available():
        print("there is no GPU here: what follows is the processor's")
    print(machine())
    case = (options.backbone, options.size, options.batch)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as alone:
        speed, flops, rate, precision, where = alone.submit(one, *case, is_profiled=True).result()
    share = 100 * speed * flops / rate
    columns = ("model", "px", "batch", "precision", "img/s", "TFLOP/s", "matrix TFLOP/s", "share")
    figures = (f"{speed:.1f}", f"{speed * flops / 1e12:.2f}", f"{rate / 1e12:.2f}", f"{share:.0f} %")
    print(table(columns, [(*map(str, case), precision, *figures)]), where, sep="\n", flush=True)
    with ProcessPoolExecutor(options.workers, spawn) as crowd:
        together = sum(job.result()[0] for job in [crowd.submit(one, *case) for _ in range(options.workers)])
    print(f"{options.workers} workers together: {together:.1f} img/s")


def one(backbone: str, size: int, batch: int, *, is_profiled: bool = False) -> tuple[float, float, float, str, str]:
    """Images a second, operations an image, the machine's rate, the precision, and where the time goes."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    prepare(torch.get_num_threads(), deterministic=RunSpec().deterministic)
    spec = ModelSpec(kind="wildcat", backbone=backbone, weights="none", image_size=size, kmax=0.2, alpha=0.7, maps=8)
    precision, _ = best_precision(spec, this_processor(device.type))
    model = build_model(spec, CLASSES)
    model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    model.precision = DTYPES[precision]
    pictures = torch.randn(batch, 3, size, size, device=device).to(memory_format=torch.channels_last)
    with FlopCounterMode(display=False) as counter:
        model(pictures).sum().backward()  # type: ignore[no-untyped-call]
    flops = counter.get_total_flops() / batch
    training = TrainingSpec(batch_size=batch, lr=1e-4)
    state = begin(model, training)
    epochs = _epochs(state, pictures, training, STEPS)
    next(epochs)  # libraries choose their kernels, and a GPU's are recorded
    took = seconds(lambda: next(epochs))
    where = _profiled(state, pictures, training) if is_profiled else ""
    return STEPS * batch / took, flops, _matrix_rate(device, DTYPES[precision]), precision, where


def _epochs(state: Fit, pictures: torch.Tensor, spec: TrainingSpec, count: int) -> Iterator[Epoch]:
    """Yield epochs of `count` batches, the same pictures in each."""
    rows = torch.arange(len(pictures)).repeat(count).numpy()
    targets = torch.zeros(len(rows), CLASSES, device=pictures.device)
    return fit(state, InMemory(pictures), Training(rows, targets), spec=spec, epochs=state.epoch + 2, entropy=(0,))


def _profiled(state: Fit, pictures: torch.Tensor, spec: TrainingSpec) -> str:
    kinds = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * pictures.is_cuda
    with profile(activities=kinds) as found:
        next(_epochs(state, pictures, spec, 3))
    by = "self_device_time_total" if pictures.is_cuda else "self_cpu_time_total"
    text: str = found.key_averages().table(sort_by=by, row_limit=12)
    return text


def _matrix_rate(device: torch.device, dtype: torch.dtype) -> float:
    """Operations a second of one large matrix product in the precision that the step computes in."""
    a = torch.randn(MATRIX, MATRIX, device=device, dtype=dtype)
    seconds(lambda: a @ a)
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < 1 or count < 3:
        seconds(lambda: a @ a)
        count += 1
    return 2 * MATRIX**3 * count / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
