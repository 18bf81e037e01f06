"""Which criterion is ahead, and whether the trials can tell: areas, duels, wins, labels saved.

Trials are paired by their number. The baseline is the same for all criteria of a trial, so nothing is won or lost
there. Areas are over all budgets that any trial has reached, and only of trials that have measured every one of them:
two areas are never over different budgets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev

from campaigns.core.plan import Plan
from campaigns.core.yardstick import MEAN_AP, Yardstick
from campaigns.reporting.labels_saved import Saving, savings
from campaigns.reporting.pairwise import Duel, duel
from campaigns.reporting.series import Curve, Result
from campaigns.reporting.statistics import Interval, area, bootstrap_mean, holm, student_mean

RANDOM = "random"
"""The criterion that all others are measured against."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One number of a criterion, trial by trial."""

    numbers: tuple[int, ...]
    """Of the trials, ascending: parallel to `values`."""
    values: tuple[float, ...]
    mean: float
    sd: float | None
    """Sample standard deviation; None with fewer than two trials."""
    interval: Interval | None
    """95 % bootstrap interval of the mean; None with fewer than `LEAST_DRAWN` trials."""
    student: Interval | None
    """Student's 95 % interval of the mean: wider where trials are few; None with fewer than two."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How one criterion has done."""

    criterion: str
    readings: tuple[Sample | None, ...]
    """Mean average precision in [0, 1] at each of `Standings.budgets`; None where no trial is measured."""
    area: Sample | None
    """Area under the learning curve divided by its width, so again in [0, 1]; None before a trial is complete."""


@dataclass(frozen=True, slots=True)
class Standings:
    """Every criterion of a campaign against random, against the leading one, and against each other."""

    budgets: tuple[int, ...]
    """All that are measured, ascending; the first is the baseline's."""
    rows: tuple[Standing, ...]
    """Best area first; those without one last."""
    duels: tuple[Duel, ...]
    """Every criterion against random, then the others against the leading one (AG): at every budget, on the area."""
    wins: Mapping[str, Mapping[str, float | None]]
    """Share in [0, 1] of trials and budgets beyond the baseline at which the first is ahead of the second; a tie is
    half a win. None where they have none in common."""
    saved: tuple[Saving, ...]
    not_better: tuple[str, ...]
    """Criteria that are not shown to be better than random on the area: worse, or not told apart."""
    yardstick: Yardstick = MEAN_AP
    """What the values are of, where this speaks of mean average precision."""

    def row(self, criterion: str) -> Standing | None:
        """Return the standing of a criterion by name."""
        return next((standing for standing in self.rows if standing.criterion == criterion), None)

    def against(self, rival: str, budget: int | None = None) -> tuple[Duel, ...]:
        """Return all duels with a rival at a budget, or on the area: tests that are read together."""
        return tuple(duel_ for duel_ in self.duels if duel_.rival == rival and duel_.budget == budget)


_ByTrial = Mapping[int, float]
_Values = Mapping[str, _ByTrial]
"""By criterion, then by trial."""


def standings(plan: Plan, result: Result) -> Standings:
    """Compare all criteria of a result."""
    curves = {curve.criterion: curve for curve in result.curves}
    budgets = tuple(sorted({point.labelled for curve in result.curves for point in curve.points}))
    areas = {name: areas_of(curve, budgets) for name, curve in curves.items()}
    at: dict[int | None, _Values] = {
        budget: {name: values_at(curve, budget) for name, curve in curves.items()} for budget in budgets[1:]
    }
    duels = _duels(plan, at | {None: areas})
    rows = [
        Standing(name, tuple(sample(values_at(curve, budget)) for budget in budgets), sample(areas[name]))
        for name, curve in curves.items()
    ]
    better = {entry.criterion for entry in duels if entry.rival == RANDOM and entry.budget is None and entry.is_better}
    others = [name for name in curves if name != RANDOM] if RANDOM in curves else []
    return Standings(
        budgets,
        tuple(sorted(rows, key=lambda row: -row.area.mean if row.area else 1.0)),
        duels,
        {entry: {other: _wins(entry, other, at.values()) for other in curves} for entry in curves},
        savings(result, RANDOM),
        tuple(name for name in others if name not in better),
        plan.yardstick,
    )


def sample(by_trial: _ByTrial) -> Sample | None:
    """Return what can be said of one number over trials; None without any."""
    if not by_trial:
        return None
    numbers = tuple(sorted(by_trial))
    values = tuple(by_trial[number] for number in numbers)
    sd = stdev(values) if len(values) > 1 else None
    return Sample(numbers, values, fmean(values), sd, bootstrap_mean(values), student_mean(values))


def values_at(curve: Curve, budget: int) -> dict[int, float]:
    """Mean average precision of each trial at a budget; none where the curve has not got there."""
    for point in curve.points:
        if point.labelled == budget:
            return dict(zip(point.numbers, point.trials, strict=True))
    return {}


def areas_of(curve: Curve, budgets: Sequence[int]) -> dict[int, float]:
    """Area under the curve of each trial that has measured all of the budgets."""
    measured = [values_at(curve, budget) for budget in budgets]
    complete = set(measured[0]).intersection(*measured[1:]) if measured else set()
    areas = {
        trial: area([(budget, values[trial]) for budget, values in zip(budgets, measured, strict=True)])
        for trial in sorted(complete)
    }
    return {trial: value for trial, value in areas.items() if value is not None}


def _duels(plan: Plan, tables: Mapping[int | None, _Values]) -> tuple[Duel, ...]:
    """Against random and against the leading criterion, in each table of values."""
    duels: list[Duel] = []
    for rival in dict.fromkeys((RANDOM, plan.leading)):
        for budget, values in tables.items():
            # AG against random is in the first table already; random against AG would be the same test again.
            others = [name for name in values if name not in {rival, RANDOM}] if rival in values else []
            duels += _together([duel(name, rival, values, budget=budget) for name in others])
    return tuple(duels)


def _together(duels: Iterable[Duel | None]) -> list[Duel]:
    """Adjust duels by Holm's method, for they are read together."""
    known = [entry for entry in duels if entry is not None]
    adjusted = holm([entry.test.p for entry in known])
    return [replace(entry, adjusted=p) for entry, p in zip(known, adjusted, strict=True)]


def _wins(name: str, other: str, tables: Iterable[_Values]) -> float | None:
    points: list[float] = []
    for values in tables:
        mine, theirs = values[name], values[other]
        points += [(1 + (mine[n] > theirs[n]) - (mine[n] < theirs[n])) / 2 for n in mine.keys() & theirs.keys()]
    return fmean(points) if points else None
