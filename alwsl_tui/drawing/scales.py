"""Where the ticks of an axis stand, and what is written at them."""

import math
from collections.abc import Sequence
from itertools import pairwise

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def even_ticks(low: float, high: float, count: int) -> tuple[float, ...]:
    """Return about `count` round numbers at most within a range, evenly apart; `low` is less than `high`."""
    rough = (high - low) / max(1, count)
    scale = 10.0 ** math.floor(math.log10(rough))
    step = next(scale * step for step in STEPS if scale * step >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(step * n for n in range(first, last + 1))


def even_grid(low: float, high: float, *, rows: int, dots: int) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Return a range around `low` to `high` whose ticks are whole rows apart, evenly, and these ticks from below.

    `rows` are of cells, at least 3, of `dots` steps each; the ends of the range are the middles of the lowest and the
    highest step. `low` is less than `high`.
    """
    span = high - low
    ideal = min(6.0, max(2.0, rows / 5))
    decade = math.floor(math.log10(span))
    steps = [mantissa * 10.0**power for power in range(decade - 1, decade + 2) for mantissa in STEPS[:-1]]
    # One row more than the values take leaves room to move them until ticks stand in the middles of rows.
    fits = [(step, math.floor((rows - 2) * step / span + 1e-9)) for step in steps]
    fits = [(step, apart) for step, apart in fits if 1 <= apart < rows] or [(steps[-1], 1)]

    def waste(fit: tuple[float, int]) -> tuple[float, tuple[float, int]]:
        """Return how much more than the values is covered, and how far the ticks are from where they look well."""
        crowd = 0.5 if fit[1] == 1 and rows >= 6 else 0.0
        return (rows - 1) * fit[0] / fit[1] / span + 0.12 * abs(fit[1] - ideal) + crowd, fit

    step, apart = min(fits, key=waste)
    row = step / apart
    bottom = row * round(((low + high) / 2 - row * (rows - 1) / 2) / row)
    edge = bottom - row * (dots - 1) / 2 / dots
    first, last = math.ceil(bottom / step - 1e-9), math.floor((bottom + row * (rows - 1)) / step + 1e-9)
    return (edge, edge + row * (rows - 1 / dots)), tuple(step * n for n in range(first, last + 1))


def tick_labels(ticks: Sequence[float]) -> tuple[str, ...]:
    """Format numbers with as many decimals as it takes to tell them apart, the same for all."""
    if any(abs(tick) >= 10_000 for tick in ticks):
        return tuple(short(tick) for tick in ticks)
    gap = min((b - a for a, b in pairwise(ticks)), default=1.0)
    decimals = next((d for d in range(4) if abs(gap * 10**d - round(gap * 10**d)) < 1e-6), 4)
    return tuple(f"{tick:.{decimals}f}" for tick in ticks)


def short(value: float) -> str:
    """Format a count in little room: `950`, `4000`, `12k`, `12.5k`, `1.25M`."""
    for unit, name in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= unit and (unit > 1e3 or abs(value) >= 10_000):
            return f"{value / unit:.4g}{name}"
    return f"{value:.4g}"


def padded(low: float, high: float, *, share: float) -> tuple[float, float]:
    """Return a range with a margin around it; an empty range gets a width."""
    room = share * (high - low) or max(1.0, abs(high) * 0.02) * (1.0 if high == low else 0.0)
    return low - room, high + room


def seconds_unit(high: float) -> tuple[float, str]:
    """Return how many seconds a unit has that suits lengths up to `high` seconds, and its name."""
    return (1.0, "seconds") if high < 180 else (60.0, "minutes") if high < 10_800 else (3600.0, "hours")
