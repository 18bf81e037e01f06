"""Labelling photographs with a trained model, against the scoring pass of a campaign over the same files.

python -m tests.benchmarks.predict [IMAGES] [BACKBONE] [SIZE]
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from campaigns.core.fingerprint import Fingerprint
from campaigns.home.allotment import Allotment
from campaigns.home.model_file import ModelDescription, Origin, Preparation
from campaigns.learning.backbones import BACKBONES
from campaigns.learning.device import prepare
from campaigns.learning.models import build_model
from campaigns.learning.pixels import DecodedPixels
from campaigns.learning.scoring import score_pool
from campaigns.learning.trained import TrainedModel
from campaigns.recipe import ModelSpec
from tests.benchmarks.images import first, some_dataset
from tests.benchmarks.measuring import alternating, machine

BATCH, REPEATS = 16, 5


def main(images: int = 200, backbone: str = "resnet18", size: int = 224) -> None:
    """Print seconds of both, taken in turns, and the ratio of the medians."""
    prepare(Allotment().cores(), deterministic=True)
    with tempfile.TemporaryDirectory() as scratch:
        dataset = some_dataset(Path(scratch))
    split, about = first(dataset.train, images), BACKBONES[backbone]
    files = [path for row in range(len(split)) if (path := split.path(row))]
    if len(files) < len(split):
        sys.exit("drawn scenes are no files: set ALWSL_TEST_DATA")
    torch.manual_seed(0)
    spec = ModelSpec(kind="weldon", backbone=backbone, weights="none", image_size=size)
    model = build_model(spec, len(dataset.classes)).eval()
    described = ModelDescription(
        "multilabel", dataset.classes, "weldon", {}, backbone, "", "finetune", "float32",
        Preparation(size, about.mean, about.std, 16), {}, None, Origin("", "", 0, "", "", Fingerprint("", ""), 0, ""),
    )  # fmt: skip
    trained = TrainedModel(model, described, torch.device("cpu"))
    pixels = DecodedPixels(split, size, np.ones(len(split), np.bool_), about, torch.device("cpu"))
    scored, predicted = alternating(
        [
            lambda: score_pool(model, pixels, batch_size=BATCH),
            lambda: list(trained.predict(files, batch_size=BATCH)),
        ],
        REPEATS,
    )
    print(machine())
    print(f"{backbone}, {size} px, {len(files)} photographs")
    for name, taken in (("scoring pass", scored), ("predict", predicted)):
        print(f"{name:<14}{taken:7.2f} s  {len(files) / taken:7.1f} images/s")
    print(f"predict does {scored / predicted:.2f} times the images a second of the scoring pass")


if __name__ == "__main__":
    words = sys.argv[1:]
    main(*(int(word) if word.isdigit() else word for word in words))  # type: ignore[arg-type]
