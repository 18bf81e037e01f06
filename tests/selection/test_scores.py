import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.selection import Scores
from campaigns.selection.scores import BLOCK, blocks, log_shares, logit, sigmoid, softmax
from tests.selection.draws import of_logits, some_scores


def test_float32_and_float64_stay_what_they_are_without_a_copy() -> None:
    for dtype in (np.float32, np.float64):
        logits = np.zeros((3, 2), dtype=dtype)
        assert Scores(logits, logits, logits).logits is logits


def test_other_numbers_become_float32() -> None:
    scores = Scores(np.zeros((2, 2), np.float16), np.ones((2, 2), np.int64), np.zeros((2, 2), np.float32))
    assert [array.dtype for array in (scores.logits, scores.peak, scores.trough)] == [np.float32] * 3


@pytest.mark.parametrize("shapes", [[(3, 2), (3, 2), (2, 3)], [(3,), (3,), (3,)], [(3, 0), (3, 0), (3, 0)]])
def test_shapes_that_do_not_fit_are_refused(shapes: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match="not one shape"):
        Scores(*(np.zeros(shape, np.float32) for shape in shapes))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("which", ["logits", "peak", "trough"])
def test_a_number_that_is_none_is_refused_with_the_count_of_rows(which: str, bad: float) -> None:
    arrays = {name: np.zeros((5, 3), np.float32) for name in ("logits", "peak", "trough")}
    arrays[which][1, :2] = bad
    arrays[which][4, 0] = bad
    with pytest.raises(ValueError, match=f"{which}: 2 of 5 rows"):
        Scores(*arrays.values())


def test_peak_and_trough_given_the_wrong_way_round_are_refused() -> None:
    low, high = np.zeros((4, 2), np.float32), np.ones((4, 2), np.float32)
    with pytest.raises(ValueError, match=r"4 of 4 rows.*swapped"):
        Scores(low, low, high)


def test_an_empty_pool_is_a_pool() -> None:
    assert len(of_logits(np.zeros((0, 3)))) == 0


@given(scores=some_scores(min_size=1))
def test_taking_images_takes_their_rows_in_the_order_asked_for(scores: Scores) -> None:
    indices = np.arange(len(scores))[::-2]
    taken = scores.take(indices)
    assert len(taken) == len(indices)
    for name in ("logits", "peak", "trough"):
        np.testing.assert_array_equal(getattr(taken, name), getattr(scores, name)[indices])


@pytest.mark.filterwarnings("error")
def test_probabilities_hold_at_both_ends() -> None:
    probs = of_logits([[-1000.0, -100.0, 0.0, 100.0, 1000.0]]).probs
    assert probs.dtype == np.float64
    np.testing.assert_allclose(probs, [[0, 3.720075976020836e-44, 0.5, 1, 1]], rtol=1e-12)


@given(scores=some_scores(min_size=1))
def test_without_maps_there_is_nothing_to_look_at(scores: Scores) -> None:
    blind = Scores.without_maps(scores.logits)
    assert (scores.has_maps, blind.has_maps, blind.take(np.arange(1)).has_maps) == (True, False, False)
    assert np.isnan(blind.peak).all()
    assert blind.peak.shape == blind.trough.shape == scores.logits.shape
    with pytest.raises(ValueError, match="NaN or an infinite number"):
        Scores.without_maps(np.full((1, 1), np.nan))
    with pytest.raises(ValueError, match="NaN or an infinite number"):
        Scores(scores.logits, blind.peak, blind.trough)


@pytest.mark.filterwarnings("error")
@given(shares=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_logit_is_finite_keeps_the_order_and_is_undone_by_the_sigmoid(shares: list[float]) -> None:
    probs = np.sort(np.array([0, 5e-324, 0.5, 1 - 2**-53, 1, *shares]))
    logits = logit(probs)
    assert np.isfinite(logits).all()
    assert (np.diff(logits) >= 0).all()
    np.testing.assert_allclose(sigmoid(logits), probs, rtol=1e-12, atol=1e-300)
    assert sigmoid(logit(np.array([0.0, 1.0]))).tolist() == [0, 1]


@pytest.mark.filterwarnings("error")
@given(weights=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_a_logarithm_of_a_share_is_finite_keeps_the_order_and_is_undone_by_the_softmax(weights: list[float]) -> None:
    probs = np.sort(np.array([0, 5e-324, *weights, 0.5]))
    probs /= probs.sum()
    logits = log_shares(probs[None])
    assert np.isfinite(logits).all()
    assert (np.diff(logits) >= 0).all()
    np.testing.assert_allclose(softmax(logits)[0], probs, rtol=1e-12, atol=1e-300)


def test_blocks_cover_every_row_once() -> None:
    for count, width in [(0, 3), (1, 1), (7, BLOCK // 2), (100_001, 7), (3, 10 * BLOCK)]:
        rows = [row for part in blocks(count, width) for row in range(part.start, part.stop)]
        assert rows == list(range(count))
