from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from campaigns.selection import agreement
from campaigns.selection.agreement import inversions
from campaigns.selection.scores import Indices
from tests.selection.draws import some_rankings


def tau_b(one: list[int], other: list[int], n: int) -> float:
    """Kendall's tau-b of two lists pair by pair, an image behind the first n standing at n."""
    images = sorted({*one[:n], *other[:n]})
    places = [(min(one.index(image), n), min(other.index(image), n)) for image in images]
    signs = [(np.sign(a - c), np.sign(b - d)) for (a, b), (c, d) in combinations(places, 2)]
    untied = sum(s != 0 for s, _ in signs) * sum(t != 0 for _, t in signs)
    return float(sum(s * t for s, t in signs) / np.sqrt(untied)) if untied else 1.0


@given(drawn=some_rankings())
def test_kendall_is_what_counting_pair_by_pair_gives(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    expected = [[tau_b(one.tolist(), other.tolist(), n) for other in lists] for one in lists]
    np.testing.assert_allclose(agreement(lists, n).kendall, expected, rtol=1e-12, atol=1e-12)


@given(drawn=some_rankings())
def test_overlap_counts_what_both_lists_would_pick(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    expected = [[len({*one[:n].tolist()} & {*other[:n].tolist()}) for other in lists] for one in lists]
    np.testing.assert_array_equal(agreement(lists, n).overlap, expected)


@given(drawn=some_rankings())
def test_the_first_n_say_as_much_as_whole_rankings(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    short, whole = agreement([ranking[:n] for ranking in lists], n), agreement(lists, n)
    for name in ("overlap", "votes", "kendall"):
        np.testing.assert_array_equal(getattr(short, name), getattr(whole, name))


def test_the_ends_of_the_scale() -> None:
    forward = np.arange(40)
    assert agreement([forward, forward], 40).kendall[0, 1] == 1
    assert agreement([forward, forward[::-1]], 40).kendall[0, 1] == -1
    assert agreement([forward, forward + 40], 40).kendall[0, 1] == pytest.approx(-80 / 119)


@given(ranks=st.integers(0, 70).flatmap(lambda m: st.permutations(range(m))))
def test_inversions_are_the_pairs_out_of_order(ranks: list[int]) -> None:
    assert inversions(np.array(ranks, dtype=np.int64)) == sum(a > b for a, b in combinations(ranks, 2))


def test_inversions_of_a_long_permutation_and_its_reverse_make_every_pair() -> None:
    ranks = default_rng(0).permutation(100_003)
    assert inversions(ranks) + inversions(ranks[::-1]) == 100_003 * 100_002 // 2


def test_a_swap_of_neighbours_makes_one_inversion() -> None:
    for low, high in pairwise(range(9)):
        ranks = np.arange(9)
        ranks[[low, high]] = high, low
        assert inversions(ranks) == 1
