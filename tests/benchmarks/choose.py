"""What choosing from a large file of scores takes: `python -m tests.benchmarks.choose [--images N] [--classes C]`.

A table with every digit and the same numbers as arrays, each by `choose` as a process of its own; beside it a bare
reader that turns the same table into an array with the csv module. And what a start takes, on ten images, beside
`picks --help`.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tests.benchmarks.measuring import machine, table

PROGRAM = "from alwsl_tui.entry import main; main()"
BARE = """
import csv, sys
import numpy
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = csv.reader(file)
    next(rows)
    scores = numpy.array([[float(cell) for cell in row[1:]] for row in rows])
"""
TOLD = """
import resource, sys
code = sys.argv.pop(1)
try:
    exec(code)
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    (peak,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
    sys.stderr.write(f"\\n{used.ru_utime + used.ru_stime} {peak}\\n")
"""
"""Runs some code, then says what the process took: asked from outside, its peak would begin with that of its parent."""


def main() -> None:
    """Write the files, read them in every way, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=100_000)
    parser.add_argument("--classes", type=int, default=80)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        large = write(folder / "large", options.images, options.classes)
        small = write(folder / "small", 10, options.classes)
        works = {
            "csv": chosen(large, "csv"),
            "csv, bare": (BARE, f"{large}.csv"),
            "npz": chosen(large, "npz"),
            "csv of ten images": chosen(small, "csv"),
            "picks --help": (PROGRAM, "picks", "--help"),
        }
        sizes = ", ".join(f"{Path(f'{large}.{form}').stat().st_size / 2**20:.0f} MiB {form}" for form in ("csv", "npz"))
        rows = [(what, f"{seconds:.2f}", f"{mib:.0f}") for what, (seconds, mib) in measured(works).items()]
    print(f"{options.images:,} images of {options.classes} classes: {sizes}")
    print(table(("what", "CPU s", "MiB"), rows))


def measured(works: Mapping[str, Sequence[str]]) -> dict[str, tuple[float, float]]:
    """Return CPU seconds and peak MiB of each, once what is imported lies in the cache of the system."""
    spent(works["csv of ten images"])
    return {what: spent(words) for what, words in works.items()}


def spent(words: Sequence[str]) -> tuple[float, float]:
    """Return CPU seconds and peak MiB of Python code with its arguments, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", TOLD, *words], capture_output=True, text=True, check=True)
    seconds, kib = done.stderr.splitlines()[-1].split()
    return float(seconds), float(kib) / 1024


def chosen(path: Path, form: str) -> Sequence[str]:
    """Return the words that choose from a file."""
    return (PROGRAM, "choose", f"{path}.{form}", "--n", "10", "--format", "paths")


def write(path: Path, images: int, classes: int) -> Path:
    """Write the same probabilities in both forms, drawn; return the path without its ending."""
    shares = 1 / (1 + np.exp(-np.random.default_rng(0).normal(-2, 2, (images, classes))))
    ids, names = [f"train/{at:012}.jpg" for at in range(images)], [f"class{at}" for at in range(classes)]
    np.savez(path.with_suffix(".npz"), images=ids, classes=names, probabilities=shares)
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["image", *names])
        out.writerows([id_, *row] for id_, row in zip(ids, shares.tolist(), strict=True))
    return path


if __name__ == "__main__":
    main()
