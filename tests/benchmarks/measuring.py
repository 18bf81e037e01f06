"""How benchmarks measure and print: medians of repeats, ratios from one run, the machine named."""

import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    card = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "no GPU"
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    return f"{model}, {torch.get_num_threads()} threads, {card}, {versions}"


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long it takes once, by a clock: `time.process_time` tells what it computed where others compute too."""
    began = clock()
    work()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return clock() - began


def alternating(
    works: Sequence[Callable[[], object]], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Median seconds of each, measured in turn: a machine that slows down slows all of them."""
    for work in works:
        work()  # warm up
    found = [[seconds(work, clock) for work in works] for _ in range(repeats)]
    return [statistics.median(column) for column in zip(*found, strict=True)]


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be."""
    widths = [max(len(row[at]) for row in (columns, *rows)) for at in range(len(columns))]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in (columns, *rows)]
    return "\n".join(lines)
