"""The paper's Tables 1 and 2 in their layout: `python -m tests.benchmarks.tables`.

Seconds to choose the next images by each criterion alone and by AG from the same pool, each including its pass through
the network, as the paper measures it: 100 images from the VOC 2007 pool. Ours makes the pass once and records all six
criteria in every round; the row "all" is what a round of ours really costs.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch

from campaigns.learning.backbones import BACKBONES
from campaigns.learning.device import prepare
from campaigns.learning.models import build_model
from campaigns.learning.pixels import CachedPixels, cached_pixels
from campaigns.learning.scoring import score_pool
from campaigns.recipe import ModelSpec
from campaigns.selection.agreement import agreement
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.selection.scores import Scores
from campaigns.selection.select import select
from tests.benchmarks.images import some_dataset
from tests.benchmarks.measuring import machine, table

MODELS = {
    "WELDON": {"kind": "weldon", "image_size": 224, "kmax": 15.0},
    "WILDCAT": {"kind": "wildcat", "image_size": 448, "kmax": 0.2, "alpha": 0.7, "maps": 8},
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backbone", default="efficientnet_lite0")
    parser.add_argument("--weights", default="none", help="the time does not depend on them, the picks do")
    parser.add_argument("--picks", type=int, default=100)
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    prepare(torch.get_num_threads(), deterministic=False)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        dataset = some_dataset(Path(folder))
        columns = {}
        for name, settings in MODELS.items():
            spec = ModelSpec.model_validate(settings | {"backbone": options.backbone, "weights": options.weights})
            model = build_model(spec, len(dataset.classes))
            model.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
            inputs = CachedPixels.of(
                dataset.train,
                cached_pixels(Path(folder), dataset, "train", spec.image_size),
                backbone=BACKBONES[spec.backbone],
                device=device,
                progress=lambda _done, _total: None,
            )
            began = time.perf_counter()
            scores = score_pool(
                model, inputs, np.arange(len(dataset.train)), batch_size=64 if device.type == "cuda" else 16
            )
            columns[name] = timed(scores, time.perf_counter() - began, options.picks)
    print(f"{options.picks} of {len(dataset.train)} images of {dataset.name}, {options.backbone}; seconds")
    rows = [(row, *(columns[name][row] for name in MODELS)) for row in columns["WELDON"]]
    print(table(("", *MODELS), rows))


def timed(scores: Scores, one_pass: float, n: int) -> dict[str, str]:
    """Seconds of the pass and of each choice, as the paper prints them."""
    alone = {name: _seconds(partial(select, name, scores, n)) for name in (*PAPER, "ag")}
    agree = _seconds(lambda: agreement([CRITERIA[name].top(scores, n) for name in PAPER], n))
    mean = one_pass + sum(alone[name] for name in PAPER) / len(PAPER)
    found = {name.upper(): f"{one_pass + seconds:.4f}" for name, seconds in alone.items()}
    found["ΔAG (%)"] = f"{100 * (one_pass + alone['ag'] - mean) / mean:.3f}"
    found["all: six criteria, AG, agreement"] = f"{one_pass + alone['ag'] + agree:.4f}"
    return found


def _seconds(work: Callable[[], object]) -> float:
    found = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return sorted(found)[2]


if __name__ == "__main__":
    main()
