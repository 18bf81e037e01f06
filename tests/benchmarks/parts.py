"""Picking from a pool in one file and in parts: `python -m tests.benchmarks.parts [--images N] [--parts K]`.

Scores are made up and heavily tied. Seconds are those of the thread that picks, by AG, with ranks and agreement; memory
is the largest amount of anonymous memory beyond that before: pages of mapped files are the system's to drop.
"""

import argparse
import multiprocessing
import tempfile
import threading
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from campaigns.home.paths import RoundPaths
from campaigns.home.picks import describe_choice, encode_picks
from campaigns.home.scores import list_scores, read_pool, write_scores
from campaigns.selection.provenance import RankedPool, Terms, choose
from tests.benchmarks.measuring import machine, table

CLASSES, PICKS, BORDER = 20, 2_000, 8_192
STEPS = ("read and check", "rank", "pick and describe")


def main() -> None:
    """Print the table, and whether the picks are the same bytes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=16)
    asked = parser.parse_args()
    print(machine())
    spawning = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder, spawning.Pool(1, maxtasksperchild=1) as children:
        one, parts = Path(folder) / "one", Path(folder) / "parts"
        children.apply(make, (one, parts, asked.images, asked.parts))
        answers = [children.apply(measured, (path,)) for path in (one, parts)]
    rows = [
        (name, *(f"{second:.2f} s" for second in [*seconds, sum(seconds)]), f"{memory:.0f} MiB")
        for name, (seconds, memory, _) in zip(("one file", f"{asked.parts} parts"), answers, strict=True)
    ]
    print(table(("pool", *STEPS, "together", "memory"), rows))
    print("the same bytes" if answers[0][2] == answers[1][2] else "NOT THE SAME BYTES")


def make(one: Path, parts: Path, images: int, count: int) -> None:
    """Leave the same pool in one file, and in uneven parts whose borders are those of shards."""
    rng = default_rng(0)
    values = np.empty((images, 3, CLASSES), np.float32)
    values[:, 0] = rng.integers(-4, 5, (images, CLASSES))
    values[:, 0, 3:] = -4
    values[:, 2] = rng.integers(-2, 3, (images, CLASSES))
    values[:, 2, 2:] = 0
    values[:, 1] = values[:, 2] + rng.integers(0, 2, (images, 1))
    rows = np.arange(images)
    for folder in (one, parts):
        folder.mkdir()
    write_scores(RoundPaths(one).scores, values, rows)
    borders = BORDER * rng.choice(np.arange(1, images // BORDER), count - 1, replace=False)
    for number, (first, end) in enumerate(pairwise([0, *sorted(borders.tolist()), images])):
        write_scores(RoundPaths(parts).score_shard(number), values[first:end], rows[first:end])
    list_scores(RoundPaths(parts), count)


def measured(folder: Path) -> tuple[list[float], float, bytes]:
    """Seconds of each step, MiB at most, and the picks as their file has them."""
    most, is_over = [anonymous()], threading.Event()

    def watch() -> None:
        while not is_over.wait(0.002):
            most.append(max(most.pop(), anonymous()))

    before, watcher = most[0], threading.Thread(target=watch)
    watcher.start()
    at = [time.thread_time()]
    pool = read_pool(RoundPaths(folder))
    at.append(time.thread_time())
    ranked = RankedPool.of(pool.scores, PICKS)
    at.append(time.thread_time())
    choice = choose("ag", ranked, Terms("skip_turn", lambda: default_rng(0), lambda: np.empty((0, 0), np.int64)))
    images = [str(row) for row in pool.rows[choice.images].tolist()]
    picked = encode_picks(describe_choice("ag", 1, ranked, choice, images))
    at.append(time.thread_time())
    is_over.set()
    watcher.join()
    return [end - start for start, end in pairwise(at)], (most[0] - before) / 1024, picked


def anonymous() -> int:
    """KiB that are this process's own."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.partition("RssAnon:")[2].split()[0])


if __name__ == "__main__":
    main()
