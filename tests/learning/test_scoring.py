"""One pass over the pool."""

import numpy as np
import pytest
import torch

from campaigns.learning.models import build_model
from campaigns.learning.scoring import score_pool
from campaigns.learning.setup import drawing
from campaigns.selection.scores import Scores
from tests.learning.heads import SPEC, Maps, a_head, some_maps

ROWS = np.array([5, 3, 39, 0, 17, 8, 21])


def arrays(scores: Scores) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    return [scores.logits, scores.peak, scores.trough]


def pictures() -> Maps:
    return Maps(torch.randn(40, 3, 32, 32, generator=torch.Generator().manual_seed(1)))


@pytest.mark.parametrize("batch_size", [1, 3, 7, 64])
def test_the_batch_size_does_not_matter(batch_size: int) -> None:
    with drawing((0,)):
        model = build_model(SPEC, 3)
    whole = score_pool(model, pictures(), ROWS)
    for one, other in zip(
        arrays(whole), arrays(score_pool(model, pictures(), ROWS, batch_size=batch_size)), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def test_scores_stand_in_the_order_of_the_rows() -> None:
    head = a_head()
    order = np.array([6, 0, 3, 1, 5, 2, 4])
    whole, shuffled = score_pool(head, some_maps(), ROWS), score_pool(head, some_maps(), ROWS[order])
    for one, other in zip(arrays(whole), arrays(shuffled), strict=True):
        np.testing.assert_allclose(one[order], other, rtol=1e-5, atol=1e-6)


def test_the_same_pass_twice_gives_the_same_bytes() -> None:
    head = a_head()
    first, second = (score_pool(head, some_maps(), ROWS, batch_size=3) for _ in range(2))
    assert all(one.tobytes() == other.tobytes() for one, other in zip(arrays(first), arrays(second), strict=True))


def test_scores_are_the_logit_and_the_extrema_of_the_map() -> None:
    head = a_head()
    found = score_pool(head, some_maps(), ROWS)
    with torch.no_grad():
        maps = head.maps(some_maps().values[torch.from_numpy(ROWS)])
        np.testing.assert_allclose(found.logits, head.pool(maps).numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.peak, maps.flatten(2).max(dim=2).values.numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.trough, maps.flatten(2).min(dim=2).values.numpy(), rtol=1e-5, atol=1e-6)


def test_nothing_is_mirrored_and_the_model_does_not_learn() -> None:
    with drawing((0,)):
        model = build_model(SPEC, 3)
    model.train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    inputs = pictures()
    score_pool(model, inputs, ROWS, batch_size=2)
    assert not any(flag for _, flags in inputs.asked for flag in flags)
    assert [row for rows, _ in inputs.asked for row in rows] == ROWS.tolist()
    assert not model.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_progress_ends_at_the_number_of_images() -> None:
    said: list[tuple[int, int]] = []
    score_pool(a_head(), some_maps(), ROWS, batch_size=3, progress=lambda done, total: said.append((done, total)))
    assert said == [(3, 7), (6, 7), (7, 7)]
