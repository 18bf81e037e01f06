"""Few trials, honestly: intervals of a mean, area under a curve, an exact test of paired differences, trials needed.

A trial is the unit everywhere: what several arms of one trial share (its initial set, its baseline) is paired, and
nothing is ever pooled over budgets as though budgets were trials.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import NormalDist, fmean, stdev

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05
"""Chance of finding a difference where there is none that we put up with."""
ENUMERATED = 32
"""Differences that are not 0 whose 2**32 signs are all counted; of more, signs are drawn."""
DRAWN = 100_000
"""Signs that are drawn then."""
LEAST_DRAWN = 5
"""Trials below which no bootstrap is given: of two or three it reaches no further than their own values."""
SAME = 1e-9
"""Difference of two sums, as a share of the largest possible one, that is rounding: such sums count as equal."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a mean may lie."""

    low: float
    high: float
    level: float
    """Share of such intervals that are meant to hold the truth, in (0, 1)."""


@dataclass(frozen=True, slots=True)
class SignFlip:
    """A test whether paired differences are as often and as far below 0 as above."""

    trials: int
    mean: float
    """Of the differences."""
    p: float
    """Two-sided: share of all assignments of signs whose mean is as far from 0 as the one found, in (0, 1]."""
    least: float
    """The smallest p that so many differences can come to, whatever their size: 2 / 2**n of n that are not 0, or 1."""
    is_exact: bool
    """False where signs were drawn, as there are too many to count."""

    @property
    def tells(self) -> bool:
        """Whether that is rare enough to speak of a difference."""
        return self.p <= ALPHA


def bootstrap_mean(
    values: Sequence[float], *, level: float = 0.95, times: int = 10_000, seed: int = 0
) -> Interval | None:
    """Percentile interval of the mean over trials drawn with replacement; None below `LEAST_DRAWN` values.

    Source: Efron and Tibshirani 1993, chapter 13. It is too narrow for few trials: verdicts therefore use
    `student_mean`.
    """
    if len(values) < LEAST_DRAWN:
        return None
    means = np.asarray(values, dtype=np.float64)[resamples(len(values), times, seed)].mean(axis=1)
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level)


def bootstrap_images(
    value: Callable[[NDArray[np.int64]], float], images: int, *, level: float, seed: Sequence[int], times: int = 1000
) -> Interval | None:
    """Percentile interval of what is measured on so many images, over images drawn with replacement.

    `value` is given the drawn images, (images,) numbers from 0, some of them twice; a draw of which it makes NaN is
    left out. None where no draw says anything. `seed` may be several words, as of `entropy`.

    Source: Efron and Tibshirani 1993, section 13.3: with G the distribution of the value over draws, the interval of
    level 1 - 2a is [G^-1(a), G^-1(1 - a)].
    """
    draws = np.random.default_rng(seed).integers(images, size=(times, images)) if images else np.empty((0, 0), np.int64)
    values = np.array([value(draw) for draw in draws], np.float64)
    known = values[~np.isnan(values)]
    if not known.size:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high), level)


@lru_cache(maxsize=16)
def resamples(count: int, times: int, seed: int) -> NDArray[np.int64]:
    """Return which of `count` trials each of so many resamples draws; (times, count)."""
    return np.random.default_rng(seed).integers(count, size=(times, count))


def student_mean(values: Sequence[float], *, level: float = 0.95) -> Interval | None:
    """Return Student's interval of the mean, for values spread as a normal distribution is; None below two."""
    if len(values) < 2:
        return None
    mean, half = fmean(values), student_quantile(level, len(values) - 1) * stdev(values) / math.sqrt(len(values))
    return Interval(mean - half, mean + half, level)


@lru_cache(maxsize=256)
def student_quantile(level: float, freedom: int) -> float:
    """T for which Student's distribution has `level` of its mass within ±t; `freedom` degrees, at least 1."""
    low, high = 0.0, math.pi / 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _student_within(middle, freedom) < level else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _student_within(angle: float, freedom: int) -> float:
    """Return mass within ±t, t = sqrt(freedom) tan(angle). Source: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4."""
    is_odd = freedom % 2 == 1
    term, total = (math.cos(angle) if is_odd else 1.0), 0.0
    for k in range(2 if is_odd else 1, freedom, 2):
        total += term
        term *= k / (k + 1) * math.cos(angle) ** 2
    if is_odd:
        return 2 / math.pi * (angle + math.sin(angle) * total)
    return math.sin(angle) * total


def area(points: Sequence[tuple[float, float]]) -> float | None:
    """Mean height of a curve of (labelled images, mAP): trapezoids, divided by the width; None below two places."""
    places = sorted(points)
    if len(places) < 2 or places[0][0] == places[-1][0]:
        return None
    whole = math.fsum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in pairwise(places))
    return whole / (places[-1][0] - places[0][0])


def sign_flip(differences: Sequence[float], *, seed: int = 0) -> SignFlip | None:
    """Test paired differences by Fisher's test: all have the same chance of either sign if nothing differs.

    Two-sided, with their mean as the statistic; every assignment of signs counts, or `DRAWN` of them are drawn when
    more than `ENUMERATED` differ from 0. None without differences.
    Source: Fisher 1935, The Design of Experiments, section 21; drawn: Phipson and Smyth 2010.
    """
    if not differences:
        return None
    sizes = np.abs(np.asarray(differences, dtype=np.float64))
    sizes = sizes[sizes > 0]  # whatever the sign of a 0, the sum is the same: they change neither p nor the least p
    bar = abs(math.fsum(differences)) - SAME * float(sizes.sum())
    is_exact = len(sizes) <= ENUMERATED
    p = _enumerated(sizes, bar) if is_exact else _drawn(sizes, bar, seed)
    least = least_p(len(sizes)) if is_exact else 1 / (DRAWN + 1)
    return SignFlip(len(differences), fmean(differences), p, least, is_exact)


def _enumerated(sizes: Floats, bar: float) -> float:
    """Share of all signs whose sum is at least so far from 0.

    Every sum is one of the first half's and one of the second half's, so that with the second ones in order those that
    reach the bar are counted, not made. As many sums lie below -bar as above bar.
    """
    if bar <= 0:
        return 1.0
    half = len(sizes) // 2
    first, second = _sums(sizes[:half]), np.sort(_sums(sizes[half:]))
    above = np.searchsorted(second, bar - first, side="left")
    return 2 * int((len(second) - above).sum()) / float(2 ** len(sizes))


def _sums(sizes: Floats) -> Floats:
    """Return the sums of all signs; (n,) -> (2**n,)."""
    sums = np.zeros(1)
    for size in sizes:
        sums = np.concatenate([sums + size, sums - size])
    return sums


def _drawn(sizes: Floats, bar: float, seed: int) -> float:
    """Estimate p from signs that are drawn, the observed ones counted in, so that it is never 0."""
    rng = np.random.default_rng(seed)
    chunk = max(1, (1 << 22) // len(sizes))
    beyond, left = 0, DRAWN
    while left:
        drawn = min(chunk, left)
        signs = rng.integers(0, 2, size=(drawn, len(sizes)), dtype=np.int8) * 2 - 1
        beyond += int(np.count_nonzero(np.abs(signs @ sizes) >= bar))
        left -= drawn
    return (beyond + 1) / (DRAWN + 1)


def least_p(trials: int) -> float:
    """Return the smallest p of so many paired differences: all of one sign or all of the other, of 2**n; at most 1."""
    return min(1.0, 2.0 ** (1 - trials))


def least_trials(alpha: float = ALPHA) -> int:
    """Return the fewest trials that can bring the sign-flip test to `alpha`, all signs being equal: 6 for 0.05."""
    return max(1, math.ceil(1 - math.log2(alpha)))


def trials_to_tell(differences: Sequence[float], *, alpha: float = ALPHA, power: float = 0.8) -> int | None:
    """Return how many trials in all would show, with chance `power`, a difference as large as this; None: cannot say.

    ((z(1 - alpha/2) + z(power)) / d)**2 + z(1 - alpha/2)**2 / 2, where d is the mean of the paired differences in
    their standard deviations: Guenther 1981, The American Statistician 35, 243, for the paired t test, which the
    sign-flip test equals for many trials. Never below `least_trials`; at that number all signs must be equal, which
    happens with chance Phi(d)**n, so it takes one more where that is too rare. What few trials say of d is itself
    rough: it is an order of magnitude.
    """
    if len(differences) < 2 or not (mean := abs(fmean(differences))):
        return None
    least, normal = least_trials(alpha), NormalDist()
    sd = stdev(differences)
    if sd <= SAME * mean:
        return least
    effect, border = mean / sd, normal.inv_cdf(1 - alpha / 2)
    needed = math.ceil(((border + normal.inv_cdf(power)) / effect) ** 2 + border**2 / 2)
    if needed <= least and normal.cdf(effect) ** least < power:
        return least + 1
    return max(needed, least)


def holm(ps: Sequence[float]) -> tuple[float, ...]:
    """Return each p adjusted for all of them being read together, in the same order. Source: Holm 1979."""
    order = sorted(range(len(ps)), key=lambda at: ps[at])
    adjusted, highest = [1.0] * len(ps), 0.0
    for place, at in enumerate(order):
        highest = max(highest, min(1.0, (len(ps) - place) * ps[at]))
        adjusted[at] = highest
    return tuple(adjusted)


def too_few(trials: int, fewest: int) -> str:
    """Say that so many trials cannot show a difference of any size, and how many can."""
    count = f"{trials} trial{'' if trials == 1 else 's'}"
    return f"{count} cannot show anything (smallest possible p is {least_p(trials):.3g}); you need at least {fewest}"


def p_text(p: float) -> str:
    """Format a p to three decimals, or to more where it would look like 0, or not above `ALPHA` when it is."""
    decimals = 3
    while decimals < 12 and (float(f"{p:.{decimals}f}") == 0 or float(f"{p:.{decimals}f}") <= ALPHA < p):
        decimals += 1
    return f"{p:.{decimals}f}"
