"""How many labels a criterion saves against random to get equally far, and stay there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaigns.reporting.series import Curve, Result
from campaigns.reporting.statistics import LEAST_DRAWN, Interval, resamples

SHARES = (96.0, 98.0)
"""Per cent of the full model's mean average precision that the paper speaks of."""
LEVEL = 0.95
RESAMPLES = 2000

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Saving:
    """What a criterion and random take to reach one mean average precision, over the trials that both have finished."""

    criterion: str
    target: float
    """Mean average precision in [0, 1]."""
    what: str
    """Where the target comes from, in words."""
    images: float | None
    """Labelled images of the criterion: from there on its mean curve, drawn straight between budgets, is never below
    the target again. None when it ends below: curves are not drawn beyond what is measured."""
    random: float | None
    """Labelled images of random, likewise."""
    trials: int
    """That both have finished."""
    interval: Interval | None
    """95 % bootstrap interval of `saved`, over trials drawn with replacement. None where it has no end on one side, as
    the target is missed too often, and with fewer than `LEAST_DRAWN` trials."""

    @property
    def saved(self) -> float | None:
        """Labels that random takes more, negative when fewer; None unless both get there."""
        return None if self.images is None or self.random is None else self.random - self.images


def savings(result: Result, rival: str) -> tuple[Saving, ...]:
    """Return what every other criterion saves, to reach what `rival` comes to in the end, and `SHARES` of the full
    model's.
    """
    curves = {curve.criterion: curve for curve in result.curves if curve.points}
    if rival not in curves:
        return ()
    shares = [] if result.full is None else [(share / 100 * result.full, f"{share:g} % of full") for share in SHARES]
    pairs = [_Pair.of(curve, curves[rival]) for name, curve in curves.items() if name != rival]
    known = [pair for pair in pairs if pair is not None]
    return (
        *(pair.saving(None, f"{rival} at {pair.budgets[-1]:g} images") for pair in known),
        *(pair.saving(target, what) for target, what in shares for pair in known),
    )


def images_to(budgets: Floats, means: Floats, targets: Floats) -> Floats:
    """Return where each curve reaches its target for good, on straight lines; (B,), (R, B), (R,) -> (R,), inf for
    never.

    A curve that is never below it is said to reach it at its beginning.
    """
    stays = np.logical_and.accumulate((means >= targets[:, None])[:, ::-1], axis=1)[:, ::-1]
    at = stays.argmax(axis=1)  # the first of those that stay
    after = np.maximum(at, 1)
    rows = np.arange(len(means))
    below, above = means[rows, after - 1], means[rows, after]
    rise = np.where(at > 0, above - below, 1.0)
    crossing = budgets[after - 1] + (budgets[after] - budgets[after - 1]) * (targets - below) / rise
    return np.where(stays[:, -1], np.where(at > 0, crossing, budgets[0]), np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """A criterion and its rival over the trials and budgets that both have."""

    criterion: str
    budgets: Floats
    mine: Floats
    """(trials, budgets), as is the next."""
    theirs: Floats

    @classmethod
    def of(cls, curve: Curve, rival: Curve) -> "_Pair | None":
        """Pair two curves; None where they have no trial, or no second budget, in common."""
        tables = [{point.labelled: dict(zip(point.numbers, point.trials, strict=True)) for point in side.points}
                  for side in (curve, rival)]  # fmt: skip
        budgets = sorted(tables[0].keys() & tables[1].keys())
        trials = sorted(set.intersection(*(set(table[n]) for table in tables for n in budgets))) if budgets else []
        if len(budgets) < 2 or not trials:
            return None
        mine, theirs = (np.array([[table[n][trial] for n in budgets] for trial in trials]) for table in tables)
        return cls(curve.criterion, np.array(budgets, np.float64), mine, theirs)

    def saving(self, target: float | None, what: str) -> Saving:
        """To reach that target; without one, what the rival comes to in the end."""
        goal, images, random = self._reached(np.arange(len(self.mine))[None], target)
        has_both = len(self.mine) >= LEAST_DRAWN and bool(np.isfinite([images[0], random[0]]).all())
        drawn = self._reached(resamples(len(self.mine), RESAMPLES, 0), target)
        return Saving(
            self.criterion, float(goal[0]), what, _finite(images[0]), _finite(random[0]), len(self.mine),
            self._interval(drawn[1], drawn[2]) if has_both else None,
        )  # fmt: skip

    def _reached(self, rows: NDArray[np.int64], target: float | None) -> tuple[Floats, Floats, Floats]:
        """Target, images and the rival's images of means over trials; (R, trials) -> (R,) each."""
        mine, theirs = self.mine[rows].mean(axis=1), self.theirs[rows].mean(axis=1)
        goal = theirs[:, -1] if target is None else np.full(len(rows), target)
        return goal, images_to(self.budgets, mine, goal), images_to(self.budgets, theirs, goal)

    def _interval(self, images: Floats, random: Floats) -> Interval | None:
        # Where neither gets there nothing is saved. The ends are values that did occur: there is no mean of infinity.
        with np.errstate(invalid="ignore"):
            saved = np.where(np.isinf(images) & np.isinf(random), 0.0, random - images)
        low, high = np.quantile(saved, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], method="nearest")
        return Interval(float(low), float(high), LEVEL) if np.isfinite([low, high]).all() else None


def _finite(value: np.float64) -> float | None:
    return float(value) if np.isfinite(value) else None
