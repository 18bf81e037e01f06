"""Which image is mirrored in an epoch does not depend on where in the epoch it comes."""

import numpy as np
import torch

from campaigns.learning.inputs import Bools, Ints
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import TrainingSpec
from tests.learning.toys import MadeInputs, MadeModel, some_images


class Noting(MadeInputs):
    """Notes which rows were mirrored."""

    def __init__(self) -> None:
        super().__init__(some_images(30))
        self.mirrored: dict[int, bool] = {}

    def gather(self, rows: Ints, mirrored: Bools) -> torch.Tensor:
        """As it is, noted."""
        self.mirrored.update(zip(rows.tolist(), mirrored.tolist(), strict=True))
        return super().gather(rows, mirrored)


def test_an_image_is_mirrored_or_not_whatever_the_batches_are() -> None:
    labels = np.where(np.random.default_rng(1).random((30, 4)) < 0.3, 1, -1).astype(np.int8)
    found = []
    for batch in (4, 7, 30):
        spec, inputs, model = TrainingSpec(batch_size=batch), Noting(), MadeModel(3, 4)
        training = training_on(np.arange(30), labels, torch.device("cpu"))
        list(fit(begin(model, spec), inputs, training, spec=spec, epochs=1, entropy=(5,)))
        found.append(inputs.mirrored)
    rng = np.random.default_rng((5, 0))
    rng.permutation(30)
    drawn = (rng.random(30) < 0.5).tolist()
    assert found == [dict(enumerate(drawn))] * 3
