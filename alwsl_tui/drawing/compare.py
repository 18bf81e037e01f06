"""Curves of several campaigns on one chart."""

from collections.abc import Sequence
from dataclasses import replace

from alwsl_tui.drawing.legend import NAME_WIDTH, cut
from campaigns.core.yardstick import MEAN_AP
from campaigns.reporting.series import Curve, Point, Result


def together(results: Sequence[Result], names: Sequence[str], criterion: str, *, is_absolute: bool) -> Result:
    """Merge results into one whose curves are `campaign criterion`, in the order of the campaigns.

    Each is in per cent of the full model of its own campaign; in mAP where that was asked for, or the full model of one
    of them is not measured. A campaign without the criterion keeps its place and colour, and has no points.
    """
    full = [result.full for result in results]
    is_relative = not is_absolute and all(full)
    curves = []
    for result, name in zip(results, names, strict=True):
        points = next((curve.points for curve in result.curves if curve.criterion == criterion), ())
        by = result.full if is_relative and result.full else 1.0
        curves.append(Curve(label(name, criterion), tuple(_divided(point, by) for point in points)))
    classes = tuple(dict.fromkeys(name for result in results for name in result.classes))
    yardstick = results[0].yardstick if results else MEAN_AP
    return Result(classes, (), 1.0 if is_relative else None, tuple(curves), yardstick=yardstick)


def label(name: str, criterion: str) -> str:
    """Return `campaign criterion`, the campaign cut where a chart would cut the criterion."""
    room = max(4, NAME_WIDTH - 1 - len(criterion))
    return f"{cut(name, room, is_ascii=True)} {criterion}"


def _divided(point: Point, by: float) -> Point:
    return replace(point, trials=tuple(value / by for value in point.trials))
