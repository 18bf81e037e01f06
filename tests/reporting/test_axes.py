"""What a budget of a learning curve took, against numbers worked out by hand."""

from dataclasses import replace

import pytest

from campaigns.reporting.series import Axis, Point, result
from tests.reporting.rows import BASE, JOBS, PLAN, arm, ran, took

ROUNDS = [
    took(BASE[0], 0, 10.0, 1.0, 2.0, 0.5),
    took(BASE[1], 0, 20.0, 1.0, 2.0, 0.5),
    took(arm(0, "ag"), 1, 30.0, 1.0, 2.0, 0.5),
    took(arm(1, "ag"), 1, 40.0, 1.0, 2.0, 0.5),
    took(arm(0, "ag"), 2, 50.0, 1.0, None, None),
]


def points(criterion: str, *, slots: dict[str, str] | None = None) -> tuple[Point, ...]:
    attempts = [ran(row.job, (slots or {})[row.job.id]) for row in JOBS if row.job.id in (slots or {})]
    found = result(PLAN, JOBS, ROUNDS, attempts=attempts)
    return next(curve.points for curve in found.curves if curve.criterion == criterion)


def test_seconds_run_from_nothing_to_the_measurement_with_the_baseline_and_every_choice_before_it() -> None:
    baseline, first, second = points("ag")
    assert baseline.seconds == (11 + 21) / 2
    assert first.seconds == ((10 + 1 + 2 + 0.5 + 30 + 1) + (20 + 1 + 2 + 0.5 + 40 + 1)) / 2
    assert second.seconds == 13.5 + 33.5 + 51
    assert (first.numbers, second.numbers) == ((0, 1), (0,))


def test_what_got_the_images_ready_comes_before_the_first_round_of_a_job() -> None:
    ready = {"baseline-t0": 100.0, "baseline-t1": 120.0, "arm-t0-ag": 3.0, "arm-t1-ag": 5.0}
    tried = [replace(ran(row.job, "cuda:0"), prepare_seconds=ready.get(row.job.id, 0.0)) for row in JOBS]
    tried.append(replace(ran(BASE[0], "cuda:0", 2), prepare_seconds=7.0))
    curve = next(c for c in result(PLAN, JOBS, ROUNDS, attempts=tried).curves if c.criterion == "ag")
    before = points("ag")
    assert curve.points[0].seconds == before[0].seconds + (107 + 120) / 2
    assert curve.points[1].seconds == before[1].seconds + (107 + 3 + 120 + 5) / 2
    assert curve.points[2].seconds == before[2].seconds + 107 + 3
    assert [point.gpu_seconds for point in curve.points] == [point.seconds for point in curve.points]


def test_a_measured_point_stays_where_it_is_when_its_round_goes_on_to_score() -> None:
    half = [took(BASE[0], 0, 10.0, 1.0, None, None)]
    whole = [took(BASE[0], 0, 10.0, 1.0, 2.0, 0.5)]
    assert result(PLAN, JOBS, half) == result(PLAN, JOBS, whole)


def test_only_jobs_whose_last_attempt_was_on_a_gpu_spend_gpu_time() -> None:
    on = {"baseline-t0": "cpu", "baseline-t1": "cuda:0", "arm-t0-ag": "cuda:1", "arm-t1-ag": "cuda:0"}
    baseline, first, second = points("ag", slots=on)
    assert baseline.gpu_seconds == (0 + 21) / 2
    assert first.gpu_seconds == (31 + (23.5 + 41)) / 2
    assert second.gpu_seconds == 33.5 + 51
    moved = [ran(BASE[0], "cuda:0", 1), ran(BASE[0], "cpu", 2)]
    found = result(PLAN, JOBS, ROUNDS[:1], attempts=moved[::-1])
    assert found.curves[0].points[0].gpu_seconds == 0


def test_without_attempts_nothing_ran_on_a_gpu() -> None:
    assert {point.gpu_seconds for point in points("ag")} == {0.0}


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        (Axis.IMAGES, 15),
        (Axis.DECISIONS, 45),
        (Axis.SECONDS, (44.5 + 64.5) / 2),
        (Axis.GPU_HOURS, 95.5 / 7200),
    ],
    ids=str,
)
def test_a_point_stands_where_its_axis_says(axis: Axis, expected: float) -> None:
    on = {"baseline-t1": "cuda:0", "arm-t0-ag": "cuda:0", "arm-t1-ag": "cuda:0"}
    assert points("ag", slots=on)[1].x(axis) == pytest.approx(expected)


@pytest.mark.parametrize("axis", Axis, ids=str)
def test_every_axis_grows_along_a_curve(axis: Axis) -> None:
    on: dict[str, str] = {row.job.id: "cuda:0" for row in JOBS}
    places = [point.x(axis) for point in points("ag", slots=on)]
    assert places == sorted(set(places))


def test_criteria_that_share_a_baseline_share_what_it_took() -> None:
    assert points("ag")[0] == points("unc")[0]
