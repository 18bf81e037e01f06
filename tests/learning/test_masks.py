"""Masks in training and measuring, against formulas that are as naive as possible."""

import math

import numpy as np
import pytest
import torch
from numpy.random import default_rng
from numpy.typing import NDArray
from torch.nn import functional as F

from campaigns.datasets.dataset import VOID
from campaigns.datasets.shape_masks import open_shape_masks
from campaigns.learning.inputs import InMemory
from campaigns.learning.loss import KnownTargets
from campaigns.learning.masks import answers_of, count_pixels, masks_of
from campaigns.learning.metrics.iou import confusion, iou_by_class, iou_of
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import of_places, score_pool
from campaigns.learning.training import begin, fit, training_on
from campaigns.recipe import TrainingSpec
from campaigns.recipe.tasks import TASKS
from tests.learning.toys import MadeModel

CPU, CLASSES = torch.device("cpu"), 3
Masks = NDArray[np.uint8]


class Given(MapModel):
    """A model whose inputs are its class maps."""

    def maps(self, inputs: torch.Tensor) -> torch.Tensor:
        return inputs

    def pool(self, maps: torch.Tensor) -> torch.Tensor:
        return maps.amax((2, 3))


def drawn(count: int = 4, side: int = 6) -> tuple[torch.Tensor, Masks]:
    """Maps of three classes at half the resolution, and masks with void pixels."""
    maps = torch.randn(count, CLASSES, side // 2, side // 2, generator=torch.Generator().manual_seed(5))
    masks = default_rng(5).choice(np.array([0, 1, 2, VOID], np.uint8), (count, side, side), p=[0.4, 0.3, 0.2, 0.1])
    return maps, masks


def wanted(masks: Masks) -> KnownTargets:
    return KnownTargets(torch.from_numpy(masks), None, TASKS["segment"])


def test_the_loss_is_the_mean_over_pixels_that_are_not_void() -> None:
    maps, masks = drawn()
    spread = F.interpolate(maps, size=masks.shape[1:], mode="bilinear", align_corners=False)
    terms = []
    for at in np.argwhere(masks != VOID).tolist():
        z = spread[at[0], :, at[1], at[2]].tolist()
        terms.append(math.log(sum(map(math.exp, z))) - z[masks[tuple(at)]])
    loss = wanted(masks).loss(maps, wanted(masks))
    assert float(loss) == pytest.approx(sum(terms) / len(terms), rel=1e-5)


def test_parts_of_a_batch_add_up_also_where_one_of_them_is_all_void() -> None:
    maps, masks = drawn()
    masks[1] = VOID
    whole = wanted(masks)
    parts = [part.loss(piece, whole) for piece, part in zip(torch.split(maps, 1), whole.pieces(1), strict=True)]
    torch.testing.assert_close(torch.stack(parts).sum(), whole.loss(maps, whole))
    assert float(parts[1]) == 0
    nothing = np.full_like(masks, VOID)
    assert float(wanted(nothing).loss(maps, wanted(nothing))) == 0


def test_iou_is_hits_over_all_that_is_or_was_taken_for_the_class() -> None:
    rng = default_rng(2)
    truth, taken = rng.integers(0, 4, 500), rng.integers(0, 4, 500)
    truth[truth == 3] = 0  # no pixel is of the last class, though some are taken for it
    values = iou_of(confusion(truth, taken, 4))
    for c in range(3):
        both, either = ((truth == c) & (taken == c)).sum(), ((truth == c) | (taken == c)).sum()
        assert values[c] == both / either
    assert np.isnan(values[3])
    scores, labels = np.eye(4)[taken], np.where(np.eye(4)[truth] > 0, 1, -1).astype(np.int8)
    np.testing.assert_array_equal(iou_by_class(scores, labels), values)


def test_pixels_of_all_images_are_counted_together_and_void_ones_are_not() -> None:
    dataset = open_shape_masks(images=5, test_images=7, size=32)
    classes = len(dataset.classes)
    maps = torch.randn(7, classes, 4, 4, generator=torch.Generator().manual_seed(9))
    rows = np.array([6, 0, 3, 5])
    counts = count_pixels(Given(), InMemory(maps), dataset.test, rows, size=32, batch_size=3)
    masks, expected = masks_of(dataset.test, rows, 32), np.zeros((classes, classes), np.int64)
    taken = answers_of(maps[torch.from_numpy(rows)], 32).numpy()
    for is_, was in zip(masks.ravel().tolist(), taken.ravel().tolist(), strict=True):
        if is_ != VOID:
            expected[is_, was] += 1
    np.testing.assert_array_equal(counts, expected)


def test_what_places_say_is_what_the_formulas_say() -> None:
    maps = torch.randn(3, CLASSES, 2, 2, generator=torch.Generator().manual_seed(8)) * 2
    for row, told in zip(maps.tolist(), of_places(maps).tolist(), strict=True):
        entropies, margins, undecided = [], [], []
        for y in range(2):
            for x in range(2):
                z = [math.exp(row[c][y][x]) for c in range(CLASSES)]
                shares = sorted((value / sum(z) for value in z), reverse=True)
                entropies.append(-sum(share * math.log(share) for share in shares))
                margins.append(shares[0] - shares[1])
                undecided.append(shares[0] < 0.5)
        assert told == pytest.approx([np.mean(entropies), np.mean(margins), np.mean(undecided)], abs=1e-5)


def test_one_pass_keeps_what_places_say_beside_logits_and_extrema() -> None:
    maps = torch.randn(5, CLASSES, 3, 3, generator=torch.Generator().manual_seed(8))
    with_places, plain = score_pool(Given(), InMemory(maps), has_pixels=True), score_pool(Given(), InMemory(maps))
    assert with_places.pixels is not None
    np.testing.assert_allclose(with_places.pixels, of_places(maps).numpy(), rtol=1e-6)
    np.testing.assert_array_equal(with_places.logits, plain.logits)
    np.testing.assert_array_equal(with_places.peak, plain.peak)
    assert plain.pixels is None


def test_a_mirrored_image_has_a_mirrored_mask() -> None:
    features = torch.zeros(8, 16, 4, 4)
    features[:, 0, :, :2] = 4.0
    masks = np.zeros((8, 4, 4), np.uint8)
    masks[:, :, :2] = 1
    training = training_on(np.arange(8), np.ones((8, 3), np.int8), CPU, task="segment", masks=masks)
    state = begin(MadeModel(16, CLASSES), TrainingSpec(lr=0.5, batch_size=4, flip=True))
    list(fit(state, InMemory(features), training, spec=TrainingSpec(lr=0.5, batch_size=4), epochs=30, entropy=(1,)))
    taken = answers_of(state.model.eval().maps(features[:1]), 4)
    np.testing.assert_array_equal(taken[0].numpy(), masks[0])
    assert state.losses[-1] < 0.4 < state.losses[0]
