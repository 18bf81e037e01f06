"""Training and scoring in a process whose memory is limited: `python -m tests.faults.scarce MIB`; prints JSON.

One batch as a whole wants about 500 MiB. What is asked for beyond the limit is refused by the allocators themselves.
"""

import json
import sys

import numpy as np
import torch
from torch import Tensor, nn

from campaigns.learning.inputs import InMemory
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import score_pool
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import TrainingSpec
from tests.faults.starved import limit

IMAGES, SIDE, WIDTH = 64, 128, 64


class Wide(MapModel):
    """A convolution whose maps are sixty times what it reads."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, WIDTH, 3, padding=1), nn.ReLU(), nn.Conv2d(WIDTH, 2, 1))

    def maps(self, inputs: Tensor) -> Tensor:
        """(B, 3, H, W) -> (B, 2, H, W)."""
        maps: Tensor = self.layers(inputs)
        return maps

    def pool(self, maps: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C)."""
        return maps.mean((2, 3))


def main(mib: int) -> None:
    """Train an epoch and score the pool."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    inputs = InMemory(torch.randn(IMAGES, 3, SIDE, SIDE))
    labels = np.where(np.arange(IMAGES * 2).reshape(IMAGES, 2) % 3 == 0, 1, -1).astype(np.int8)
    spec = TrainingSpec(lr=0.01, batch_size=IMAGES, flip=False)
    state = begin(Wide(), spec)
    if mib:
        limit(mib)
    training = training_on(np.arange(IMAGES), labels, torch.device("cpu"))
    (epoch,) = fit(state, inputs, training, spec=spec, epochs=1, entropy=(0,))
    warned: list[str] = []
    scores = score_pool(state.model, inputs, batch_size=IMAGES, warn=warned.append)
    said = {"pieces": epoch.pieces, "loss": epoch.loss, "warned": warned, "logits": scores.logits[:, 0].tolist()}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(int(sys.argv[1]))
