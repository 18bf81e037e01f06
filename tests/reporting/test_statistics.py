"""Statistics against what is published, what can be enumerated, and what simulation says."""

import math
from itertools import product
from statistics import fmean

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from campaigns.reporting.statistics import (
    ALPHA,
    DRAWN,
    ENUMERATED,
    area,
    bootstrap_images,
    bootstrap_mean,
    holm,
    least_trials,
    p_text,
    sign_flip,
    student_mean,
    student_quantile,
    trials_to_tell,
)

DARWIN = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)
"""Differences of height of fifteen pairs of maize, in eighths of an inch: Fisher 1935, section 17."""
SLEEP = (1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4)
"""Additional hours of sleep, one drug less the other: Student 1908, after Cushny and Peebles."""
WHOLE = st.lists(st.integers(-9, 9), min_size=1, max_size=9)


def brute(differences: list[int]) -> float:
    """Every assignment of signs, one by one, in whole numbers."""
    sums = [sum(sign * one for sign, one in zip(signs, differences, strict=True))
            for signs in product((1, -1), repeat=len(differences))]  # fmt: skip
    return sum(abs(one) >= abs(sum(differences)) for one in sums) / len(sums)


def p_of(differences: list[float] | list[int]) -> float:
    found = sign_flip(differences)
    assert found is not None
    return found.p


def test_fishers_maize_comes_to_the_863_in_32768_that_he_counted_on_one_side() -> None:
    found = sign_flip(DARWIN)
    assert found is not None
    assert found.p == 2 * 863 / 32768
    assert (found.trials, found.is_exact, found.least) == (15, True, 2 / 2**15)


def test_students_sleep_has_no_more_extreme_signs_than_its_own() -> None:
    found = sign_flip(SLEEP)
    assert found is not None
    assert found.p == found.least == 2 / 2**9  # the one that did not differ has no sign


@pytest.mark.parametrize(
    ("trials", "least"), [(1, 1.0), (2, 0.5), (3, 0.25), (5, 0.0625), (6, 0.03125), (10, 2 / 2**10)]
)
def test_the_smallest_p_is_two_signs_in_all(trials: int, least: float) -> None:
    found = sign_flip([0.1 * at for at in range(1, trials + 1)])
    assert found is not None
    assert found.p == found.least == least
    assert found.tells == (trials >= 6)


@given(WHOLE)
def test_p_is_the_share_of_all_signs_that_are_as_extreme(differences: list[int]) -> None:
    assert p_of(differences) == pytest.approx(brute(differences), abs=1e-12)


@given(WHOLE, st.floats(1e-6, 1e6))
def test_p_depends_neither_on_the_sign_nor_the_unit_nor_the_order(differences: list[int], unit: float) -> None:
    p = p_of(differences)
    assert p_of([-one for one in differences]) == p
    assert p_of([unit * one for one in reversed(differences)]) == p


@given(WHOLE)
def test_p_is_never_below_the_least_and_never_above_one(differences: list[int]) -> None:
    found = sign_flip(differences)
    assert found is not None
    assert 0 < found.least <= found.p <= 1


def test_sums_that_only_rounding_tells_apart_are_ties() -> None:
    assert p_of([0.1, 0.2, -0.3]) == 1.0
    assert p_of([0.1, 0.1, 0.1, 0.7, -0.1, 0.3]) == p_of([1, 1, 1, 7, -1, 3])


def test_nothing_can_be_tested_of_nothing_and_equals_never_differ() -> None:
    assert sign_flip([]) is None
    found = sign_flip([0.0, 0.0])
    assert found is not None
    assert (found.p, found.least) == (1.0, 1.0)


def test_many_trials_are_counted_and_even_more_are_drawn_and_say_so() -> None:
    rng = np.random.default_rng(5)
    many = list(rng.normal(0.3, 1, ENUMERATED))
    exact, drawn = sign_flip(many), sign_flip([*many, 1e-9])
    assert exact is not None
    assert drawn is not None
    assert (exact.is_exact, drawn.is_exact) == (True, False)
    assert drawn.p == pytest.approx(exact.p, abs=4 * math.sqrt(exact.p * (1 - exact.p) / DRAWN))
    assert sign_flip([*many, 1e-9]) == drawn
    assert drawn.least == 1 / (DRAWN + 1)


def test_where_nothing_differs_p_comes_below_a_twentieth_no_oftener_than_that() -> None:
    rng = np.random.default_rng(7)
    for trials in (6, 10):
        below = fmean(p_of(list(rng.normal(size=trials))) <= ALPHA for _ in range(4000))
        attained = math.floor(ALPHA * 2 ** (trials - 1)) / 2 ** (trials - 1)
        assert below == pytest.approx(attained, abs=4 * math.sqrt(0.05 * 0.95 / 4000))


@pytest.mark.parametrize(
    ("freedom", "t"), [(1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (10, 2.228), (30, 2.042), (120, 1.980)]
)
def test_students_quantiles_are_the_tables(freedom: int, t: float) -> None:
    assert student_quantile(0.95, freedom) == pytest.approx(t, abs=5e-4)


def test_students_interval_is_that_of_his_sleepers() -> None:
    found = student_mean(SLEEP)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.7001, 2.4599), abs=1e-4)


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(11)
    for trials, least_bootstrap in ((5, 0.78), (20, 0.90)):
        hits = [(0, 0)]
        for _ in range(500):
            values = rng.normal(1.0, 0.1, trials).tolist()
            boot, student = bootstrap_mean(values, times=1000), student_mean(values)
            assert boot is not None
            assert student is not None
            hits.append((boot.low <= 1 <= boot.high, student.low <= 1 <= student.high))
        bootstrap_share, student_share = (sum(column) / 500 for column in zip(*hits, strict=True))
        assert least_bootstrap <= bootstrap_share <= 0.97
        assert student_share == pytest.approx(0.95, abs=0.035)


def test_a_bootstrap_is_the_same_for_the_same_seed_and_lies_within_the_values() -> None:
    values = [0.61, 0.64, 0.66, 0.61, 0.66]
    found = bootstrap_mean(values)
    assert found == bootstrap_mean(values)
    assert found is not None
    assert 0.61 <= found.low < found.high <= 0.66
    assert bootstrap_mean(DARWIN, seed=1) != bootstrap_mean(DARWIN, seed=0)
    assert [bootstrap_mean(values[:count]) for count in range(5)] == [None] * 5
    assert student_mean(values[:1]) is None


def test_the_area_of_a_straight_line_is_its_middle() -> None:
    assert area([(100, 0.2), (200, 0.4)]) == pytest.approx(0.3)
    assert area([(1000, 0.8), (100, 0.5), (200, 0.6)]) == pytest.approx((100 * 0.55 + 800 * 0.7) / 900)
    assert area([(100, 0.2)]) is None
    assert area([]) is None


@given(st.lists(st.floats(0, 1), min_size=2, max_size=8))
def test_an_area_lies_between_the_lowest_and_the_highest(heights: list[float]) -> None:
    found = area(list(enumerate(heights)))
    assert found is not None
    assert min(heights) - 1e-12 <= found <= max(heights) + 1e-12


def test_the_fewest_trials_are_those_whose_least_p_is_low_enough() -> None:
    assert [least_trials(alpha) for alpha in (0.25, 0.05, 0.01, 0.001)] == [3, 6, 8, 11]
    assert all(
        2.0 ** (1 - least_trials(alpha)) <= alpha < 2.0 ** (2 - least_trials(alpha)) for alpha in (0.3, 0.05, 0.007)
    )


def test_how_many_trials_cannot_be_said_without_a_spread_or_a_difference() -> None:
    assert trials_to_tell([0.1]) is None
    assert trials_to_tell([0.1, -0.1]) is None
    assert trials_to_tell([0.1, 0.1, 0.1]) == 6
    assert trials_to_tell([0.1, 0.1001], alpha=0.01) == 8


@pytest.mark.parametrize("effect", [0.6, 0.8, 1.2, 1.5, 2.5])
def test_so_many_trials_tell_four_times_out_of_five(effect: float) -> None:
    spread = [-1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0]
    sd = float(np.std(spread, ddof=1))
    needed = trials_to_tell([effect + one / sd for one in spread])
    assert needed is not None
    rng = np.random.default_rng(int(10 * effect))
    told = fmean(p_of(list(rng.normal(effect, 1, needed))) <= ALPHA for _ in range(1000))
    assert told >= 0.8 - 0.04
    if needed > least_trials() + 1:
        assert told <= 0.9  # it does not ask for many more than it takes


def test_holms_p_is_that_of_his_paper_and_never_changes_the_order() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([0.6, 0.7]) == (1.0, 1.0)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=8))
def test_looking_at_more_tests_together_never_lowers_a_p(ps: list[float]) -> None:
    adjusted = holm(ps)
    assert all(p <= q <= 1 for p, q in zip(ps, adjusted, strict=True))
    assert [q for _, q in sorted(zip(ps, adjusted, strict=True))] == sorted(adjusted)


def test_a_p_is_never_printed_as_nothing_nor_as_what_it_is_not() -> None:
    assert [p_text(p) for p in (0.25, 2 / 2**10, 0.0503, 0.05, 1e-5, 1.0)] == [
        "0.250",
        "0.002",
        "0.0503",
        "0.050",
        "0.00001",
        "1.000",
    ]


def test_an_interval_over_images_is_what_draws_with_replacement_make_of_the_measure() -> None:
    values = np.arange(40.0)
    found = bootstrap_images(lambda draw: float(values[draw].mean()), 40, level=0.95, seed=(0, 1), times=4000)
    assert found is not None
    half = 1.96 * values.std() / math.sqrt(40)
    assert (found.low, found.high) == pytest.approx((19.5 - half, 19.5 + half), rel=0.05)
    assert found == bootstrap_images(lambda draw: float(values[draw].mean()), 40, level=0.95, seed=(0, 1), times=4000)
    constant = bootstrap_images(lambda _: 0.5, 3, level=0.8, seed=(0,))
    assert constant is not None
    assert (constant.low, constant.high) == (0.5, 0.5)


def test_draws_that_say_nothing_are_left_out_of_an_interval() -> None:
    assert bootstrap_images(lambda _: math.nan, 5, level=0.8, seed=(0,)) is None
    assert bootstrap_images(lambda _: 0.5, 0, level=0.8, seed=(0,)) is None
    some = bootstrap_images(lambda draw: 0.25 if 0 in draw else math.nan, 5, level=0.8, seed=(0,))
    assert some is not None
    assert (some.low, some.high) == (0.25, 0.25)
