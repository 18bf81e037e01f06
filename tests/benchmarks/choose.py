"""What choosing from a large file of scores takes: `python -m tests.benchmarks.choose [--images N] [--classes C]`.

A table with every digit and the same numbers as arrays, each by `choose` as a process of its own; beside it a bare
reader that turns the same table into an array with the csv module. And what a start takes, on ten images, beside
`picks --help`.
"""

import argparse
import csv
import tempfile
from pathlib import Path

import numpy as np

from tests.benchmarks.labels import spent
from tests.benchmarks.measuring import machine, table

BARE = """
import csv, sys
import numpy
with open(sys.argv[1], encoding="utf-8", newline="") as file:
    rows = csv.reader(file)
    next(rows)
    scores = numpy.array([[float(cell) for cell in row[1:]] for row in rows])
"""


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
            "csv, bare": ("-c", BARE, f"{large}.csv"),
            "npz": chosen(large, "npz"),
            "csv of ten images": chosen(small, "csv"),
            "picks --help": ("-m", "alwsl_tui", "picks", "--help"),
        }
        sizes = ", ".join(
            f"{large.with_suffix(f'.{form}').stat().st_size / 2**20:.0f} MiB {form}" for form in ("csv", "npz")
        )
        rows = [(what, f"{seconds:.2f}", f"{mib:.0f}") for what, (seconds, mib) in run(works).items()]
    print(f"{options.images:,} images of {options.classes} classes: {sizes}")
    print(table(("what", "CPU s", "MiB"), rows))


def run(works: dict[str, tuple[str, ...]]) -> dict[str, tuple[float, float]]:
    """Return CPU seconds and peak MiB of each, once what is imported lies in the cache of the system."""
    spent(*works["csv of ten images"])
    return {what: spent(*words) for what, words in works.items()}


def chosen(path: Path, form: str) -> tuple[str, ...]:
    """Return the words that choose from a file."""
    return ("-m", "alwsl_tui", "choose", f"{path}.{form}", "--n", "10", "--format", "paths")


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
