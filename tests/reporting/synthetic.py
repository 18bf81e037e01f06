"""Campaigns whose truth is known, as the results that measuring them would leave."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from campaigns.core.plan import Plan
from campaigns.core.schedule import Schedule
from campaigns.reporting.claims import Claim, RoundVotes, claims
from campaigns.reporting.paper import Exhibit
from campaigns.reporting.series import Curve, Point, Result
from campaigns.reporting.standings import Standings, standings

PAPER_CRITERIA = ("random", "unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "ag", "vote", "adv")
SCHEDULE = Schedule(20, (20, 20, 20, 20, 100), (1,) * 6)
BUDGETS = tuple(SCHEDULE.labelled(round_) for round_ in SCHEDULE.rounds)
FULL = 0.8
SHAPE = np.array([0.6, 0.75, 0.85, 0.92, 0.97, 1.0])
VOTES = (60, 20, 10, 5, 3, 2)


def a_plan(criteria: Sequence[str] = PAPER_CRITERIA, *, trials: int = 10, has_full: bool = True) -> Plan:
    """Of 1000 training images, so that budgets of 100 and 200 are 10 and 20 %."""
    return Plan(SCHEDULE, trials, tuple(criteria), 1000, 400, has_full, 1, (100, 200), ("cat", "dog", "newt"))


def a_result(trials: Mapping[str, Sequence[Sequence[float]]], *, full: float | None = FULL) -> Result:
    """Of mean average precision by criterion: a row a trial, a column a budget of `SCHEDULE`."""
    curves = []
    for name, rows in trials.items():
        columns = zip(BUDGETS, zip(*rows, strict=True), strict=False)
        curves.append(a_curve(name, {labelled: dict(enumerate(column)) for labelled, column in columns}))
    return Result(("cat", "dog", "newt"), (), full, tuple(curves))


def a_curve(name: str, values: Mapping[int, Mapping[int, float]]) -> Curve:
    """Of values by budget and trial."""
    points = (
        Point(labelled, tuple(by_trial[n] for n in sorted(by_trial)), tuple(sorted(by_trial)))
        for labelled, by_trial in values.items()
        if by_trial
    )
    return Curve(name, tuple(points))


def drawn(
    rng: np.random.Generator,
    gains: Mapping[str, float],
    *,
    trials: int = 10,
    level: float = 0.5,
    noise: float = 0.01,
) -> Result:
    """Learning curves to `level` at 200 images, with `gains` above it beyond the baseline, and noise.

    The noise of a trial is the same for all criteria; that of a model is its own. The baseline is one model a trial.
    """
    rise = level * SHAPE
    of_trial = rng.normal(0, 2 * noise, (trials, 1))
    baseline = rng.normal(0, noise, (trials, 1))
    found = {}
    for name, gain in gains.items():
        values = rise + of_trial + rng.normal(0, noise, (trials, len(BUDGETS))) + gain
        values[:, :1] = rise[0] + of_trial + baseline
        found[name] = values.tolist()
    return a_result(found)


def found(
    result: Result,
    *,
    delta_ag_percent: float | None = 3.0,
    votes: Iterable[RoundVotes] | None = None,
    figures: Sequence[Exhibit] = (),
) -> dict[str, Claim]:
    """All claims of a drawn campaign, by key."""
    plan = planned(result)
    made = [RoundVotes(t, r, VOTES) for t in range(plan.trials) for r in range(5)] if votes is None else list(votes)
    return {
        one.key: one for one in claims(plan, result, votes=made, delta_ag_percent=delta_ag_percent, figures=figures)
    }


def judged(result: Result) -> tuple[Plan, Standings]:
    """Its plan and its standings."""
    plan = planned(result)
    return plan, standings(plan, result)


def planned(result: Result) -> Plan:
    """A plan that would leave it."""
    trials = max((len(point.trials) for curve in result.curves for point in curve.points), default=1)
    return a_plan([curve.criterion for curve in result.curves], trials=trials, has_full=result.full is not None)
