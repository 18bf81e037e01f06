"""A model that tells no image from another is seen; one that does, however faintly, is left alone."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from campaigns.selection.collapse import is_collapsed, is_flat
from campaigns.selection.criteria import PAPER
from campaigns.selection.scores import Scores
from tests.selection.draws import some_scores

ROW = np.array([[0.5, -2.0, 3.0]], np.float32)


@pytest.mark.parametrize("count", [2, 5, 1024, 1025, 3000])
def test_a_pool_that_is_all_the_same_has_collapsed(count: int) -> None:
    assert is_collapsed(Scores(np.repeat(ROW, count, 0), np.repeat(ROW + 1, count, 0), np.repeat(ROW - 1, count, 0)))


def test_rounding_is_no_difference_and_anything_else_is() -> None:
    low, high = np.repeat(ROW - 1, 6, 0), np.repeat(ROW + 1, 6, 0)
    logits = np.repeat(ROW, 6, 0)
    logits[3, 1] = np.nextafter(logits[3, 1], np.float32(9))
    assert is_collapsed(Scores(logits, high, low))
    logits[3, 1] = -1.99
    assert not is_collapsed(Scores(logits, high, low))


@pytest.mark.parametrize("odd", [0, 1023, 1024, 2999])
def test_one_image_that_differs_is_enough_wherever_it_stands(odd: int) -> None:
    logits = np.repeat(ROW, 3000, 0)
    logits[odd] += 1
    assert not is_collapsed(Scores(logits, np.repeat(ROW + 9, 3000, 0), np.repeat(ROW - 9, 3000, 0)))


def test_a_pool_without_maps_has_collapsed_by_its_logits_alone() -> None:
    logits = np.repeat(ROW, 6, 0)
    assert is_collapsed(Scores.without_maps(logits))
    logits[3, 1] = -1.99
    assert not is_collapsed(Scores.without_maps(logits))
    assert is_flat("mm", Scores.without_maps(logits))


def test_one_image_alone_has_nothing_to_be_told_from() -> None:
    assert not is_collapsed(Scores(ROW, ROW, ROW))
    assert not any(is_flat(name, Scores(ROW, ROW, ROW)) for name in PAPER)


def test_a_criterion_that_is_flat_alone_is_named_and_the_model_has_not_collapsed() -> None:
    logits = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, -1.0]], np.float32)
    found = Scores(logits, logits + 1, logits - 1)  # every map spreads by two, whatever the image
    assert [name for name in PAPER if is_flat(name, found)] == ["sepmax", "sepmin", "sepsum"]
    assert not is_collapsed(found)


@given(scores=some_scores(min_size=1))
def test_what_has_collapsed_by_equal_scores_has_flat_criteria(scores: Scores) -> None:
    again = scores.take(np.zeros(4, np.int64))
    assert is_collapsed(again)
    assert all(is_flat(name, again) for name in PAPER)


@given(count=st.integers(2, 40))
def test_scores_that_grow_from_image_to_image_have_not_collapsed(count: int) -> None:
    grown = np.arange(count, dtype=np.float32)[:, None] + ROW
    assert not is_collapsed(Scores(grown, grown * 2 + 9, -grown - 9))
