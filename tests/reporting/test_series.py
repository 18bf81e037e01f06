"""Learning curves against numbers worked out by hand."""

import pytest

from campaigns.core.ids import CampaignId, Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.core.states import JobState
from campaigns.errors import UsageError
from campaigns.reporting.series import Result, result
from campaigns.store.rows import JobRow, RoundRow

CLASSES = ("cat", "dog", "newt")
PLAN = Plan(Schedule(10, (5, 5), (1, 1, 1)), 2, ("ag", "unc"), 100, 40, True, 1, (20,), CLASSES)
JOBS = [JobRow(CampaignId("c"), job, at, JobState.DONE, 0) for at, job in enumerate(PLAN.jobs)]


def measured(job: Job, number: int, labelled: int, *ap: float | None) -> RoundRow:
    known = [value for value in ap if value is not None]
    mean = sum(known) / len(known) if known else None
    return RoundRow(CampaignId("c"), job.id, number, labelled, "map", mean, ap, 0.0, None, None, None, None)


def arm(trial: int, name: str) -> Job:
    return Job(JobKind.ARM, trial, name)


FULL, BASE = Job(JobKind.FULL), [Job(JobKind.BASELINE, trial) for trial in (0, 1)]
ROUNDS = [
    measured(FULL, 0, 100, 0.75, 0.25, None),
    measured(BASE[0], 0, 10, 0.25, 0.125, None),
    measured(BASE[1], 0, 10, 0.5, 0.125, None),
    measured(arm(0, "ag"), 1, 15, 0.5, 0.25, None),
    measured(arm(1, "ag"), 1, 15, 0.75, 0.5, None),
    measured(arm(0, "ag"), 2, 20, 0.75, 0.5, None),
    measured(arm(1, "unc"), 1, 15, 0.25, 0.25, None),
]


def curve(found: Result, criterion: str) -> list[tuple[int, tuple[float, ...]]]:
    points = next(one.points for one in found.curves if one.criterion == criterion)
    return [(point.labelled, point.trials) for point in points]


def test_curves_are_what_one_works_out_by_hand() -> None:
    found = result(PLAN, JOBS, ROUNDS)
    assert found.full == 0.5
    assert curve(found, "ag") == [(10, (0.1875, 0.3125)), (15, (0.375, 0.625)), (20, (0.625,))]
    assert curve(found, "unc") == [(10, (0.1875, 0.3125)), (15, (0.25,))]


def test_every_criterion_of_the_plan_has_a_curve_in_the_plans_order() -> None:
    assert [one.criterion for one in result(PLAN, JOBS, []).curves] == ["ag", "unc"]
    assert all(one.points == () for one in result(PLAN, JOBS, []).curves)


def test_mean_and_deviation_are_over_trials() -> None:
    point = result(PLAN, JOBS, ROUNDS).curves[0].points[1]
    assert point.mean == 0.5
    assert point.sd == pytest.approx(0.125 * 2**0.5)  # of a sample of two


def test_one_trial_has_no_deviation() -> None:
    assert result(PLAN, JOBS, ROUNDS).curves[0].points[2].sd is None


def test_relative_is_per_cent_of_the_full_model() -> None:
    assert result(PLAN, JOBS, ROUNDS).relative(0.375) == 75.0
    assert result(PLAN, JOBS, ROUNDS[1:]).relative(0.375) is None


def test_a_mean_over_some_classes_counts_these_alone_and_the_full_model_likewise() -> None:
    found = result(PLAN, JOBS, ROUNDS, classes=("dog",))
    assert found.classes == ("dog",)
    assert found.full == 0.25
    assert curve(found, "ag") == [(10, (0.125, 0.125)), (15, (0.25, 0.5)), (20, (0.5,))]


def test_a_class_without_positives_is_left_out_and_named() -> None:
    found = result(PLAN, JOBS, ROUNDS)
    assert (found.classes, found.left_out) == (("cat", "dog"), ("newt",))


def test_before_anything_is_measured_no_class_is_left_out() -> None:
    found = result(PLAN, JOBS, [])
    assert (found.classes, found.left_out, found.full) == (CLASSES, (), None)


def test_a_class_that_cannot_be_averaged_over_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        result(PLAN, JOBS, ROUNDS, classes=("dogg",))
    assert caught.value.hint == "did you mean 'dog'?"
    with pytest.raises(UsageError, match="no positives, or no negatives, of 'newt'"):
        result(PLAN, JOBS, ROUNDS, classes=("newt",))


def test_the_order_in_which_rounds_come_does_not_matter() -> None:
    assert result(PLAN, JOBS, ROUNDS[::-1]) == result(PLAN, JOBS, ROUNDS)


def test_a_round_that_is_not_measured_yet_is_no_point() -> None:
    waiting = RoundRow(CampaignId("c"), JobId("arm-t0-unc"), 1, 15, "map", None, (), 0.0, None, None, None, None)
    assert result(PLAN, JOBS, [*ROUNDS, waiting]) == result(PLAN, JOBS, ROUNDS)


def test_a_test_set_without_any_positive_measures_nothing() -> None:
    empty = measured(BASE[0], 0, 10, None, None, None)
    found = result(PLAN, JOBS, [empty])
    assert found.classes == ()
    assert all(one.points == () for one in found.curves)
