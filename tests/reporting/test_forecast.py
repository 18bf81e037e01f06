"""What the next labels may buy: exact curves go on exactly, intervals hold their point, the price never falls."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.reporting.extrapolation import (
    FORMS,
    LEAST_POINTS,
    POWERS,
    RATES,
    TRIED,
    backtest,
    continued,
    half_width,
    outlook,
)
from campaigns.reporting.forecast import (
    LEAST_ROUNDS,
    LEVEL,
    Advice,
    LabelTerms,
    MeasuredCurve,
    forecast,
)
from campaigns.reporting.forecast_text import sentence, track
from campaigns.reporting.statistics import Interval

TERMS = LabelTerms(classes=20, batch=30, budget=600, most=2000, seconds=4.5)


TWELVE = tuple(range(40, 481, 40))


@st.composite
def budgets(draw: st.DrawFn, *, least: int = LEAST_POINTS) -> tuple[int, ...]:
    """Ascending numbers of labelled images."""
    first = draw(st.integers(5, 500))
    steps = draw(st.lists(st.integers(1, 300), min_size=least - 1, max_size=15))
    return tuple(int(n) for n in first + np.cumsum([0, *steps]))


@st.composite
def traces(draw: st.DrawFn, *, least: int = LEAST_POINTS, low: float = 0.0, high: float = 1.0) -> MeasuredCurve:
    """Any measured curve, however unlikely."""
    images = draw(budgets(least=least))
    values = draw(st.lists(st.floats(low, high), min_size=len(images), max_size=len(images)))
    return MeasuredCurve(images, tuple(values))


def rising(
    scale: float = 0.8, power: float = 0.5, *, noise: float = 0.0, images: tuple[int, ...] = TWELVE
) -> MeasuredCurve:
    """A curve that rises to `scale` as a power does, with errors drawn."""
    errors = np.random.default_rng(14).normal(0, noise, len(images)) if noise else np.zeros(len(images))
    heights = scale - 0.5 * (np.array(images) / images[0]) ** -power + errors
    return MeasuredCurve(images, tuple(heights.tolist()))


@given(budgets(), st.data())
@pytest.mark.parametrize("form", FORMS)
def test_a_curve_of_one_form_is_continued_exactly_by_it(
    form: str, images: tuple[int, ...], data: st.DataObject
) -> None:
    bend, grid = FORMS[form]
    c = data.draw(st.sampled_from(grid.tolist()))
    at = [images[-1] + 10, 2 * images[-1]]
    shape = bend(np.array([*images, *at]) / images[0], np.array([c]))[0]
    span = np.ptp(shape)
    heights = 0.1 + 0.8 * (shape - shape.min()) / span
    values, truth = heights[: len(images)].tolist(), heights[len(images) :]
    # Where a form is all but flat on what is measured, rounding hides which c it had.
    if np.ptp(values) > 1e-3:
        assert continued(form, images, values, at) == pytest.approx(truth, abs=1e-3)


@given(traces(low=0.3, high=0.5), st.floats(-0.1, 0.1))
def test_a_curve_that_is_higher_by_a_constant_is_continued_higher_by_it(trace: MeasuredCurve, by: float) -> None:
    at = [trace.images[-1] + 5]
    higher = [value + by for value in trace.values]
    for form in FORMS:
        before, after = (continued(form, trace.images, values, at)[0] for values in (trace.values, higher))
        errors = [spread_of(form, trace.images, values) for values in (trace.values, higher)]
        # Two c that fit equally well to the last bit may change places; how well the best one fits does not.
        assert errors[0] == pytest.approx(errors[1], abs=1e-9)
        if np.ptp(trace.values) == 0 or form == "log":
            assert after - before == pytest.approx(by, abs=1e-9)


def spread_of(form: str, images: tuple[int, ...], values: "tuple[float, ...] | list[float]") -> float:
    """Return the sum of squares that a form leaves on the curve itself."""
    return math.fsum((continued(form, images, values, images) - np.asarray(values)) ** 2)


@given(st.floats(0.1, 1.5), st.floats(-0.15, 0.15), st.integers(0, 2**32 - 1))
def test_the_mean_of_a_noisy_curve_is_shifted_by_a_constant(power: float, by: float, seed: int) -> None:
    errors = np.random.default_rng(seed).normal(0, 0.01, len(TWELVE))
    low = 0.6 - 0.3 * (np.array(TWELVE) / 40) ** -power + errors
    before, after = outlook(TWELVE, low.tolist(), [520, 720]), outlook(TWELVE, (low + by).tolist(), [520, 720])
    assert after - before == pytest.approx(by, abs=1e-9)


@given(traces(), st.one_of(st.none(), st.floats(0, 0.3)), st.one_of(st.none(), st.floats(0, 1)))
def test_every_interval_holds_its_point_and_nothing_is_without_a_number(
    trace: MeasuredCurve, half: float | None, target: float | None
) -> None:
    last = trace.values[-1]
    bootstrap = None if half is None else Interval(max(0.0, last - half), min(1.0, last + half), LEVEL)
    made = forecast(replace(trace, bootstrap=bootstrap), replace(TERMS, most=None, target=target))
    assert made.ahead
    for ahead in made.ahead:
        assert 0 <= ahead.value <= 1
        assert math.isfinite(ahead.gain)
        assert (ahead.interval is None) == (ahead.gained is None) == (not made.misses)
        if ahead.interval is not None and ahead.gained is not None:
            assert 0 <= ahead.interval.low <= ahead.value <= ahead.interval.high <= 1
            assert -last <= ahead.gained.low <= ahead.gain <= ahead.gained.high <= 1 - last
            assert ahead.interval.high - ahead.interval.low <= 1
    for text in (sentence(made, test_images=60), track(made)):
        assert "nan" not in text
        assert "inf" not in text


@given(traces(), st.floats(0, 1), st.floats(0, 1))
def test_a_higher_target_never_costs_less(trace: MeasuredCurve, one_target: float, other: float) -> None:
    low, high = sorted((one_target, other))
    cheap, dear = (forecast(trace, replace(TERMS, target=target)).reach for target in (low, high))
    assert cheap is not None
    assert dear is not None
    if dear.price is not None:
        assert cheap.price is not None
        assert cheap.price.images <= dear.price.images
        assert cheap.price.decisions <= dear.price.decisions
        assert (cheap.price.seconds or 0) <= (dear.price.seconds or 0)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_more_images_never_cost_less(fewer: int, more: int) -> None:
    first, second = (TERMS.price(count) for count in sorted((fewer, more)))
    assert first.decisions <= second.decisions
    assert first.seconds is not None
    assert second.seconds is not None
    assert first.seconds <= second.seconds


@pytest.mark.parametrize("count", range(LEAST_POINTS))
def test_fewer_than_three_points_are_not_continued_and_it_is_told(count: int) -> None:
    made = forecast(MeasuredCurve(TWELVE[:count], (0.4, 0.5, 0.6)[:count]), TERMS)
    assert (made.ahead, made.misses, made.reach, made.advice) == ((), (), None, Advice.TOO_EARLY)
    assert "no forecast" in sentence(made, test_images=60)
    with pytest.raises(ValueError, match="no curve of 3 points"):
        outlook(TWELVE[:count], (0.4, 0.5, 0.6)[:count], [500])


@pytest.mark.parametrize("count", range(LEAST_POINTS, len(TWELVE) + 1))
def test_before_the_sixth_measured_round_it_is_too_early(count: int) -> None:
    made = forecast(MeasuredCurve(TWELVE[:count], rising().values[:count]), TERMS)
    assert (made.advice is Advice.TOO_EARLY) == (count < LEAST_ROUNDS)
    assert (f"too early ({count} of 6 rounds)" in sentence(made, test_images=60)) == (count < LEAST_ROUNDS)


def test_a_steep_curve_goes_on_a_flat_one_stops_and_a_wild_one_cannot_tell() -> None:
    wild = MeasuredCurve(TWELVE, tuple(0.4 + 0.1 * (-1) ** at for at in range(12)))
    flat = MeasuredCurve(TWELVE, tuple(0.6 + 0.0005 * (-1) ** at for at in range(12)))
    assert forecast(rising(noise=0.002), TERMS).advice is Advice.GO_ON
    assert forecast(flat, TERMS).advice is Advice.STOP
    assert forecast(wild, TERMS).advice is Advice.UNKNOWN


def test_where_no_image_is_left_or_the_target_is_reached_it_stops() -> None:
    spent = forecast(rising(), replace(TERMS, most=480))
    assert (spent.ahead, spent.advice) == ((), Advice.STOP)
    assert "no image is left" in sentence(spent, test_images=60)
    reached = forecast(rising(), replace(TERMS, target=0.5))
    assert reached.advice is Advice.STOP
    assert reached.reach is not None
    assert reached.reach.price == TERMS.price(0)
    assert "50.0 % is reached" in sentence(reached, test_images=60)
    never = forecast(rising(), replace(TERMS, target=0.99))
    assert "99.0 % is not reached within 2000 images" in sentence(never, test_images=60)


def test_the_price_of_a_target_is_where_the_curve_gets_there() -> None:
    made = forecast(rising(), replace(TERMS, target=0.67))
    assert made.reach is not None
    assert made.reach.price is not None
    at = 480 + made.reach.price.images
    before, there = outlook(TWELVE, rising().values, [at - 2, at])
    assert before < 0.67 <= there


def test_a_backtest_knows_nothing_of_what_came_later() -> None:
    trace = rising(noise=0.01)
    misses = backtest(trace.images, trace.values)
    assert [(miss.start, miss.labelled) for miss in misses] == list(pairwise(TWELVE[2:]))
    for at, miss in enumerate(misses, start=LEAST_POINTS):
        assert miss.forecast == outlook(TWELVE[:at], trace.values[:at], [TWELVE[at]])[0]
        assert (miss.last, miss.measured) == trace.values[at - 1 : at + 1]
    assert backtest(trace.images[: LEAST_POINTS + 1], trace.values[: LEAST_POINTS + 1]) == misses[:1]


def test_of_very_many_rounds_the_latest_forecasts_are_tried() -> None:
    images = tuple(range(10, 1010, 10))
    misses = backtest(images, rising(images=images).values)
    assert len(misses) == TRIED
    assert misses[-1].labelled == images[-1]


def test_an_interval_of_four_out_of_five_holds_about_so_many() -> None:
    rng, held = np.random.default_rng(5), []
    for _ in range(60):
        shape = 0.8 - rng.uniform(0.2, 0.5) * (np.array(TWELVE) / 40) ** -rng.uniform(0.3, 1.0)
        values = (shape + rng.normal(0, 0.007, 12)).tolist()
        for end in range(LEAST_ROUNDS, 12):
            half = half_width(backtest(TWELVE[:end], values[:end]), TWELVE[end - 1], TWELVE[end], level=LEVEL)
            assert half is not None
            held.append(abs(outlook(TWELVE[:end], values[:end], [TWELVE[end]])[0] - values[end]) <= half)
    assert 0.7 <= np.mean(held) <= 0.9


def test_the_bootstrap_widens_the_value_and_leaves_the_gain() -> None:
    trace = rising(noise=0.005)
    bare = forecast(trace, TERMS).ahead[0]
    last = trace.values[-1]
    drawn = forecast(replace(trace, bootstrap=Interval(last - 0.06, last + 0.05, LEVEL)), TERMS).ahead[0]
    assert drawn.gained == bare.gained
    assert bare.interval is not None
    assert drawn.interval is not None
    assert drawn.interval.low < bare.interval.low - 0.03
    assert drawn.interval.high > bare.interval.high + 0.02


def test_classes_with_few_test_positives_are_not_counted() -> None:
    rows = [{"cat": 0.2, "dog": 0.9, "newt": 0.4}, {"cat": 0.4, "dog": 0.9, "newt": 0.6}]
    trace = MeasuredCurve.of_classes((20, 40), rows, {"cat": 5, "dog": 4, "newt": 60})
    assert trace.values == pytest.approx((0.3, 0.5))
    assert trace.left_out == ("dog",)
    unmeasured = MeasuredCurve.of_classes(
        (20, 40), [rows[0], rows[1] | {"newt": None}], {"cat": 5, "dog": 4, "newt": 60}
    )
    assert unmeasured.values == pytest.approx((0.2, 0.4))
    assert unmeasured.left_out == ("dog", "newt")
    nothing = MeasuredCurve.of_classes((20, 40), rows, dict.fromkeys(("cat", "dog", "newt"), 4))
    assert (nothing.images, nothing.values) == ((), ())
    assert "nothing is measured that can be counted" in sentence(forecast(nothing, TERMS), test_images=60)


def test_what_is_no_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="do not ascend"):
        outlook([10, 20, 20], [0.1, 0.2, 0.3], [40])
    with pytest.raises(ValueError, match="not all in"):
        outlook([10, 20, 30], [0.1, float("nan"), 0.3], [40])
    with pytest.raises(ValueError, match="2 numbers of images, 1 values"):
        MeasuredCurve((1, 2), (0.5,))


def test_grids_are_ascending_and_positive() -> None:
    for grid in (POWERS, RATES):
        assert grid[0] > 0
        assert (np.diff(grid) > 0).all()
