"""How a learning curve may go on: three forms by least squares, their mean, and how far such means were off before.

A curve is images (ascending, at least 1 each) against mean average precision in [0, 1]. The forms are those of Viering
and Loog 2023, "The Shape of Learning Curves: a Review", IEEE TPAMI 45, table 1:

- pow3: a + b n^-c
- log: a + b ln n
- exp: a + b e^(-c n)

a and b are exact least squares; c is the best of a grid, so nothing is iterated and nothing can diverge. Images are
counted in the first budget of the curve, which changes a and b alone: a prefix of a curve has the grid of the whole.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from campaigns.reporting.statistics import student_quantile

Floats = NDArray[np.float64]

LEAST_POINTS = 3
"""Measured points below which nothing is continued: pow3 and exp have three unknowns."""
TRIED = 24
"""Latest forecasts that a back-test makes: a campaign may have ten thousand rounds."""
LASTING = 0.5
"""Share of what the last value lies above the mean of the forms that is taken as there to stay."""
POWERS: Floats = np.arange(1, 41) / 20
"""What c of pow3 may be: 0.05 to 2."""
RATES: Floats = np.geomspace(0.01, 3.0, 40)
"""What c of exp may be, a first budget: the curve has used up 63 % of what it can gain after 100 to 1/3 of them."""
ONLY: Floats = np.ones(1)
"""The log has no c."""

Bend = Callable[[Floats, Floats], Floats]
"""Images in first budgets (R,) and values of c (G,) -> what b is multiplied by, (G, R)."""

FORMS: Mapping[str, tuple[Bend, Floats]] = {
    "pow3": (lambda n, c: n ** -c[:, None], POWERS),
    "log": (lambda n, c: np.log(n) * c[:, None], ONLY),
    "exp": (lambda n, c: np.exp(-c[:, None] * n), RATES),
}
"""Each form with the values that its c may take."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One forecast of a point that was measured afterwards, made from the points before `start` and that one alone."""

    start: int
    """Labelled images of the last point that the forecast knew."""
    labelled: int
    """Of the point that it is about."""
    forecast: float
    """Mean average precision, as are the next two; in [0, 1]."""
    measured: float
    last: float
    """At `start`: what "it stays as it is" would have forecast."""

    @property
    def error(self) -> float:
        """How far the forecast was above what was measured, in [-1, 1]."""
        return self.forecast - self.measured


def continued(form: str, images: Sequence[int], values: Sequence[float], at: Sequence[int]) -> Floats:
    """Return a form that is fitted to a curve, at other numbers of images; not kept within [0, 1].

    Of several c that fit equally well the first counts.

    Raises:
        ValueError: fewer than `LEAST_POINTS` points, or images that do not ascend.
    """
    require_curve(images, values)
    bend, grid = FORMS[form]
    first = images[0]
    known = bend(np.asarray(images, np.float64) / first, grid)
    wanted = bend(np.asarray(at, np.float64) / first, grid)
    heights = np.asarray(values, np.float64)
    # Around the first value, so that a curve that is higher by a constant is continued with the same rounding.
    above = heights - heights[0]
    centre, middle = known.mean(axis=1, keepdims=True), above.mean()
    slopes = ((known - centre) @ (above - middle)) / ((known - centre) ** 2).sum(axis=1)
    errors = (above - middle - slopes[:, None] * (known - centre)) ** 2
    best = int(errors.sum(axis=1).argmin())
    lines: Floats = heights[0] + middle + slopes[best] * (wanted[best] - centre[best])
    return lines


def outlook(images: Sequence[int], values: Sequence[float], at: Sequence[int]) -> Floats:
    """Return the mean of the three forms at other numbers of images, kept within [0, 1]; (len(at),).

    Half of what the last value lies above the mean is taken as there to stay: no form turns upwards, so a curve that
    is only now taking off lies above all three; the other half counts as a lucky round.

    Raises:
        ValueError: as for one form.
    """
    require_curve(images, values)
    forms = [continued(form, images, values, [images[-1], *at]) for form in FORMS]
    last, *means = np.mean(forms, axis=0)
    kept: Floats = np.clip(np.asarray(means) + LASTING * (values[-1] - last), 0.0, 1.0)
    return kept


def backtest(images: Sequence[int], values: Sequence[float], *, steps: int = 1) -> tuple[Miss, ...]:
    """Return the forecasts that this curve would have had, each `steps` points ahead, oldest first.

    Each is made from the points up to its start alone. There are at most `TRIED`, the latest; none when too few points
    are measured.
    """
    misses = []
    ends = range(LEAST_POINTS, len(images) - steps + 1)
    for end in ends[-TRIED:]:
        target = end + steps - 1
        value = float(outlook(images[:end], values[:end], images[target : target + 1])[0])
        misses.append(Miss(images[end - 1], images[target], value, values[target], values[end - 1]))
    return tuple(misses)


def half_width(misses: Sequence[Miss], start: int, at: int, *, level: float) -> float | None:
    """Return half the width of an interval around a forecast that is made at `start` images, of `at` images.

    Errors are taken to grow as the square root of ln(at / start), as those of campaigns on photographs did; their size
    is the root of the mean square of the misses, each in that unit, and their number that of the degrees of freedom of
    Student's quantile. None without misses: one curve then says nothing of its errors.
    """
    if not misses:
        return None
    units = [miss.error / math.sqrt(math.log(miss.labelled / miss.start)) for miss in misses]
    size = math.sqrt(math.fsum(unit**2 for unit in units) / len(units))
    return student_quantile(level, len(units)) * size * math.sqrt(math.log(at / start))


def require_curve(images: Sequence[int], values: Sequence[float]) -> None:
    """Raise ValueError unless these are a curve of enough points that can be continued."""
    if len(images) != len(values) or len(images) < LEAST_POINTS:
        raise ValueError(f"{len(images)} images and {len(values)} values are no curve of {LEAST_POINTS} points or more")
    if images[0] < 1 or any(after <= before for before, after in pairwise(images)):
        raise ValueError(f"images {list(images)} do not ascend from 1 or more")
    if not all(0 <= value <= 1 for value in values):
        raise ValueError(f"values {list(values)} are not all in [0, 1]")
