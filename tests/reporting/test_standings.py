"""Who is ahead, on trials paired by their number; the laws of comparing."""

import re
from dataclasses import replace

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from campaigns.reporting.labels_saved import images_to, savings
from campaigns.reporting.opening import headline, how_tested
from campaigns.reporting.pairwise import duel
from campaigns.reporting.series import Result
from campaigns.reporting.standings import standings
from tests.reporting.synthetic import BUDGETS, FULL, a_curve, a_plan, a_result, drawn, judged

NAMES = ("random", "unc", "ag")


def straight(*ends: float) -> list[list[float]]:
    """Trials whose curves rise from 0.2 at 20 images to their end at 200, in a straight line."""
    return [[0.2 + (end - 0.2) * (n - 20) / 180 for n in BUDGETS] for end in ends]


@st.composite
def some_result(draw: st.DrawFn) -> Result:
    """Three criteria of up to six trials, of which some have not got to the end."""
    height = st.integers(0, 8).map(lambda eighths: eighths / 8)
    curves = []
    for name in NAMES:
        values: dict[int, dict[int, float]] = {n: {} for n in BUDGETS}
        for trial in range(draw(st.integers(1, 6))):
            for n in BUDGETS[: draw(st.integers(1, len(BUDGETS)))]:
                values[n][trial] = draw(height)
        curves.append(a_curve(name, values))
    return Result(("cat",), (), draw(st.sampled_from([None, FULL])), tuple(curves))


def test_the_area_of_a_trial_is_the_mean_height_of_its_curve() -> None:
    _, seen = judged(a_result({"random": straight(0.4, 0.6), "ag": straight(0.6, 0.6)}))
    assert [row.criterion for row in seen.rows] == ["ag", "random"]
    row = seen.row("random")
    assert row is not None
    assert row.area is not None
    assert row.area.values == pytest.approx((0.3, 0.4))
    assert row.area.mean == pytest.approx(0.35)
    assert row.area.sd == pytest.approx(0.1 / 2**0.5)
    assert seen.row("mm") is None


def test_trials_are_paired_by_number_and_never_by_place() -> None:
    values = {"ag": {0: 0.5, 2: 0.7, 3: 0.9}, "random": {2: 0.6, 3: 0.6, 9: 0.1}}
    found = duel("ag", "random", values, budget=100)
    assert found is not None
    assert found.numbers == (2, 3)
    assert found.differences == pytest.approx((0.1, 0.3))
    assert found.effect == pytest.approx(0.2 / (0.02**0.5))
    assert duel("ag", "random", {"ag": {0: 0.5}, "random": {1: 0.5}}) is None


def test_a_trial_that_is_not_complete_has_no_area_yet_but_counts_at_the_budgets_it_has() -> None:
    whole = a_result({"random": straight(0.4, 0.5), "ag": straight(0.6, 0.7)})
    late = replace(whole.curves[1].points[-1], trials=(0.6,), numbers=(0,))
    curve = replace(whole.curves[1], points=(*whole.curves[1].points[:-1], late))
    seen = standings(a_plan(("random", "ag"), trials=2), replace(whole, curves=(whole.curves[0], curve)))
    (area,) = seen.against("random")
    (before,) = seen.against("random", 100)
    assert (area.numbers, before.numbers) == ((0,), (0, 1))


@given(some_result())
def test_differences_are_antisymmetric_and_tests_are_symmetric(result: Result) -> None:
    values = {
        curve.criterion: dict(zip(curve.points[0].numbers, curve.points[0].trials, strict=True))
        for curve in result.curves
    }
    there, back = duel("ag", "unc", values), duel("unc", "ag", values)
    assert there is not None
    assert back is not None
    assert there.differences == tuple(-one for one in back.differences)
    assert (there.test.p, there.test.least, there.trials_needed) == (back.test.p, back.test.least, back.trials_needed)
    assert there.is_better == back.is_worse


@given(some_result())
def test_what_one_wins_the_other_loses(result: Result) -> None:
    _, seen = judged(result)
    for one in NAMES:
        for other in NAMES:
            share = seen.wins[one][other]
            back = seen.wins[other][one]
            assert (share is None) == (back is None)
            assert share is None or back is None or share + back == pytest.approx(1)
        assert seen.wins[one][one] in {None, 0.5}


@given(some_result())
def test_everything_but_random_is_better_or_listed_and_sentences_name_each_once(result: Result) -> None:
    plan, seen = judged(result)
    better = {one.criterion for one in seen.against("random") if one.is_better}
    assert set(seen.not_better) | better == {"unc", "ag"}
    assert not set(seen.not_better) & better
    said = " ".join(headline(plan, seen))
    if seen.against("random"):
        assert [len(re.findall(rf"\b{name}\b", said)) for name in ("ag", "unc")] == [1, 1]


@given(some_result())
def test_the_order_of_criteria_changes_no_number(result: Result) -> None:
    _, seen = judged(result)
    other = standings(a_plan(NAMES), replace(result, curves=tuple(reversed(result.curves))))
    assert {row.criterion: row.area for row in seen.rows} == {row.criterion: row.area for row in other.rows}
    assert set(seen.duels) == set(other.duels)


def test_nobody_is_compared_with_random_where_it_was_not_run() -> None:
    plan, seen = judged(a_result({"unc": straight(0.4, 0.5), "ag": straight(0.6, 0.7)}))
    assert seen.not_better == ()
    assert seen.saved == ()
    assert {one.rival for one in seen.duels} == {"ag"}
    assert headline(plan, seen)[0].startswith("No comparison with random: it is not one of the criteria")


def test_three_trials_cannot_tell_and_the_first_sentence_says_so() -> None:
    plan, seen = judged(a_result({"random": straight(0.40, 0.41, 0.42), "ag": straight(0.60, 0.61, 0.63)}))
    assert seen.not_better == ("ag",)
    said = headline(plan, seen)
    assert said[0].startswith("NOT shown to be better than random: ag (+10.")
    assert "3 trials cannot show anything (smallest possible p is 0.25); you need at least 6." in said[0]
    assert "smallest possible p: 0.25" in how_tested(seen)


def test_what_is_worse_than_random_comes_before_what_is_better() -> None:
    gains = {"random": 0.0, "unc": 0.05, "mm": -0.05, "ag": 0.05}
    plan, seen = judged(drawn(np.random.default_rng(1), gains))
    said = headline(plan, seen)
    assert said[0].startswith("WORSE than random: mm (-")
    assert said[1].startswith("Better than random: ag (+")
    assert seen.not_better == ("mm",)


def test_holms_p_is_of_the_tests_of_one_table() -> None:
    gains = {"random": 0.0, "unc": 0.0, "mm": 0.0, "ag": 0.05}
    _, seen = judged(drawn(np.random.default_rng(1), gains))
    table = seen.against("random")
    assert [one.criterion for one in table] == ["unc", "mm", "ag"]
    assert table[2].adjusted == pytest.approx(3 * table[2].test.p)
    assert {one.criterion for one in seen.against("ag", 200)} == {"unc", "mm"}  # against random it is tested above


def test_labels_saved_lie_on_the_straight_line_between_budgets() -> None:
    result = a_result({"random": straight(*[0.4] * 5), "ag": straight(*[0.6] * 5)}, full=0.5)
    found = {one.what: one for one in savings(result, "random")}
    one = found["random at 200 images"]
    assert (one.images, one.random, one.saved) == pytest.approx((110, 200, 90))
    assert one.interval is not None
    assert (one.interval.low, one.interval.high) == pytest.approx((90, 90))
    other = found["96 % of full"]
    assert other.images == pytest.approx(20 + 180 * (0.48 - 0.2) / 0.4)
    assert (other.random, other.saved, other.interval) == (None, None, None)  # random does not get there


def test_no_bootstrap_is_given_of_a_handful_of_trials() -> None:
    result = a_result({"random": straight(0.4, 0.4), "ag": straight(0.6, 0.6)}, full=0.5)
    assert {one.interval for one in savings(result, "random")} == {None}


def test_a_target_counts_as_reached_only_where_the_curve_stays_above_it() -> None:
    budgets = np.array([20.0, 40, 60, 80])
    curves = np.array([[0.2, 0.5, 0.3, 0.5], [0.2, 0.5, 0.3, 0.3], [0.4, 0.5, 0.6, 0.7], [0.4, 0.3, 0.5, 0.4]])
    assert images_to(budgets, curves, np.full(4, 0.4)) == pytest.approx([70, np.inf, 20, 50])


def test_the_interval_of_labels_saved_holds_the_truth_about_as_often_as_it_says() -> None:
    source, gains = np.random.default_rng(19), {"random": 0.0, "ag": 0.05}
    (exact, *_) = savings(drawn(source, gains, noise=0.0, trials=2), "random")
    assert exact.saved is not None
    hits = []
    for _ in range(150):
        (one, *_) = savings(drawn(source, gains, noise=0.01), "random")
        hits.append(one.interval is not None and one.interval.low <= exact.saved <= one.interval.high)
    assert 0.8 <= sum(hits) / len(hits) <= 1


@given(some_result())
def test_nothing_is_said_to_be_reached_beyond_what_is_measured(result: Result) -> None:
    for one in savings(result, "random"):
        for images in (one.images, one.random):
            assert images is None or BUDGETS[0] <= images <= BUDGETS[-1]
        assert one.interval is None or one.interval.low <= one.interval.high
