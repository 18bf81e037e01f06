"""Learning curves: mean average precision against labelled images, over trials, by criterion."""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from campaigns.core.ids import JobKind
from campaigns.core.plan import Plan
from campaigns.errors import UsageError, nearest
from campaigns.store.rows import JobRow, RoundRow


@dataclass(frozen=True, slots=True)
class Point:
    """One budget of a curve."""

    labelled: int
    trials: tuple[float, ...]
    """Mean average precision of each trial that has got here, in [0, 1]."""

    @property
    def mean(self) -> float:
        """Over trials."""
        return statistics.fmean(self.trials)

    @property
    def sd(self) -> float | None:
        """Sample standard deviation over trials; None with fewer than two."""
        return statistics.stdev(self.trials) if len(self.trials) > 1 else None


@dataclass(frozen=True, slots=True)
class Curve:
    """What one criterion has reached, budget by budget; the first point is the baseline all criteria share."""

    criterion: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """The learning curves of a campaign, and what they are measured against."""

    classes: tuple[str, ...]
    """The mean is over these: classes that the test set has positives of, or those that were asked for."""
    left_out: tuple[str, ...]
    """Classes without positives in the test set."""
    full: float | None
    """Mean average precision of the fully supervised model; None without one, or before it is measured."""
    curves: tuple[Curve, ...]

    def relative(self, mean: float) -> float | None:
        """Per cent of the full model's mean average precision."""
        return 100 * mean / self.full if self.full else None


def result(plan: Plan, jobs: Iterable[JobRow], rounds: Sequence[RoundRow], *, classes: Sequence[str] = ()) -> Result:
    """The curves of a campaign so far, as a mean over all classes that can be measured, or over some of them.

    Raises:
        UsageError: a class of that name is not in the data, or has no positives in the test set.
    """
    measured = [row for row in rounds if row.ap]
    missing = {name for row in measured[:1] for name, ap in zip(plan.classes, row.ap, strict=True) if ap is None}
    _refuse_unknown(classes, plan, missing)
    counted = tuple(classes) or tuple(name for name in plan.classes if name not in missing)
    columns = [plan.classes.index(name) for name in counted]
    by_id = {row.job.id: row.job for row in jobs}
    full: float | None = None
    values: dict[tuple[str, int], dict[int, float]] = defaultdict(dict)
    for row in measured if columns else []:  # a test set may have no positives of anything
        job, mean = by_id[row.job], math.fsum(row.ap[c] or 0.0 for c in columns) / len(columns)
        if job.kind is JobKind.FULL:
            full = mean
        elif job.trial is not None:
            for name in plan.criteria if job.kind is JobKind.BASELINE else [job.criterion or ""]:
                values[name, row.labelled][job.trial] = mean
    curves = tuple(_curve(name, values) for name in plan.criteria)
    return Result(counted, tuple(name for name in plan.classes if name in missing), full, curves)


def _curve(name: str, values: dict[tuple[str, int], dict[int, float]]) -> Curve:
    budgets = sorted(labelled for criterion, labelled in values if criterion == name)
    return Curve(name, tuple(Point(n, tuple(ap for _, ap in sorted(values[name, n].items()))) for n in budgets))


def _refuse_unknown(classes: Sequence[str], plan: Plan, missing: set[str]) -> None:
    for name in classes:
        if name not in plan.classes:
            raise UsageError(f"the data have no class {name!r}", hint=nearest(name, plan.classes))
        if name in missing:
            raise UsageError(f"the test set has no positives of {name!r}, so it cannot be measured")
