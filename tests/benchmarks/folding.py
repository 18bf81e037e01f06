"""A head above a frozen backbone before and after its maps are folded into one: `python -m tests.benchmarks.folding`.

Fit and scoring pass of WILDCAT on feature maps in memory, as EfficientNet-Lite0 gives them of 187 images at 224 px, by
whole epochs in turn in one run, in seconds of the processor; and the bytes of the model that is kept.
"""

import argparse
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from campaigns.learning.checkpoints import save_weights
from campaigns.learning.device import prepare
from campaigns.learning.inputs import InMemory
from campaigns.learning.models import MapModel, build_head
from campaigns.learning.scoring import score_pool
from campaigns.learning.steps import Fit
from campaigns.learning.training import Training, begin, fit
from campaigns.recipe import ModelSpec, TrainingSpec
from tests.benchmarks.measuring import alternating, machine, table

CLASSES, CHANNELS, SIDE, MAPS = 20, 1280, 7, 8
SPEC = TrainingSpec()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=187)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    prepare(options.threads, deterministic=True)
    print(f"{machine()}; {options.images} images, medians of {options.repeats} epochs")
    rows = [row for gradient in ("reference", "exact") for row in measured(gradient, options.images, options.repeats)]
    print(table(("gradient", "what", f"{MAPS} maps", "folded", "ratio"), rows))


def measured(gradient: str, images: int, repeats: int) -> list[tuple[str, ...]]:
    """Rows of one gradient: an epoch, a scoring pass, the model's file."""
    spec = ModelSpec.model_validate({
        "kind": "wildcat", "weights": "none", "backbone": "efficientnet_lite0", "kmax": 0.2, "alpha": 0.7, "maps": MAPS,
        "classwise_gradient": gradient, "training": "frozen",
    })  # fmt: skip
    head = build_head(spec, CLASSES, CHANNELS)
    inputs = InMemory(torch.randn(images, CHANNELS, SIDE, SIDE))
    rows = np.arange(images)
    training = Training(rows, (torch.rand(images, CLASSES) < 0.1).float())
    models: list[MapModel] = [head, head.folded()]
    fits = [begin(model, SPEC) for model in models]

    def epoch(state: Fit) -> None:
        list(fit(state, inputs, training, spec=SPEC, epochs=state.epoch + 1, entropy=(0,)))

    def step(state: Fit) -> None:
        loss = F.binary_cross_entropy_with_logits(state.model(inputs.values[:16]), training.targets[:16])
        state.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        state.optimiser.step()

    steps = -(-images // SPEC.batch_size)
    scorings = [partial(score_pool, model, inputs, rows, batch_size=SPEC.batch_size) for model in models]
    training_s = alternating([partial(epoch, state) for state in fits], repeats, time.process_time)
    step_s = alternating([partial(step, state) for state in fits], 10 * repeats, time.process_time)
    scoring_s = alternating(scorings, repeats, time.process_time)
    sizes = [float(_kept(model)) for model in models]
    return [
        _row(gradient, "fit, ms a step", [1000 * seconds / steps for seconds in training_s]),
        _row(gradient, "a step without reading its batch, ms", [1000 * seconds for seconds in step_s]),
        _row(gradient, "scoring, ms a batch", [1000 * seconds / steps for seconds in scoring_s]),
        _row(gradient, "model, KiB", [size / 1024 for size in sizes]),
    ]


def _kept(model: MapModel) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        save_weights(path, model)
        return path.stat().st_size


def _row(gradient: str, what: str, pair: list[float]) -> tuple[str, ...]:
    before, after = pair
    return gradient, what, f"{before:.2f}", f"{after:.2f}", f"{before / after:.2f}"


if __name__ == "__main__":
    main()
