"""Forecasts of campaigns, in sentences and as JSON."""

from dataclasses import replace

import pytest

from campaigns.reporting.forecast import (
    LEVEL,
    Forecast,
    Horizon,
    forecast,
    forecast_of,
    images_tested,
)
from campaigns.reporting.forecast_text import duration, sentence, sentences, track
from campaigns.reporting.json.forecast import campaign_forecast_record, forecast_record
from campaigns.reporting.statistics import Interval
from tests.reporting.synthetic import BUDGETS, FULL, SHAPE, a_curve, a_plan, a_result, planned
from tests.reporting.test_forecast import TERMS, rising


def test_without_a_pace_nobody_speaks_of_minutes() -> None:
    made = forecast(rising(), replace(TERMS, seconds=None))
    assert made.ahead[0].price.seconds is None
    assert "600 decisions" in sentence(made, test_images=60)


def test_the_sentence_has_value_gain_price_and_advice() -> None:
    trace = rising(noise=0.002)
    made = forecast(replace(trace, bootstrap=Interval(0.58, 0.71, LEVEL)), replace(TERMS, seconds=140 / 30))
    batch, half = made.at(Horizon.BATCH), made.at(Horizon.HALF)
    assert batch is not None
    assert half is not None
    text = sentence(made, test_images=60)
    assert text.startswith(
        f"{100 * trace.values[-1]:.1f} % (58.0–71.0) on 60 test images; the next 30: {100 * batch.gain:+.1f} ("
    )
    assert " points, 2 min 20 s of your time; the next 240: " in text
    assert text.endswith(": go on")
    assert "240" not in sentence(made, test_images=60, is_brief=True)
    assert sentence(made, test_images=60, is_brief=True).endswith(" 2 min 20 s of your time: go on")
    assert sentences(made, test_images=60) == (text, track(made))
    assert sentences(None, test_images=60) == ()
    assert track(made).startswith("the last 3 forecasts of a batch were off by ")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59, "59 s"), (120, "2 min"), (140.2, "2 min 20 s"), (3900, "1 h 05 min")]
)
def test_a_persons_time_is_told_to_two_units(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_campaign_is_forecast_on_the_leading_criterion_over_the_trials_it_shares() -> None:
    rows = [(FULL * SHAPE + shift).tolist() for shift in (-0.1, 0.0, 0.1)]
    result = a_result({"random": rows, "ag": rows})
    late = dict(enumerate(zip(*rows, strict=True)))
    values = {n: dict(enumerate(late[at])) for at, n in enumerate(BUDGETS)}
    values[BUDGETS[-1]] = {0: rows[0][-1], 2: rows[2][-1]}  # the second trial has not got there
    partial = replace(result, curves=(result.curves[0], a_curve("ag", values)))
    made = forecast_of(planned(result), partial)
    assert made is not None
    assert (made.criterion, made.trials, made.trace.images) == ("ag", 2, BUDGETS)
    assert made.trace.values == pytest.approx((FULL * SHAPE).tolist())
    alone = forecast_of(planned(result), replace(result, curves=result.curves[:1]))
    assert alone is not None
    assert (alone.criterion, alone.trials) == ("random", 3)


def test_where_people_label_their_test_images_and_their_time_count() -> None:
    result = a_result({"ag": [(FULL * SHAPE).tolist()]})
    plan = planned(result)
    assert images_tested(plan, result) == plan.test_images
    timed = replace(result, tested=17, seconds=6.0)
    assert images_tested(plan, timed) == 17
    record = campaign_forecast_record(plan, timed)
    assert record is not None
    assert "on 17 test images" in record["sentence"]
    assert "of your time" in record["sentence"]
    ahead = record["ahead"][0]
    assert ahead["price"]["seconds"] == 6.0 * ahead["price"]["images"]


def test_of_nothing_measured_there_is_no_forecast() -> None:
    result = a_result({"ag": []})
    assert forecast_of(a_plan(["ag"]), result) is None
    assert campaign_forecast_record(a_plan(["ag"]), result) is None


def test_json_has_what_the_sentence_is_made_of() -> None:
    made: Forecast = forecast(rising(noise=0.005), replace(TERMS, target=0.7))
    record = forecast_record(made, test_images=60)
    assert record["sentence"] == sentence(made, test_images=60)
    assert [entry["horizon"] for entry in record["ahead"]] == ["batch", "half", "budget"]
    assert record["ahead"][0]["price"] == {"images": 30, "decisions": 600, "seconds": 135.0}
    assert len(record["misses"]) == len(made.misses) == 9


def test_where_people_label_the_last_value_has_its_interval_over_test_images() -> None:
    result = a_result({"ag": [(FULL * SHAPE).tolist()]})
    interval = Interval(0.55, 0.71, 0.8)
    made = forecast_of(planned(result), replace(result, interval=interval))
    assert made is not None
    assert made.trace.bootstrap == interval
    assert "% (55.0–71.0) on 60 test images" in sentence(made, test_images=60)
    assert forecast_record(made, test_images=60)["bootstrap"] == {"low": 0.55, "high": 0.71, "level": 0.8}
    plain = forecast_of(planned(result), result)
    assert plain is not None
    assert plain.trace.bootstrap is None
