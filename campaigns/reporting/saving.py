"""How many labels a criterion saves against random to get equally far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from campaigns.reporting.series import Curve, Result

SHARES = (96.0, 98.0)
"""Per cent of the full model's mean average precision that the paper speaks of."""


@dataclass(frozen=True, slots=True)
class Saving:
    """What a criterion and random take to reach one mean average precision, over the trials that both have finished."""

    criterion: str
    target: float
    """Mean average precision in [0, 1]."""
    what: str
    """Where the target comes from, in words."""
    images: float | None
    """Labelled images of the criterion: where its mean curve, drawn straight between budgets, first gets there. None
    when it does not: curves are never drawn beyond what is measured."""
    random: float | None
    """Labelled images of random, likewise."""

    @property
    def saved(self) -> float | None:
        """Labels that random takes more, negative when fewer; None unless both get there."""
        return None if self.images is None or self.random is None else self.random - self.images


def savings(result: Result, rival: str) -> tuple[Saving, ...]:
    """Of every other criterion, to reach what `rival` comes to in the end, and `SHARES` of the full model's."""
    curves = {curve.criterion: curve for curve in result.curves if curve.points}
    if rival not in curves or len(curves[rival].points) < 2:
        return ()
    pairs = {name: _paired(curve, curves[rival]) for name, curve in curves.items() if name != rival}
    return tuple(
        Saving(name, target, what, images_to(mine, target), images_to(theirs, target))
        for at in range(1 + len(SHARES))
        for name, (mine, theirs) in pairs.items()
        if theirs
        for target, what in _targets(theirs, rival, result.full)[at : at + 1]
    )


def _targets(curve: Sequence[tuple[float, float]], rival: str, full: float | None) -> list[tuple[float, str]]:
    """Mean average precisions worth reaching, and in words what they are."""
    labelled, last = curve[-1]
    shares = [] if full is None else [(share / 100 * full, f"{share:g} % of full") for share in SHARES]
    return [(last, f"{rival} at {labelled:g} images"), *shares]


def images_to(curve: Sequence[tuple[float, float]], target: float) -> float | None:
    """Where a curve of (labelled images, mAP) first reaches a target, on straight lines; None when it never does.

    A curve that begins above the target reaches it at its beginning, at the latest.
    """
    if curve and curve[0][1] >= target:
        return curve[0][0]
    for (x0, y0), (x1, y1) in pairwise(curve):
        if y0 < target <= y1:
            return x0 + (x1 - x0) * (target - y0) / (y1 - y0)
    return None


_Means = list[tuple[float, float]]


def _paired(one: Curve, other: Curve) -> tuple[_Means, _Means]:
    """Both mean curves, over the trials and the budgets that both have; none where they have no trial in common."""
    tables = [{point.labelled: dict(zip(point.numbers, point.trials, strict=True)) for point in curve.points}
              for curve in (one, other)]  # fmt: skip
    budgets = sorted(tables[0].keys() & tables[1].keys())
    trials = set.intersection(*(set(table[budget]) for table in tables for budget in budgets)) if budgets else set()
    return _means(tables[0], budgets, trials), _means(tables[1], budgets, trials)


def _means(table: Mapping[int, Mapping[int, float]], budgets: Sequence[int], trials: set[int]) -> _Means:
    return [(budget, fmean(table[budget][trial] for trial in sorted(trials))) for budget in budgets] if trials else []
