"""Too little memory: smaller pieces, the same gradient, or a clear failure."""

import numpy as np
import pytest
import torch

from campaigns.errors import OutOfMemory
from campaigns.learning.training import Epoch, begin, fit, training_on
from campaigns.recipe import TrainingSpec
from tests.learning.toys import MadeInputs, MadeModel, some_images

SPEC = TrainingSpec(lr=0.1, batch_size=8)
LABELS = np.where(np.random.default_rng(1).random((20, 4)) < 0.3, 1, -1).astype(np.int8)


def trained(model: MadeModel) -> list[Epoch]:
    inputs, training = MadeInputs(some_images(20)), training_on(np.arange(20), LABELS, torch.device("cpu"))
    return list(fit(begin(model, SPEC), inputs, training, spec=SPEC, epochs=3, entropy=(1,)))


@pytest.mark.parametrize("fits", [7, 4, 3, 1])
def test_pieces_that_fit_give_the_step_of_the_whole_batch(fits: int) -> None:
    roomy, narrow = MadeModel(3, 4), MadeModel(3, 4, fits=fits)
    expected, found = trained(roomy), trained(narrow)
    np.testing.assert_allclose([e.loss for e in found], [e.loss for e in expected], rtol=1e-5)
    torch.testing.assert_close(narrow.convolution.weight, roomy.convolution.weight, rtol=1e-5, atol=1e-6)


def test_an_epoch_says_in_how_many_pieces_it_was_computed() -> None:
    assert [epoch.pieces for epoch in trained(MadeModel(3, 4))] == [1, 1, 1]
    assert [epoch.pieces for epoch in trained(MadeModel(3, 4, fits=3))] == [4, 4, 4]


def test_what_does_not_fit_one_by_one_is_a_clear_failure() -> None:
    with pytest.raises(OutOfMemory, match="not even one image"):
        trained(MadeModel(3, 4, fits=0))
