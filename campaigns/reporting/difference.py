"""What criteria gain over one of them, trial by trial: learning curves on which that one is zero."""

from dataclasses import replace

from campaigns.reporting.series import Curve, Point, Result

RIVAL = "random"
"""The criterion that every other one has to beat."""


def minus(result: Result, rival: str = RIVAL) -> Result:
    """Return the curves with the rival's value taken off, in the same trial at the same budget; values in [-1, 1].

    Only trials that both have measured count, and a budget without one is left out. The rival's own curve is zero.
    Without the rival no curve has a point. Nothing here is relative to the full model.
    """
    theirs = {
        (point.labelled, number): value
        for curve in result.curves
        if curve.criterion == rival
        for point in curve.points
        for number, value in _trials(point)
    }
    curves = tuple(
        Curve(curve.criterion, tuple(point for each in curve.points if (point := _less(each, theirs)) is not None))
        for curve in result.curves
    )
    return replace(result, curves=curves, full=None, fulls=())


def _less(point: Point, theirs: dict[tuple[int, int], float]) -> Point | None:
    paired = [
        (number, value - theirs[point.labelled, number])
        for number, value in _trials(point)
        if (point.labelled, number) in theirs
    ]
    if not paired:
        return None
    return replace(point, trials=tuple(value for _, value in paired), numbers=tuple(number for number, _ in paired))


def _trials(point: Point) -> tuple[tuple[int, float], ...]:
    numbers = point.numbers or tuple(range(len(point.trials)))
    return tuple(zip(numbers, point.trials, strict=True))
