"""Learning curves as they are drawn: in per cent, on the axis that was asked for."""

from dataclasses import dataclass
from functools import lru_cache

from campaigns.core.text import printable
from campaigns.reporting.colours import places
from campaigns.reporting.series import Axis, Point, Result


@dataclass(frozen=True, slots=True)
class Spot:
    """One budget of a trace."""

    labelled: int
    x: float
    """In the unit of the axis."""
    y: float
    """Mean over trials, in per cent of the full model's mAP, or mAP in per cent."""
    sd: float | None
    """In the unit of `y`; None with fewer than two trials."""
    trials: tuple[tuple[int, float], ...]
    """Number of each trial that has got here, and its value in the unit of `y`."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is drawn of one criterion."""

    at: int
    """Its place among colours and marks, from 0, whatever else is drawn or hidden."""
    name: str
    """Harmless to print."""
    is_hidden: bool
    spots: tuple[Spot, ...]

    def spot(self, labelled: int) -> Spot | None:
        """Return the budget, if it is measured."""
        return next((spot for spot in self.spots if spot.labelled == labelled), None)


def is_relative(result: Result, *, is_absolute: bool) -> bool:
    """Return whether values are drawn in per cent of the full model: if it is measured, unless asked otherwise."""
    return bool(result.full) and not is_absolute


def traces(
    result: Result,
    *,
    axis: Axis = Axis.IMAGES,
    is_absolute: bool = False,
    hidden: frozenset[str] = frozenset(),
    is_by_order: bool = False,
) -> tuple[Trace, ...]:
    """Return a trace for each criterion of a result, in its order, also where nothing is measured yet."""
    names = [curve.criterion for curve in result.curves]
    at = dict(zip(names, range(len(names)), strict=True)) if is_by_order else places(names)
    factor = 100 / result.full if result.full and not is_absolute else 100.0
    return tuple(
        Trace(
            at[curve.criterion],
            printable(curve.criterion).replace("\n", " "),
            curve.criterion in hidden,
            tuple(sorted((_spot(point, axis, factor) for point in curve.points), key=lambda spot: spot.x)),
        )
        for curve in result.curves
    )


# A standard deviation in exact fractions costs 0.1 ms, and a live campaign is drawn again with one new point a time.
@lru_cache(maxsize=8192)
def _spot(point: Point, axis: Axis, factor: float) -> Spot:
    numbers = point.numbers or tuple(range(len(point.trials)))
    trials = tuple((number, factor * value) for number, value in zip(numbers, point.trials, strict=True))
    sd = point.sd
    return Spot(point.labelled, point.x(axis), factor * point.mean, None if sd is None else factor * sd, trials)


def by_trial(trace: Trace) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return the (x, y) of each trial of a trace, trial by trial."""
    points_of: dict[int, list[tuple[float, float]]] = {}
    for spot in trace.spots:
        for number, value in spot.trials:
            points_of.setdefault(number, []).append((spot.x, value))
    return tuple(tuple(points) for _, points in sorted(points_of.items()))
