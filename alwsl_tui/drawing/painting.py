"""The parts of a chart, one after the other: bands, rules, lines, marks, ends, axes."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from alwsl_tui.drawing.canvas import Canvas
from alwsl_tui.drawing.legend import NAME_WIDTH, cut
from alwsl_tui.drawing.palette import UNKNOWN, Palette, blend, hue, mark
from alwsl_tui.drawing.strokes import Area, Stroke, rasterise
from alwsl_tui.drawing.traces import Spot, Trace, by_trial

GAP = 3
"""Columns between two marks of a trace, at the least, and cells between two labels of an axis."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis."""

    value: float
    label: str
    is_reading_point: bool = False


@dataclass(frozen=True, slots=True)
class ChartPlot:
    """A chart in the making: where it lies on its sheet, and what is to be seen."""

    sheet: Canvas
    area: Area
    left: int
    """Columns of the sheet before the area; the last of them is the axis."""
    top: int
    """Rows of the sheet above the area."""
    palette: Palette
    drawn: tuple[Trace, ...]
    """The traces to be seen; the last lies on top."""

    @property
    def is_ascii(self) -> bool:
        """Whether only ASCII may be written."""
        return self.area.is_ascii

    def faint(self, share: float) -> str:
        """Return the muted colour, nearly lost in the background."""
        return (
            self.palette.muted if self.palette is UNKNOWN else blend(self.palette.muted, self.palette.background, share)
        )

    def has(self, x: float) -> bool:
        """Return whether a value of x is within the area."""
        return self.area.x[0] <= x <= self.area.x[1]

    def has_row(self, y: float) -> bool:
        """Return whether a value of y is within the area."""
        return self.area.y[0] <= y <= self.area.y[1]

    def put(self, x: float, y: float, sign: str, colour: str) -> None:
        """Draw a mark at a value, if that is within the area."""
        if self.has(x) and self.has_row(y):
            self.sheet.put(self.left + self.area.column(x), self.top + self.area.row(y), sign, colour, is_bold=True)


def paint_bands(plot: ChartPlot, banded: tuple[Trace, ...]) -> None:
    """Paint mean ± standard deviation as veils; between two budgets both edges of a veil run straight."""
    share = 0.30 if len(banded) == 1 else 0.16
    for trace in banded:
        for column, low, high in _veil(plot.area, trace):
            if high < plot.area.y[0] or low > plot.area.y[1]:
                continue
            first = max(0, plot.area.half_row(high))
            last = min(2 * plot.area.rows - 1, plot.area.half_row(low))
            for half in range(first, last + 1):
                plot.sheet.shade(
                    plot.left + column, 2 * plot.top + half, hue(trace.at, plot.palette),
                    under=plot.palette.background, share=share,
                )  # fmt: skip


def _veil(area: Area, trace: Trace) -> Iterator[tuple[int, float, float]]:
    spread = [(spot, spot.sd) for spot in trace.spots if spot.sd is not None]
    done = -1
    for (a, sd_a), (b, sd_b) in zip(spread, spread[1:] or spread, strict=False):
        first, last = area.column(a.x), area.column(b.x)
        for column in range(max(first, done + 1, 0), min(last, area.columns - 1) + 1):
            share = (column - first) / (last - first) if last > first else 0.0
            mean, sd = a.y + share * (b.y - a.y), sd_a + share * (sd_b - sd_a)
            yield column, mean - sd, mean + sd
        done = max(done, last)


def paint_rules(plot: ChartPlot, *, y_ticks: tuple[Tick, ...], x_ticks: tuple[Tick, ...], full: float | None) -> None:
    """Paint faint lines: at the ticks of y, at the paper's reading points, and at the full model."""
    columns = plot.area.columns
    if not plot.is_ascii:
        for tick in y_ticks:
            plot.sheet.put(plot.left, plot.top + plot.area.row(tick.value), "┈" * columns, plot.faint(0.25))
    if full is not None and plot.has_row(full):
        sign = "-" if plot.is_ascii else "─"
        plot.sheet.put(plot.left, plot.top + plot.area.row(full), sign * columns, plot.faint(0.65))
    for tick in x_ticks:
        if tick.is_reading_point:
            for row in range(plot.area.rows):
                sign = "|" if plot.is_ascii else "┊"
                plot.sheet.put(plot.left + plot.area.column(tick.value), plot.top + row, sign, plot.faint(0.45))


def paint_lines(plot: ChartPlot, *, has_trials: bool) -> None:
    """Paint means, and under them each trial by itself where these are wanted."""
    strokes: list[Stroke] = []
    for trace in plot.drawn if has_trials else ():
        colour = blend(hue(trace.at, plot.palette), plot.palette.background, 0.45)
        strokes += [Stroke(tuple(x for x, _ in line), tuple(y for _, y in line), colour) for line in by_trial(trace)]
    for trace in plot.drawn:
        if trace.spots:
            x, y = tuple(spot.x for spot in trace.spots), tuple(spot.y for spot in trace.spots)
            strokes.append(Stroke(x, y, hue(trace.at, plot.palette)))
    for row, cells in enumerate(rasterise(strokes, plot.area)):
        for column, (sign, colour) in enumerate(cells):
            if sign != " ":
                plot.sheet.put(plot.left + column, plot.top + row, sign, colour)


def paint_marks(plot: ChartPlot) -> None:
    """Paint a mark at every budget; where budgets are closer than marks, at some of them, staggered by criterion."""
    for trace in plot.drawn:
        spots = [spot for spot in trace.spots if plot.has(spot.x)]
        step = max(1, -(-max(GAP, len(plot.drawn)) * len(spots) // plot.area.columns))
        for spot in spots[trace.at % step :: step] + spots[-1:]:
            plot.put(spot.x, spot.y, mark(trace.at, is_ascii=plot.is_ascii), hue(trace.at, plot.palette))


@dataclass(frozen=True, slots=True)
class End:
    """A name at the right edge."""

    y: float
    sign: str
    name: str
    colour: str


def ends(plot: ChartPlot, *, full: float | None) -> list[End]:
    """Return what would be written beside the area, from top to bottom."""
    last = [(_last(plot, trace), trace) for trace in sorted(plot.drawn, key=lambda trace: trace.at)]
    names = [
        End(spot.y, mark(trace.at, is_ascii=plot.is_ascii), trace.name, hue(trace.at, plot.palette))
        for spot, trace in last
        if spot is not None
    ]
    if full is not None and plot.has_row(full):
        names.append(End(full, "-" if plot.is_ascii else "─", "full", plot.palette.muted))
    return sorted(names, key=lambda end: -end.y)


def _last(plot: ChartPlot, trace: Trace) -> Spot | None:
    return next((spot for spot in reversed(trace.spots) if plot.has(spot.x)), None)


def paint_ends(plot: ChartPlot, names: list[End]) -> None:
    """Paint each name as near to the end of its curve as the others allow; there are no more names than rows."""
    rows = [max(0, min(plot.area.rows - 1, plot.area.row(end.y))) for end in names]
    for at in range(1, len(rows)):
        rows[at] = max(rows[at], rows[at - 1] + 1)
    limit = plot.area.rows - 1
    for at in reversed(range(len(rows))):
        rows[at] = limit = min(rows[at], limit)
        limit -= 1
    column = plot.left + plot.area.columns + 1
    for end, row in zip(names, rows, strict=True):
        name = cut(end.name, NAME_WIDTH, is_ascii=plot.is_ascii)
        plot.sheet.put(column, plot.top + row, f"{end.sign} {name}", end.colour)


def paint_axes(plot: ChartPlot, *, x_ticks: tuple[Tick, ...], y_ticks: tuple[Tick, ...]) -> None:
    """Paint two sides of a frame with ticks and their labels; labels that would touch another one stay out."""
    sheet, area, line = plot.sheet, plot.area, plot.faint(0.55)
    down, across, corner, right, below, diamond = "|-+++V" if plot.is_ascii else "│─└┤┬◇"
    bottom = plot.top + area.rows
    for row in range(area.rows):
        sheet.put(plot.left - 1, plot.top + row, down, line)
    sheet.put(plot.left - 1, bottom, corner + across * area.columns, line)
    for tick in y_ticks:
        row = plot.top + area.row(tick.value)
        sheet.put(plot.left - 1, row, right, line)
        sheet.put(plot.left - 1 - cell_len(tick.label), row, tick.label, plot.palette.muted)
    taken: list[tuple[int, int]] = []
    for tick in x_ticks:
        column = plot.left + area.column(tick.value)
        first = max(0, min(column - len(tick.label) // 2, sheet.columns - len(tick.label)))
        if tick.is_reading_point:
            sheet.put(column, bottom, diamond, plot.palette.accent, is_bold=True)
        if any(first < end + GAP and start < first + len(tick.label) + GAP for start, end in taken):
            continue
        taken.append((first, first + len(tick.label)))
        if not tick.is_reading_point:
            sheet.put(column, bottom, below, line)
        colour = plot.palette.text if tick.is_reading_point else plot.palette.muted
        sheet.put(first, bottom + 1, tick.label, colour, is_bold=tick.is_reading_point)
