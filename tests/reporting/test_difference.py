"""Differences from random are of the same trial at the same budget."""

from campaigns.reporting.difference import minus
from campaigns.reporting.series import Curve, Point, Result


def curve(name: str, *points: tuple[int, dict[int, float]]) -> Curve:
    return Curve(name, tuple(Point(n, tuple(of.values()), tuple(of)) for n, of in points))


RANDOM = curve("random", (100, {0: 0.25, 1: 0.5}), (200, {0: 0.5}))
AG = curve("ag", (100, {0: 0.25, 1: 0.5}), (200, {0: 0.75, 1: 0.75}), (300, {0: 0.9}))


def test_only_trials_that_both_have_measured_are_compared() -> None:
    ag, random = minus(Result(("cat",), (), 0.8, (AG, RANDOM), fulls=((1, 0.8),))).curves
    assert [(point.labelled, point.numbers, point.trials) for point in ag.points] == [
        (100, (0, 1), (0.0, 0.0)),
        (200, (0,), (0.25,)),
    ]
    assert {value for point in random.points for value in point.trials} == {0.0}


def test_a_difference_is_relative_to_no_full_model() -> None:
    less = minus(Result(("cat",), (), 0.8, (AG, RANDOM), fulls=((1, 0.8),)))
    assert (less.full, less.fulls) == (None, ())
    assert less.relative(0.1) is None


def test_without_the_rival_nothing_can_be_compared() -> None:
    assert all(not each.points for each in minus(Result(("cat",), (), None, (AG,))).curves)
