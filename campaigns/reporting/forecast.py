"""What the next labels may buy: how a campaign's mean average precision may go on, at what price, and what to do.

It advises and never stops anything. Every forecast is made from one curve alone, as a practitioner has it, and is held
to what it would have said of this very curve before.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

import numpy as np

from campaigns.core.plan import Plan
from campaigns.reporting.extrapolation import LEAST_POINTS, Miss, backtest, half_width, outlook
from campaigns.reporting.series import Result, leading_curve, shared_trials
from campaigns.reporting.statistics import Interval

LEVEL = 0.8
"""Share of intervals that are meant to hold what is measured afterwards."""
LEAST_ROUNDS = 6
"""Measured rounds before which every advice is *too early*: with fewer, the forecast has been tried too seldom."""
LEAST_POSITIVES = 5
"""Positives in the test set below which the average precision of a class is left out."""
WORTH = 0.01
"""Mean average precision that half as many images again must bring to be worth it."""
FARTHEST = 10
"""How many times the labelled images a target is looked for among, where nobody says how many images there are."""
SHOWN = 3
"""Of the last forecasts, those that are named."""


class Advice(StrEnum):
    """What the forecast comes to, for a person who labels."""

    GO_ON = "go on"
    """Half as many images again bring something: even the lower end of the interval is above 0, and the forecast is
    `WORTH` or more."""
    UNKNOWN = "cannot tell"
    STOP = "stop"
    """Even the upper end is below `WORTH`, no image is left, or the target is reached."""
    TOO_EARLY = "too early"
    """Fewer than `LEAST_ROUNDS` rounds are measured."""


class Horizon(StrEnum):
    """How far a forecast looks."""

    BATCH = "batch"
    """The images that are asked for at a time."""
    HALF = "half"
    """Half as many images again, in whole batches: what the advice is about."""
    BUDGET = "budget"
    """The rest of the campaign's budget."""


@dataclass(frozen=True, slots=True)
class MeasuredCurve:
    """A learning curve that is to be continued.

    Raises:
        ValueError: images and values are not of the same number.
    """

    images: tuple[int, ...]
    """Labelled images of each measured round, ascending, at least 1."""
    values: tuple[float, ...]
    """Mean average precision of each, in [0, 1]."""
    bootstrap: Interval | None = None
    """Of the last value, over test images drawn with replacement, at `LEVEL`; None where nobody has drawn any."""
    left_out: tuple[str, ...] = ()
    """Classes with too few test positives to be counted."""

    def __post_init__(self) -> None:
        if len(self.images) != len(self.values):
            raise ValueError(f"{len(self.images)} numbers of images, {len(self.values)} values")

    @classmethod
    def of_classes(
        cls, images: Sequence[int], per_class: Sequence[Mapping[str, float | None]], positives: Mapping[str, int]
    ) -> "MeasuredCurve":
        """Return the mean over those classes that have at least `LEAST_POSITIVES` positives in the test set.

        `per_class` has the average precision of each class in each round, None where there is none. A class without
        one in some round is left out of all, so that every mean is over the same classes; without any class the curve
        is empty.
        """
        counted = [
            name
            for name, count in positives.items()
            if count >= LEAST_POSITIVES and all(row.get(name) is not None for row in per_class)
        ]
        left_out = tuple(name for name in positives if name not in counted)
        means = [math.fsum(row[name] or 0.0 for name in counted) / max(1, len(counted)) for row in per_class]
        return cls(tuple(images) if counted else (), tuple(means) if counted else (), left_out=left_out)


@dataclass(frozen=True, slots=True)
class LabelTerms:
    """What labels cost here, and what they are wanted for."""

    classes: int
    """That are asked about: decisions an image, at least 1."""
    batch: int
    """Images that are asked for at a time, at least 1."""
    budget: int
    """Labelled images at which the campaign ends."""
    most: int | None = None
    """Images that can be labelled in all; None where nobody says."""
    seconds: float | None = None
    """Of a person's time, an image; None where nobody has been timed."""
    target: float | None = None
    """Mean average precision that is wanted, in [0, 1]."""

    def price(self, images: int) -> "Price":
        """Return what labels of so many images cost."""
        return Price(images, images * self.classes, None if self.seconds is None else images * self.seconds)


@dataclass(frozen=True, slots=True)
class Price:
    """What labels cost."""

    images: int
    decisions: int
    """Yes or no, for each class of each image."""
    seconds: float | None
    """Of a person's time; None where nobody has been timed."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What more labels may bring."""

    horizon: Horizon
    labelled: int
    """Labelled images then."""
    value: float
    """Mean average precision then, in [0, 1]."""
    interval: Interval | None
    """Of `value`, in [0, 1]: with errors of earlier forecasts and, where it is known, the bootstrap of the last value.
    None before a forecast has been tried on this curve."""
    gain: float
    """`value` less what is measured last, in [-1, 1]."""
    gained: Interval | None
    """Of `gain`: with errors of earlier forecasts alone, since both values are of the same test images."""
    price: Price


@dataclass(frozen=True, slots=True)
class Reach:
    """What it takes to reach a target."""

    target: float
    """Mean average precision, in [0, 1]."""
    price: Price | None
    """From here; nothing where it is reached, None where the forecast does not get there."""
    most: int
    """Labelled images up to which it was looked for."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is measured, what may follow, and how far such forecasts were off before."""

    trace: MeasuredCurve
    ahead: tuple[Ahead, ...]
    """In the order of horizons. Empty with fewer than `LEAST_POINTS` points, and where no image is left."""
    misses: tuple[Miss, ...]
    """Forecasts of one batch that this curve would have had, oldest first."""
    advice: Advice
    reach: Reach | None
    """None where no target is given, and with fewer than `LEAST_POINTS` points."""
    criterion: str = ""
    """Whose curve it is; empty where the campaign has but this one."""
    trials: int = 1
    """That the curve is a mean over."""

    @property
    def has_points(self) -> bool:
        """Whether enough is measured to forecast anything."""
        return len(self.trace.images) >= LEAST_POINTS

    def at(self, horizon: Horizon) -> Ahead | None:
        """Return how far the forecast goes there; None where it has no such horizon."""
        return next((ahead for ahead in self.ahead if ahead.horizon is horizon), None)


def forecast(trace: MeasuredCurve, terms: LabelTerms, *, criterion: str = "", trials: int = 1) -> Forecast:
    """Return what may follow a curve.

    Raises:
        ValueError: images do not ascend from 1 or more, or a value is not in [0, 1].
    """
    if len(trace.images) < LEAST_POINTS:
        return Forecast(trace, (), (), Advice.TOO_EARLY, None, criterion, trials)
    misses = backtest(trace.images, trace.values)
    horizons = _horizons(trace.images[-1], terms)
    values = outlook(trace.images, trace.values, list(horizons.values())).tolist()
    ahead = tuple(
        _ahead(trace, misses, horizon, labelled, value, terms)
        for (horizon, labelled), value in zip(horizons.items(), values, strict=True)
    )
    reach = None if terms.target is None else _reach(trace, terms, terms.target)
    return Forecast(trace, ahead, misses, _advice(trace, ahead, reach), reach, criterion, trials)


def _horizons(labelled: int, terms: LabelTerms) -> dict[Horizon, int]:
    """Return where each forecast looks, in labelled images; none where no image is left."""
    most = math.inf if terms.most is None else terms.most
    batches = max(1, round(labelled / 2 / terms.batch))
    wanted = {
        Horizon.BATCH: labelled + terms.batch,
        Horizon.HALF: labelled + batches * terms.batch,
        Horizon.BUDGET: terms.budget,
    }
    kept = {horizon: int(min(count, most)) for horizon, count in wanted.items()}
    return {horizon: count for horizon, count in kept.items() if count > labelled}


def _ahead(
    trace: MeasuredCurve, misses: Sequence[Miss], horizon: Horizon, labelled: int, value: float, terms: LabelTerms
) -> Ahead:  # fmt: skip
    start, last = trace.images[-1], trace.values[-1]
    half, gain = half_width(misses, start, labelled, level=LEVEL), value - last
    price = terms.price(labelled - start)
    if half is None:
        return Ahead(horizon, labelled, value, None, gain, None, price)
    gained = Interval(max(gain - half, -last), min(gain + half, 1 - last), LEVEL)
    below, above = (0.0, 0.0) if trace.bootstrap is None else (last - trace.bootstrap.low, trace.bootstrap.high - last)
    # Two causes that have nothing to do with each other: the curve goes on otherwise, the test images are others.
    low, high = value - math.hypot(half, max(0.0, below)), value + math.hypot(half, max(0.0, above))
    return Ahead(horizon, labelled, value, Interval(max(0.0, low), min(1.0, high), LEVEL), gain, gained, price)


def _reach(trace: MeasuredCurve, terms: LabelTerms, target: float) -> Reach:
    start = trace.images[-1]
    most = FARTHEST * start if terms.most is None else terms.most
    if trace.values[-1] >= target:
        return Reach(target, terms.price(0), most)
    if most <= start:
        return Reach(target, None, most)
    counts = np.unique(np.geomspace(start + 1, most, 2000).round().astype(np.int64))
    high = np.flatnonzero(outlook(trace.images, trace.values, counts.tolist()) >= target)
    return Reach(target, terms.price(int(counts[high[0]]) - start) if len(high) else None, most)


def _advice(trace: MeasuredCurve, ahead: Sequence[Ahead], reach: Reach | None) -> Advice:
    if len(trace.images) < LEAST_ROUNDS:
        return Advice.TOO_EARLY
    if not ahead or (reach is not None and reach.price is not None and not reach.price.images):
        return Advice.STOP
    half = next(entry for entry in ahead if entry.horizon is Horizon.HALF)
    if half.gained is None:
        return Advice.UNKNOWN
    if half.gained.high < WORTH:
        return Advice.STOP
    return Advice.GO_ON if half.gained.low > 0 and half.gain >= WORTH else Advice.UNKNOWN


def images_tested(plan: Plan, result: Result) -> int:
    """Return on how many test images a campaign's last value is measured: where people label, those that they have."""
    return plan.test_images if result.tested is None else result.tested


def forecast_of(
    plan: Plan, result: Result, *, target: float | None = None, seconds: float | None = None,
    bootstrap: Interval | None = None,
) -> Forecast | None:  # fmt: skip
    """Return what may follow the leading criterion's curve; the first one's where that is not among the curves.

    The curve is the mean over the trials that have got to its last budget, which all its points share. `seconds` are a
    person's, an image, `bootstrap` is of its last value: else those of the result. None before anything is measured.
    """
    curve = leading_curve(plan, result)
    if curve is None:
        return None
    seconds = result.seconds if seconds is None else seconds
    bootstrap = result.interval if bootstrap is None else bootstrap
    shared = shared_trials(curve)
    tables = [dict(zip(point.numbers, point.trials, strict=True)) for point in curve.points]
    images = tuple(point.labelled for point in curve.points) if shared else ()
    values = tuple(fmean(table[trial] for trial in shared) for table in tables) if shared else ()
    steps = {plan.schedule.labelled(number): add for number, add in enumerate(plan.schedule.add)}
    batch = steps.get(curve.points[-1].labelled, plan.schedule.add[-1] if plan.schedule.add else 1)
    classes = len(plan.classes) if result.asked is None else result.asked
    terms = LabelTerms(classes, batch, plan.schedule.budget, plan.train_images, seconds, target)
    name = curve.criterion if len(plan.criteria) > 1 else ""
    return forecast(MeasuredCurve(images, values, bootstrap), terms, criterion=name, trials=len(shared))
