"""How long choosing takes: the six criteria, AG and agreement on made-up pools.

Run: `python -m tests.benchmarks.selection [--largest 100000]`. A tenth of the pool is picked. Columns are seconds;
`memory` is the most held at a time, the scores included, as a multiple of them. Promised for 1 000 000 x 80: 5 s, 3 x.
"""

import argparse
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from campaigns.selection import CRITERIA, PAPER, Scores, agreement, metric_agnostic

SIZES = tuple((images, classes) for images in (10_000, 100_000, 1_000_000) for classes in (20, 80))

Arrays = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
Answer = TypeVar("Answer")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--largest", type=int, default=1_000_000, help="leave out pools of more images")
    largest = parser.parse_args().largest
    titles = ["check", *PAPER, "ag", "agree", "total", "input", "memory"]
    print(f"{'images':>9} {'C':>3} " + " ".join(f"{title:>7}" for title in titles))
    for images, classes in SIZES:
        if images <= largest:
            print(f"{images:>9} {classes:>3} {measured(made_up(images, classes), images // 10)}", flush=True)


def made_up(images: int, classes: int) -> Arrays:
    """Logits as of a trained model, most classes absent from most images; maps around zero."""
    rng = np.random.default_rng(0)
    logits, peak, trough = (rng.standard_normal((images, classes), dtype=np.float32) for _ in range(3))
    logits *= 3
    logits -= 4
    np.abs(peak, out=peak)
    np.abs(trough, out=trough)
    np.negative(trough, out=trough)
    return logits, peak, trough


def measured(arrays: Arrays, n: int) -> str:
    """One line of the table."""
    seconds = steps(arrays, n)
    tracemalloc.start()
    steps(arrays, n)
    extra = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    size = sum(array.nbytes for array in arrays)
    cells = " ".join(f"{second:7.3f}" for second in [*seconds, sum(seconds)])
    return f"{cells} {size >> 20:>6}M {1 + extra / size:>6.2f}x"


def steps(arrays: Arrays, n: int) -> list[float]:
    """Seconds for making the scores (which checks them), each criterion's top n, AG and agreement."""
    seconds: list[float] = []
    scores = clocked(seconds, partial(Scores, *arrays))
    lists: list[NDArray[Any]] = [clocked(seconds, partial(CRITERIA[name].top, scores, n)) for name in PAPER]
    clocked(seconds, partial(metric_agnostic, lists, n))
    clocked(seconds, partial(agreement, lists, n))
    return seconds


def clocked(seconds: list[float], step: Callable[[], Answer]) -> Answer:
    """What the step answers, its time added to the list."""
    start = time.perf_counter()
    answer = step()
    seconds.append(time.perf_counter() - start)
    return answer


if __name__ == "__main__":
    main()
