"""Learning curves: mean average precision against what it took to get there, over trials, by criterion."""

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from campaigns.core.ids import Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.yardstick import MEAN_AP, Yardstick
from campaigns.errors import UsageError, nearest
from campaigns.reporting.slots import is_gpu, preparations, slots
from campaigns.store.rows import AttemptRow, JobRow, RoundRow, classes_of_rounds

if TYPE_CHECKING:  # it is made with NumPy, for which no list of curves has to wait
    from campaigns.reporting.statistics import Interval


class Axis(StrEnum):
    """What a budget is counted in."""

    IMAGES = "images"
    """Labelled images."""
    DECISIONS = "decisions"
    """Yes or no, for each class of each labelled image."""
    SECONDS = "seconds"
    """Of work on this machine."""
    GPU_HOURS = "gpu-hours"
    """Of that work, what ran on a GPU; 0 on the CPU."""


@dataclass(frozen=True, slots=True)
class Point:
    """One budget of a curve."""

    labelled: int
    trials: tuple[float, ...]
    """Mean average precision of each trial that has got here, in [0, 1]."""
    numbers: tuple[int, ...] = ()
    """Of these trials, ascending: parallel to `trials`."""
    decisions: int = 0
    """Answers a person would have given: labelled images × classes that were asked about then."""
    seconds: float = 0.0
    """From nothing to this measurement, with the baseline and what got the images ready; a mean over trials. A model
    that was taken over from an earlier fit cost nothing here."""
    gpu_seconds: float = 0.0
    """Of these, the ones of jobs whose last attempt ran on a GPU."""

    @property
    def mean(self) -> float:
        """Over trials."""
        return statistics.fmean(self.trials)

    @property
    def sd(self) -> float | None:
        """Sample standard deviation over trials; None with fewer than two."""
        return statistics.stdev(self.trials) if len(self.trials) > 1 else None

    def x(self, axis: Axis) -> float:
        """Return where the point stands on an axis, in the unit that the axis is named for; at least 0."""
        return _PLACES[axis](self)


_PLACES: Mapping[Axis, Callable[[Point], float]] = {
    Axis.IMAGES: lambda point: point.labelled,
    Axis.DECISIONS: lambda point: point.decisions,
    Axis.SECONDS: lambda point: point.seconds,
    Axis.GPU_HOURS: lambda point: point.gpu_seconds / 3600,
}


@dataclass(frozen=True, slots=True)
class Curve:
    """What one criterion has reached, budget by budget; the first point is the baseline all criteria share."""

    criterion: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The learning curves of a campaign, and what they are measured against."""

    classes: tuple[str, ...]
    """The mean is over these: classes with positives and negatives in the test set, or those that were asked for."""
    left_out: tuple[str, ...]
    """Classes without a positive, or without a negative, in the test set."""
    full: float | None
    """Mean average precision of the fully supervised model; None without one, or before it is measured."""
    curves: tuple[Curve, ...]
    chosen: tuple[str, ...] = ()
    """The same as `classes` when somebody asked for some of them; empty when all that can be measured are counted."""
    fulls: tuple[tuple[int, float], ...] = ()
    """Epochs of the full model, ascending, and its mean average precision after them; `full` is that after the most.
    Empty where it is measured once."""
    tested: int | None = None
    """Test images with a label in the last round of the leading criterion; None where all of them have."""
    seconds: float | None = None
    """Of a person's time, an image; None where nobody was timed."""
    passing: tuple[str, ...] = ()
    """Classes that some rounds lack, since people added or retired them: no mean is over them."""
    known: tuple[str, ...] = ()
    """Every class that can be asked for."""
    asked: int | None = None
    """Classes that people are asked about by now; None where nobody is."""
    yardstick: Yardstick = MEAN_AP
    """What the values are of, where this speaks of mean average precision."""
    interval: "Interval | None" = None
    """Of the last mean of the leading criterion's curve, over test images drawn with replacement; None where the data
    set has all labels, and where nothing is measured."""

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes that some point has a value on other than 0; images are always among them."""
        points = [point for curve in self.curves for point in curve.points]
        return tuple(axis for axis in Axis if axis is Axis.IMAGES or any(point.x(axis) for point in points))

    def relative(self, mean: float) -> float | None:
        """Per cent of the full model's mean average precision."""
        return 100 * mean / self.full if self.full else None

    def relatives(self, mean: float) -> tuple[tuple[int, float], ...]:
        """Epochs of the full model, ascending, and per cent of its mean average precision after them."""
        return tuple((epochs, 100 * mean / full) for epochs, full in self.fulls if full)


def leading_curve(plan: Plan, result: Result) -> Curve | None:
    """Return the curve that a forecast continues: the leading criterion's, else the first that has a point."""
    curves = {curve.criterion: curve for curve in result.curves if curve.points}
    return curves.get(plan.leading) or next(iter(curves.values()), None)


def shared_trials(curve: Curve) -> tuple[int, ...]:
    """Return the trials that all points of a curve share, ascending."""
    return tuple(sorted(set(curve.points[0].numbers).intersection(*(point.numbers for point in curve.points))))


def result(
    plan: Plan,
    jobs: Iterable[JobRow],
    rounds: Sequence[RoundRow],
    *,
    classes: Sequence[str] = (),
    attempts: Iterable[AttemptRow] = (),
) -> Result:
    """Return the curves of a campaign so far, as a mean over all classes that can be measured, or over some of them.

    `attempts` tell what ran on a GPU; without them nothing did.

    Raises:
        UsageError: a class of that name is not in the data, or has no positives in the test set.
    """
    measured = [(row, row.by_class(plan.classes)) for row in rounds if row.per_class]
    known_names = classes_of_rounds(plan.classes, rounds)
    passing = tuple(name for name in known_names if any(name not in values for _, values in measured))
    missing = _unmeasured([name for name in known_names if name not in passing], measured)
    _refuse_unknown(classes, known_names, missing)
    counted = tuple(classes) or tuple(name for name in known_names if name not in (*missing, *passing))
    by_id = {row.job.id: row.job for row in jobs}
    known = tuple(attempts)
    costs = _costs(by_id, rounds, slots(known), preparations(known))
    fulls: dict[int, float] = {}
    values: _Values = defaultdict(dict)
    for row, by_class in measured if counted else []:  # a test set may have no positives of anything
        if any(by_class.get(name) is None for name in counted):
            continue  # one of the classes that were asked for is not measured there
        job, mean = by_id[row.job], math.fsum(by_class[name] or 0.0 for name in counted) / len(counted)
        if job.kind is JobKind.FULL:
            fulls[row.number] = mean
        elif job.trial is not None:
            for name in plan.criteria if job.kind is JobKind.BASELINE else [job.criterion or ""]:
                values[name, row.labelled][job.trial] = _Measured(mean, len(by_class), *costs[row.job, row.number])
    curves = tuple(_curve(name, values) for name in plan.criteria)
    counts = plan.full_counts
    by_epochs = tuple((counts[number], fulls[number]) for number in sorted(fulls)) if len(counts) > 1 else ()
    known_names = tuple(name for name in known_names if name not in missing)
    return Result(
        counted, tuple(missing), fulls.get(len(counts) - 1), curves, tuple(classes), by_epochs, passing=passing,
        known=known_names, yardstick=plan.yardstick,
    )  # fmt: skip


def _unmeasured(shared: Sequence[str], measured: Sequence[tuple[RoundRow, Mapping[str, float | None]]]) -> list[str]:
    """Return which of the classes that all rounds have some round says nothing of: no mean is over them.

    Where that is all of them, those that the last round says nothing of: people label tests as they go, and the first
    rounds may have had too few. The rounds before have no mean then.
    """
    missing = [name for name in shared if any(values[name] is None for _, values in measured)]
    if measured and len(missing) == len(shared):
        _, last = max(measured, key=lambda pair: pair[0].labelled)
        return [name for name in shared if last[name] is None]
    return missing


@dataclass(frozen=True, slots=True)
class _Measured:
    """One trial at one budget."""

    value: float
    classes: int
    """Of the round."""
    seconds: float
    gpu_seconds: float


_Values = dict[tuple[str, int], dict[int, _Measured]]
"""By criterion and labelled images, then by trial."""


def _curve(name: str, values: _Values) -> Curve:
    points: list[Point] = []
    labelled = decisions = 0
    for n in sorted(labelled for criterion, labelled in values if criterion == name):
        # What was asked for a round was asked about the classes that it has.
        decisions += (n - labelled) * max(trial.classes for trial in values[name, n].values())
        labelled = n
        points.append(_point(n, values[name, n], decisions))
    return Curve(name, tuple(points))


def _point(labelled: int, by_trial: Mapping[int, _Measured], decisions: int) -> Point:
    numbers = tuple(sorted(by_trial))
    measured = [by_trial[number] for number in numbers]
    return Point(
        labelled,
        tuple(trial.value for trial in measured),
        numbers,
        decisions,
        statistics.fmean(trial.seconds for trial in measured),
        statistics.fmean(trial.gpu_seconds for trial in measured),
    )


def _costs(
    jobs: Mapping[JobId, Job], rounds: Iterable[RoundRow], on: Mapping[JobId, str], ready: Mapping[JobId, float]
) -> dict[tuple[JobId, int], tuple[float, float]]:
    """Return, of every round, the seconds from nothing until its model was measured, and those of them on a GPU.

    What a job took to have its images ready comes before the first of its rounds.
    """
    costs: dict[tuple[JobId, int], tuple[float, float]] = {}
    spent: dict[JobId, tuple[float, float]] = {}
    # Baselines first, for arms begin where theirs ends; then in the order of rounds, whatever order they come in.
    for row in sorted(rounds, key=lambda row: (jobs[row.job].needs is not None, row.job, row.number)):
        needs = jobs[row.job].needs
        share = 1.0 if is_gpu(on.get(row.job, "")) else 0.0
        before = spent.get(row.job)
        if before is None:
            above = spent.get(needs.id, (0.0, 0.0)) if needs else (0.0, 0.0)
            before = above[0] + ready.get(row.job, 0.0), above[1] + share * ready.get(row.job, 0.0)
        model, choice = row.train_seconds + (row.evaluate_seconds or 0), _choosing(row)
        costs[row.job, row.number] = before[0] + model, before[1] + share * model
        spent[row.job] = before[0] + model + choice, before[1] + share * (model + choice)
    return costs


def _choosing(row: RoundRow) -> float:
    return (row.score_seconds or 0) + (row.select_seconds or 0)


def _refuse_unknown(classes: Sequence[str], known: Sequence[str], missing: Sequence[str]) -> None:
    for name in classes:
        if name not in known:
            raise UsageError(f"the data have no class {name!r}", hint=nearest(name, known))
        if name in missing:
            raise UsageError(f"the test set has no positives, or no negatives, of {name!r}, so it cannot be measured")
