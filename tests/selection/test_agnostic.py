from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from numpy.random import default_rng

from campaigns.selection import agnostic_picks, metric_agnostic, places
from campaigns.selection.agnostic import RULES, OnDuplicate
from campaigns.selection.scores import Indices
from tests.selection.draws import some_rankings

both_rules = pytest.mark.parametrize("rule", RULES)
Came = list[tuple[int, int, int]]


def algorithm_1(lists: Sequence[Indices], n: int) -> Came:
    """Lines 6 to 16 as printed, with indices from 0; images with the list and the turn that brought them."""
    chosen: Came = []
    index = [0] * len(lists)
    turn = 0
    while len(chosen) < n:
        turn += 1
        for t, ranking in enumerate(lists):
            if index[t] < len(ranking):
                image = int(ranking[index[t]])
                if image not in [already for already, _, _ in chosen]:
                    chosen.append((image, t, turn))
                index[t] += 1
            if len(chosen) >= n:
                break
    return chosen


def section_3_2(lists: Sequence[Indices], n: int) -> Came:
    """The prose: from each list one image which has not already been selected."""
    chosen: Came = []
    turn = 0
    while len(chosen) < n:
        turn += 1
        for t, ranking in enumerate(lists):
            fresh = [int(image) for image in ranking if image not in [already for already, _, _ in chosen]]
            if len(chosen) < n:
                chosen.append((fresh[0], t, turn))
    return chosen


ORACLES = {"skip_turn": algorithm_1, "advance": section_3_2}


@both_rules
@given(drawn=some_rankings())
def test_the_picks_and_how_they_came_are_those_of_the_algorithm_read_line_by_line(
    rule: OnDuplicate, drawn: tuple[list[Indices], int]
) -> None:
    lists, n = drawn
    picks = agnostic_picks(lists, n, on_duplicate=rule)
    came = zip(picks.images.tolist(), picks.lists.tolist(), picks.turns.tolist(), strict=True)
    assert list(came) == ORACLES[rule](lists, n)
    assert picks.images.dtype == picks.lists.dtype == picks.turns.dtype == np.int64


@given(drawn=some_rankings())
def test_algorithm_1_is_best_place_first_then_the_order_of_the_lists(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    images = np.arange(len(lists[0]))
    keys = [min((list(ranking).index(image), t) for t, ranking in enumerate(lists)) for image in images]
    assert metric_agnostic(lists, n).tolist() == sorted(images.tolist(), key=lambda image: keys[image])[:n]


@both_rules
@given(drawn=some_rankings())
def test_the_first_n_of_each_list_say_as_much_as_whole_rankings(
    rule: OnDuplicate, drawn: tuple[list[Indices], int]
) -> None:
    lists, n = drawn
    short = metric_agnostic([ranking[:n] for ranking in lists], n, on_duplicate=rule)
    np.testing.assert_array_equal(short, metric_agnostic(lists, n, on_duplicate=rule))


@both_rules
@given(drawn=some_rankings())
def test_n_different_images_are_picked(rule: OnDuplicate, drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    assert len(set(metric_agnostic(lists, n, on_duplicate=rule).tolist())) == n


def test_the_two_rules_differ_on_a_duplicate() -> None:
    lists = [np.array([0, 1, 2, 3]), np.array([0, 3, 2, 1])]
    assert metric_agnostic(lists, 3).tolist() == [0, 1, 3]
    assert metric_agnostic(lists, 3, on_duplicate="advance").tolist() == [0, 3, 1]


@both_rules
def test_nothing_and_the_whole_pool_can_be_picked(rule: OnDuplicate) -> None:
    lists = [np.array([2, 0, 1]), np.array([2, 1, 0])]
    assert metric_agnostic(lists, 0, on_duplicate=rule).tolist() == []
    assert sorted(metric_agnostic(lists, 3, on_duplicate=rule).tolist()) == [0, 1, 2]


@both_rules
def test_one_list_picks_its_own_order(rule: OnDuplicate) -> None:
    ranking = default_rng(0).permutation(50)
    np.testing.assert_array_equal(metric_agnostic([ranking], 20, on_duplicate=rule), ranking[:20])


@both_rules
@pytest.mark.parametrize(
    ("lists", "n", "said"),
    [
        ([[0, 1, 2], [2, 1]], 3, "list 1 is exhausted after 2"),
        ([[0, 1], [1, 0]], 3, "3 images were asked for"),
        ([[0, 1], [1, 1]], 2, "list 1 holds only 1 different images among its first 2"),
        ([[0, -1]], 2, "not a pool index"),
        ([[0, 1]], -1, "-1 images"),
        ([], 0, "no ranking"),
        ([[0.5, 1.0]], 1, "float64"),
        ([[[0, 1]]], 1, "not one row"),
    ],
)
def test_lists_that_cannot_fill_the_order_are_refused(
    lists: list[list[int]], n: int, said: str, rule: OnDuplicate
) -> None:
    with pytest.raises(ValueError, match=said):
        metric_agnostic([np.array(ranking) for ranking in lists], n, on_duplicate=rule)


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="skip_turn, advance"):
        metric_agnostic([np.array([0])], 1, on_duplicate="skip")  # type: ignore[arg-type]


@both_rules
def test_lists_are_left_as_they_were(rule: OnDuplicate) -> None:
    lists = [default_rng(seed).permutation(30) for seed in range(4)]
    for ranking in lists:
        ranking.flags.writeable = False
    metric_agnostic(lists, 20, on_duplicate=rule)


@given(drawn=some_rankings())
def test_places_say_where_images_stand_in_each_list(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    images = np.arange(len(lists[0]))
    whole = [[ranking.tolist().index(image) for image in images] for ranking in lists]
    np.testing.assert_array_equal(places(lists, images), whole)
    np.testing.assert_array_equal(places([ranking[:n] for ranking in lists], images), np.minimum(whole, n))
