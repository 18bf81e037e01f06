"""Lines through points, rasterised by plotext into braille dots."""

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import plotext

_ORDER = re.compile(r"\x1b\[(?:38;2;(\d+);(\d+);(\d+)|0)m")
# plotext 5 draws on one figure that belongs to the whole process.
_FIGURE = threading.Lock()


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
        """Return the column of a value, where plotext puts it: beside the area if the value is out of it."""
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
    """Dots of its thickness; in ASCII, where a dot is a cell, every line has one."""


def _place(value: float, edges: tuple[float, float], cells: int, *, dots: int) -> int:
    return _dot(value, edges, cells * dots) // dots


def _dot(value: float, edges: tuple[float, float], count: int) -> int:
    low, high = edges
    # The rounding is plotext's: a mark must sit on its line.
    return int(round(0.5 + (count - 1) * (value - low) / (high - low), 8) // 1)


def rasterise(strokes: Sequence[Stroke], area: Area) -> list[list[tuple[str, str]]]:
    """Return, for each row of the area from the top, its signs and their colours; blanks are `(" ", "")`.

    The last stroke lies on top. Takes about 20 ms for 10 strokes of 100 points at 120 × 40: not for a screen's thread.
    """
    with _FIGURE:
        plotext.clear_figure()
        plotext.limit_size(False, False)  # the sheet is as large as we say, not as the terminal is now
        plotext.theme("clear")
        plotext.plot_size(area.columns, area.rows)
        plotext.frame(False)
        plotext.xticks([])
        plotext.yticks([])
        plotext.xlim(*area.x)
        plotext.ylim(*area.y)
        for stroke in strokes:
            x, y = _thick(*_within(stroke, area.x), stroke.weight, area)
            colour = tuple(int(stroke.colour[at : at + 2], 16) for at in (1, 3, 5))
            plotext.plot(x, y, marker="." if area.is_ascii else "braille", color=colour)
        drawn: str = plotext.build()
    return [_cells(line) for line in drawn.splitlines()]


def _within(stroke: Stroke, edges: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Return the part of a line between two values of x, cut at the edges: plotext would first draw all that is
    outside.
    """
    low, high = edges
    x: list[float] = []
    y: list[float] = []
    points = list(zip(stroke.x, stroke.y, strict=True))
    for (x0, y0), (x1, y1) in zip(points, points[1:] or points, strict=False):
        if x1 < low or x0 > high:
            continue
        for at in (max(x0, low), min(x1, high)):
            if not x or at > x[-1]:
                x.append(at)
                y.append(y0 if x1 == x0 else y0 + (y1 - y0) * (at - x0) / (x1 - x0))
    return x, y


def _thick(x: list[float], y: list[float], weight: int, area: Area) -> tuple[list[float], list[float]]:
    """Return a line that is drawn there and back, a dot beside itself, until it is so many dots thick."""
    if area.is_ascii or weight < 2 or not x:
        return x, y
    # Within the row of cells of each point: there its mark stands.
    up = (area.y[1] - area.y[0]) / (4 * area.rows - 1)
    rooms = [3 - _dot(value, area.y, 4 * area.rows) % 4 for value in y]
    right = (area.x[1] - area.x[0]) / (2 * area.columns - 1)
    thick_x, thick_y = list(x), list(y)
    for dot in range(1, weight):
        raised = [value + up * (dot if dot <= room else room - dot) for value, room in zip(y, rooms, strict=True)]
        thick_x += [*reversed(x), *x]
        thick_y += [*reversed(raised), *raised]
    # What is steep grows to the side.
    return thick_x + [min(area.x[1], value + right) for value in reversed(x)], thick_y + list(reversed(y))


def _cells(line: str) -> list[tuple[str, str]]:
    cells: list[tuple[str, str]] = []
    colour, at = "", 0
    for order in _ORDER.finditer(line):
        cells += [(sign, colour if sign != " " else "") for sign in line[at : order.start()]]
        red, green, blue = order.groups()
        colour, at = "" if red is None else f"#{int(red):02x}{int(green):02x}{int(blue):02x}", order.end()
    return cells + [(sign, colour if sign != " " else "") for sign in line[at:]]
