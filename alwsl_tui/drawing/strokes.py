"""Lines through points as dots of braille, eight a cell; thick ones look solid, and need no colour to be told apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_BITS = ((1, 2, 4, 64), (8, 16, 32, 128))
"""Of a braille sign: its left and its right column of dots, from the top."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, and the values that its edges stand for."""

    columns: int
    rows: int
    x: tuple[float, float]
    """At the left and at the right edge; the second is the greater."""
    y: tuple[float, float]
    """At the bottom and at the top."""
    is_ascii: bool = False
    """Lines are dots, one a cell; otherwise braille, eight a cell."""

    def column(self, x: float) -> int:
        """Return the column of a value: beside the area if the value is out of it."""
        return _place(x, self.x, self.columns, dots=1 if self.is_ascii else 2)

    def row(self, y: float) -> int:
        """Return the row of a value, counted from the top."""
        return self.rows - 1 - _place(y, self.y, self.rows, dots=1 if self.is_ascii else 4)

    def half_row(self, y: float) -> int:
        """Return the upper or lower half of a row that a value is in, counted from the top."""
        return 2 * self.rows - 1 - _place(y, self.y, 2 * self.rows, dots=1)


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, from left to right."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    colour: str
    weight: int = 1
    """Dots of its height; in ASCII, where a dot is a cell, every line has one."""


def _dot(value: float, edges: tuple[float, float], count: int) -> float:
    low, high = edges
    return (count - 1) * (value - low) / (high - low)


def _nearest(dot: float) -> int:
    return int(round(0.5 + dot, 8) // 1)


def _place(value: float, edges: tuple[float, float], cells: int, *, dots: int) -> int:
    # A mark must sit on its line: both round alike.
    return _nearest(_dot(value, edges, cells * dots)) // dots


def rasterise(strokes: Sequence[Stroke], area: Area) -> list[list[tuple[str, str]]]:
    """Return, for each row of the area from the top, its signs and their colours; blanks are `(" ", "")`.

    The last stroke lies on top.
    """
    across, down = (1, 1) if area.is_ascii else (2, 4)
    last = down * area.rows - 1
    bits = [[0] * area.columns for _ in range(area.rows)]
    colours = [[""] * area.columns for _ in range(area.rows)]
    for stroke in strokes:
        for x, (low, high) in _runs(stroke, area, across, down).items():
            column, masks = x // across, _BITS[x % across]
            for y in range(max(0, last - high), min(last, last - low) + 1):
                row, at = divmod(y, down)
                # A cell has one colour: dots that were there in another would pass for this line's.
                bits[row][column] = masks[at] | (bits[row][column] if colours[row][column] == stroke.colour else 0)
                colours[row][column] = stroke.colour
    return [
        [(_sign(dots, area.is_ascii), colour) if dots else (" ", "") for dots, colour in zip(*row, strict=True)]
        for row in zip(bits, colours, strict=True)
    ]


def _sign(dots: int, is_ascii: bool) -> str:
    return "." if is_ascii else chr(0x2800 + dots)


def _runs(stroke: Stroke, area: Area, across: int, down: int) -> dict[int, tuple[int, int]]:
    """Return the columns of dots that a stroke crosses, and of each its lowest and its highest dot: without gaps."""
    runs: dict[int, tuple[int, int]] = {}
    points = [
        (_dot(x, area.x, across * area.columns), _dot(y, area.y, down * area.rows))
        for x, y in _within(stroke, area.x)
    ]  # fmt: skip
    for (x0, y0), (x1, y1) in pairwise(points) if len(points) > 1 else [(point, point) for point in points]:
        first, end, before = _nearest(x0), _nearest(x1), _nearest(y0)
        for x in range(first, end + 1):
            share = 1.0 if x == end else 0.0 if x == first else (x - x0) / (x1 - x0)
            y = _nearest(y0 + min(1.0, max(0.0, share)) * (y1 - y0))
            low, high = min(y, before + 1), max(y, before - 1)
            known = runs.get(x, (low, high))
            runs[x], before = (min(low, known[0]), max(high, known[1])), y
    return runs if area.is_ascii or stroke.weight < 2 else _thick(runs, stroke.weight)


def _thick(runs: Mapping[int, tuple[int, int]], weight: int) -> dict[int, tuple[int, int]]:
    """Return the same with so many dots one over the other, at most 4; what is steep grows to the side, by the column
    before.
    """
    thick: dict[int, tuple[int, int]] = {}
    for x, (low, high) in runs.items():
        beside = runs.get(x - 1, (low, high))
        low, high = min(low, beside[0]), max(high, beside[1])
        # It stays in the row of cells that it is in: there its mark stands, and it takes less from other lines.
        bottom, top = low // 4 * 4, high // 4 * 4 + 3
        thick[x] = (
            max(bottom, min(low - (weight - 1) // 2, top - weight + 1)),
            min(top, max(high + weight // 2, bottom + weight - 1)),
        )
    return thick


def _within(stroke: Stroke, edges: tuple[float, float]) -> list[tuple[float, float]]:
    """Return the part of a line between two values of x, cut at the edges."""
    low, high = edges
    kept: list[tuple[float, float]] = []
    points = list(zip(stroke.x, stroke.y, strict=True))
    for (x0, y0), (x1, y1) in pairwise(points) if len(points) > 1 else [(point, point) for point in points]:
        if x1 < low or x0 > high:
            continue
        for at in (max(x0, low), min(x1, high)):
            if not kept or at > kept[-1][0]:
                kept.append((at, y0 if x1 == x0 else y0 + (y1 - y0) * (at - x0) / (x1 - x0)))
    return kept
