"""Too little memory: smaller pieces, the same gradient, or a clear failure."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from campaigns.errors import OutOfMemory
from campaigns.learning.memory import is_memory
from campaigns.learning.scoring import class_maps, score_pool
from campaigns.learning.training import Epoch, begin, fit, training_on
from campaigns.recipe import TrainingSpec
from campaigns.worker.endings import ending_of
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


class Normalised(MadeModel):
    """Running statistics come first, and memory runs out behind them."""

    def __init__(self, fits: int) -> None:
        super().__init__(3, 4, fits=fits)
        self.statistics = nn.BatchNorm2d(3)

    def maps(self, inputs: Tensor) -> Tensor:
        """(B, D, H, W) -> (B, C, H, W)."""
        return super().maps(self.statistics(inputs))


def test_images_of_a_step_that_is_done_again_are_counted_once_in_running_statistics() -> None:
    """Memory runs out behind the statistics; they have to be as if it had been known before how much fits."""
    tried, known = Normalised(fits=2), Normalised(fits=2)
    inputs, training = MadeInputs(some_images(20)), training_on(np.arange(20), LABELS, torch.device("cpu"))
    foreseen = begin(known, SPEC)
    foreseen.pieces = 4
    for state in (begin(tried, SPEC), foreseen):
        assert [epoch.pieces for epoch in fit(state, inputs, training, spec=SPEC, epochs=2, entropy=(1,))] == [4, 4]
    for name, value in known.state_dict().items():
        assert torch.equal(tried.state_dict()[name], value), name


@pytest.mark.parametrize("fits", [63, 16, 5, 1])
def test_a_pool_is_scored_in_smaller_batches_aloud(fits: int) -> None:
    warned: list[str] = []
    images = MadeInputs(some_images(100))
    whole = score_pool(MadeModel(3, 4), images)
    found = score_pool(MadeModel(3, 4, fits=fits), images, warn=warned.append)
    np.testing.assert_allclose(found.logits, whole.logits, rtol=1e-5, atol=1e-6)
    assert warned[-1] == f"memory did not suffice: images are looked at {1 << (fits.bit_length() - 1)} at a time"


def test_what_was_scored_before_memory_ran_out_is_not_scored_again() -> None:
    class Shrinking(MadeModel):
        def maps(self, inputs: Tensor) -> Tensor:
            self.fits, self.seen = (64 if self.seen < 64 else 16), self.seen + len(inputs)
            return super().maps(inputs)

        seen = 0

    images = MadeInputs(some_images(150))
    score_pool(Shrinking(3, 4), images)
    looked = [row for rows in images.asked for row in rows if row < 64]
    assert looked == list(range(64))


def test_class_maps_and_scores_that_do_not_fit_one_by_one_are_a_clear_failure() -> None:
    for look in (score_pool, class_maps):
        with pytest.raises(OutOfMemory, match="not even one image"):
            look(MadeModel(3, 4, fits=0), MadeInputs(some_images(9)), np.arange(9))


def test_an_error_that_is_not_of_memory_keeps_its_name() -> None:
    class Broken(MadeModel):
        def maps(self, inputs: Tensor) -> Tensor:
            raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        score_pool(Broken(3, 4), MadeInputs(some_images(9)))
    with pytest.raises(RuntimeError, match="mat1"):
        trained(Broken(3, 4))


@pytest.mark.parametrize("text", [
    "CUDA error: out of memory", "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "cuDNN error: CUDNN_STATUS_ALLOC_FAILED", "[enforce fail at alloc_cpu.cpp:118] can't allocate memory",
])  # fmt: skip
def test_what_libraries_of_a_card_say_of_memory_is_understood(text: str) -> None:
    assert is_memory(RuntimeError(text))
    assert not is_memory(ValueError(text))


@pytest.mark.parametrize(
    "error",
    [
        OSError(12, "Cannot allocate memory"),
        ImportError("libtorch.so: failed to map segment from shared object: Cannot allocate memory"),
        SafetensorError("Error while serializing: I/O error: Cannot allocate memory (os error 12)"),
        MemoryError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_the_system_may_say_in_many_words_that_memory_does_not_suffice(error: Exception) -> None:
    assert is_memory(error)
    ending = ending_of(error, Path())
    assert ending is not None
    assert ending.code == OutOfMemory.exit_code
