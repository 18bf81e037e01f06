"""Learning curves as text: a pure function of a result.

plotext 5 rasterises the lines and we place everything else, so a screen knows which column a budget has. At 120 × 40
with 10 criteria of 100 points the lines take 18 ms (a whole chart of plotext 5 25 ms, of 6 10 ms), off the screen's
thread: not worth another library under the same name. `python -m tests.benchmarks.charts` measures it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rich.color import ColorSystem
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing import painting, scales
from alwsl_tui.drawing.canvas import Canvas
from alwsl_tui.drawing.legend import EndForm, end_forms, line_legend
from alwsl_tui.drawing.painting import ChartPlot, Tick
from alwsl_tui.drawing.palette import UNKNOWN, Palette
from alwsl_tui.drawing.strokes import Area
from alwsl_tui.drawing.traces import Trace, is_relative, traces
from campaigns.reporting.difference import minus
from campaigns.reporting.series import Axis, Result

Spread = Literal["none", "band", "trials"]
NOTHING = "Nothing measured yet. The first point appears when a baseline is done."
UNCOUNTED = "Rounds are done, but no class can be averaged: too few labelled test images."
HIDDEN = "All criteria are hidden. Show one again."
NO_RIVAL = "No comparison with random yet. It needs a trial with random and another criterion."
CROWDED = "The window is too small for a chart."


@dataclass(frozen=True, slots=True)
class ChartLook:
    """How a chart is wanted."""

    axis: Axis = Axis.IMAGES
    is_absolute: bool = False
    """mAP in per cent, even where the full model is measured."""
    spread: Spread = "none"
    """Around the means: nothing, lines at mean ± standard deviation, or each trial as a line of its own."""
    hidden: frozenset[str] = frozenset()
    """Criteria that are left out; the others keep their colours and marks."""
    focus: str | None = None
    """The criterion that lies on top, bright, and whose band alone is drawn; None dims none and draws all bands."""
    planned: tuple[int, ...] = ()
    """Budgets in labelled images that the campaign will have reached: the axis is as long as they are. Empty: as long
    as what is measured.
    """
    reading_points: tuple[int, ...] = ()
    """Budgets in labelled images that the paper reads its curves at."""
    is_difference: bool = False
    """Points of mAP above random, trial by trial, instead of what each criterion reached."""
    is_by_order: bool = False
    """The curves are of several campaigns: colours and marks in the order they come, not by criterion."""
    is_ascii: bool = False
    zoom_x: tuple[float, float] | None = None
    """What to see of the axis, in its unit, the lower value first; None shows all."""
    zoom_y: tuple[float, float] | None = None
    """What to see in per cent, the lower value first; None shows what there is between the edges of x."""


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart, and where things are on it; columns count from 0 at its left edge."""

    text: Text
    left: int = 0
    """The column of the first cell for values."""
    columns: int = 0
    """Cells for values in a row."""
    x_low: float = 0.0
    x_high: float = 1.0
    """Values at the first and at the last of these cells, in the unit of the axis."""
    top: int = 0
    rows: int = 0
    """Rows of the text above the cells for values, and of these."""
    stops: tuple[tuple[int, int], ...] = ()
    """Budgets in labelled images and their columns, from left to right; on an axis of time a mean over criteria."""
    whole: tuple[float, float] = (0.0, 1.0)
    """The values at the edges if nothing is zoomed."""
    form: EndForm | None = None
    """How curves are labelled at their ends; None where there is no room for that."""
    labels: tuple[tuple[int, str], ...] = ()
    """Rows of the text, and the trace whose label stands there."""
    dots: int = 2
    """Columns of dots in a cell: where plotext rounds."""

    def column_of(self, x: float) -> int:
        """Return the column of a value of x; outside of the value cells if it is not visible."""
        return self.left + self._area.column(x)

    def x_at(self, column: int) -> float:
        """Return the value of x in the middle of a column."""
        share = (column - self.left + 0.5) / max(1, self.columns)
        return self.x_low + min(1.0, max(0.0, share)) * (self.x_high - self.x_low)

    @property
    def is_labelled(self) -> bool:
        """Whether each curve has its name at its end."""
        return self.form is not None

    @property
    def _area(self) -> Area:
        return Area(self.columns, self.rows, (self.x_low, self.x_high), (0.0, 1.0), self.dots == 1)


def compared(result: Result, look: ChartLook) -> Result:
    """Return what a look shows of a result: all of it, or its difference from random."""
    return minus(result) if look.is_difference else result


def draw_curves(result: Result, *, size: tuple[int, int], look: ChartLook, palette: Palette) -> DrawnChart:
    """Draw what `compared` gave in `size` columns and rows; a sentence where there is nothing to draw, or no room.

    Takes tens of milliseconds and one lock of the process: call it in a thread when a screen waits.
    """
    known = traces(
        result, axis=look.axis, is_absolute=look.is_absolute, hidden=look.hidden, is_by_order=look.is_by_order
    )
    if not any(curve.points for curve in result.curves):
        nothing = UNCOUNTED if result.left_out and not result.classes else NOTHING
        return _sentence(NO_RIVAL if look.is_difference else nothing, size, palette)
    if not any(trace.spots for trace in known if not trace.is_hidden):
        return _sentence(HIDDEN, size, palette)
    return _chart(result, known, size, look, palette) or _sentence(CROWDED, size, palette)


def _chart(
    result: Result, known: tuple[Trace, ...], size: tuple[int, int], look: ChartLook, palette: Palette
) -> DrawnChart | None:
    width, height = size
    drawn = _order(known, look)
    top = 1 if height >= 12 else 0
    rows = height - 2 - 2 * top
    if rows < 3:
        return None
    is_percent = is_relative(result, is_absolute=look.is_absolute)
    whole = _x_range(drawn, look)
    x = look.zoom_x or whole
    y, levels = _y_range(drawn, x, look, is_percent, rows)
    y_ticks = tuple(Tick(*pair) for pair in zip(levels, scales.tick_labels(levels), strict=True))
    left = max((len(tick.label) for tick in y_ticks), default=0) + 2
    # One row more, for the full model; what has no line is named only where that leaves the others their rows.
    named = next((some for some in (known, drawn) if len(some) < rows), ())
    form = _form(named, width - left) if named else None
    columns = width - left - (form.width + 2 if form else 1)
    if columns < 12:
        return None
    focus = look.focus if any(trace.name == look.focus and trace.spots for trace in drawn) else None
    plot = ChartPlot(Canvas(width, height), Area(columns, rows, x, y, look.is_ascii), left, top, palette, drawn, focus)
    full = 100.0 if is_percent else 100 * result.full if result.full else None
    x_ticks, title = _x_ticks(plot, look)
    _paint(plot, look, x_ticks, y_ticks, full)
    labels = painting.paint_ends(plot, painting.ends(plot, named, form, full=full)) if form else ()
    if top:
        plot.sheet.put(
            0, 0, painting.unit_of(result, is_percent=is_percent, is_difference=look.is_difference), palette.muted
        )
        plot.sheet.put(left + max(0, (columns - len(title)) // 2), height - 1, title, palette.muted)
    return DrawnChart(
        plot.sheet.text(), left, columns, *x, top, rows, _stops(plot), whole, form, labels, 1 if look.is_ascii else 2
    )


def _form(named: tuple[Trace, ...], width: int) -> EndForm | None:
    """Return the widest form of labels that leaves lines enough room: more room for more words."""
    forms = zip(end_forms(named), (64, 40, 32), strict=True)
    return next((form for form, least in forms if width - form.width - 2 >= least), None)


def _order(unordered: Iterable[Trace], look: ChartLook) -> tuple[Trace, ...]:
    # The first criterion of a recipe is the one it is about: it lies over the others unless another has the focus.
    visible = [trace for trace in unordered if not trace.is_hidden]
    visible.reverse()
    return tuple(sorted(visible, key=lambda trace: trace.name == look.focus))


def _x_range(drawn: tuple[Trace, ...], look: ChartLook) -> tuple[float, float]:
    values = [spot.x for trace in drawn for spot in trace.spots]
    if per_image := _per_image(drawn, look):
        values += [n * per_image for n in look.planned]
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 1.0, high + 1.0)


def _per_image(drawn: tuple[Trace, ...], look: ChartLook) -> float:
    """Return what an image is worth on the axis; 0 where budgets have no place of their own, as on one of time."""
    if look.axis in (Axis.SECONDS, Axis.GPU_HOURS):
        return 0.0
    return next((spot.x / spot.labelled for trace in drawn for spot in trace.spots if spot.labelled), 1.0)


def _y_range(
    drawn: tuple[Trace, ...], x: tuple[float, float], look: ChartLook, is_percent: bool, rows: int
) -> tuple[tuple[float, float], tuple[float, ...]]:
    """Return the range of an axis, and its ticks: whole rows apart, unless a part of it is zoomed."""
    if look.zoom_y:
        return look.zoom_y, scales.even_ticks(*look.zoom_y, max(2, min(9, rows // 3)))
    values: list[float] = []
    is_focused = any(trace.name == look.focus for trace in drawn)
    everywhere = [(spot, not is_focused or trace.name == look.focus) for trace in drawn for spot in trace.spots]
    for spot, is_banded in [pair for pair in everywhere if x[0] <= pair[0].x <= x[1]] or everywhere:
        values.append(spot.y)
        if look.spread == "band" and is_banded and spot.sd is not None:
            values += [spot.y - spot.sd, spot.y + spot.sd]
        if look.spread == "trials":
            values += [value for _, value in spot.trials]
    low, high = min(values), max(values)
    # The full model is what everybody looks for: worth a quarter of the height.
    if is_percent and high < 100 <= high + 0.3 * (high - low):
        high = 100.0
    low, high = scales.padded(low, high, share=0.0)
    return scales.even_grid(low, high, rows=rows, dots=1 if look.is_ascii else 4)


def _stops(plot: ChartPlot) -> tuple[tuple[int, int], ...]:
    places: dict[int, list[float]] = {}
    for trace in plot.drawn:
        for spot in trace.spots:
            places.setdefault(spot.labelled, []).append(spot.x)
    means = {labelled: sum(xs) / len(xs) for labelled, xs in places.items()}
    return tuple((n, plot.left + plot.area.column(x)) for n, x in sorted(means.items()) if plot.has(x))


def _x_ticks(plot: ChartPlot, look: ChartLook) -> tuple[tuple[Tick, ...], str]:
    """Return ticks in the order in which they get room (reading points, the last, the others), and the axis title."""
    if look.axis in (Axis.SECONDS, Axis.GPU_HOURS):
        size, unit = scales.seconds_unit(plot.area.x[1]) if look.axis is Axis.SECONDS else (1.0, "hours")
        low, high = plot.area.x[0] / size, plot.area.x[1] / size
        even = scales.even_ticks(low, high, max(2, plot.area.columns // 14))
        ticks = (Tick(size * at, label) for at, label in zip(even, scales.tick_labels(even), strict=True))
        return tuple(ticks), f"{unit} of work" if look.axis is Axis.SECONDS else f"{unit} on a GPU"
    budgets = {spot.labelled: spot.x for trace in plot.drawn for spot in trace.spots}
    places = {n: n * _per_image(plot.drawn, look) for n in (*look.reading_points, *look.planned)} | budgets
    rest = [n for n in sorted(places) if n not in look.reading_points]
    order = [*dict.fromkeys(look.reading_points), *rest[-1:], *rest[:-1]]
    ticks = (
        Tick(places[n], scales.short(places[n]), n in look.reading_points, n in look.planned and n > max(budgets))
        for n in order
    )
    by = "x" if look.is_ascii else "×"
    title = "labelled images" if look.axis is Axis.IMAGES else f"decisions (images {by} classes)"
    return tuple(tick for tick in ticks if plot.has(tick.value)), title


def _paint(  # the order is the picture: what comes later lies on top
    plot: ChartPlot, look: ChartLook, x_ticks: tuple[Tick, ...], y_ticks: tuple[Tick, ...], full: float | None
) -> None:  # fmt: skip
    painting.paint_rules(plot, y_ticks=y_ticks, x_ticks=x_ticks, full=full)
    banded = tuple(trace for trace in plot.drawn if plot.focus in (None, trace.name)) if look.spread == "band" else ()
    painting.paint_lines(plot, banded=banded, has_trials=look.spread == "trials")
    if per_image := _per_image(plot.drawn, look):
        painting.paint_coming(plot, {n: n * per_image for n in look.planned})
    painting.paint_marks(plot)
    painting.paint_axes(plot, x_ticks=x_ticks, y_ticks=y_ticks)


def _sentence(text: str, size: tuple[int, int], palette: Palette) -> DrawnChart:
    sheet = Canvas(max(1, size[0]), max(1, size[1]))
    painting.paint_sentence(sheet, text, palette.muted)
    return DrawnChart(sheet.text())


def curves_text(result: Result, *, width: int, height: int, is_coloured: bool, look: ChartLook | None = None) -> str:
    """Return the chart for a command line, on paper of unknown colour, with a legend where names do not fit."""
    look = look or ChartLook()
    result = compared(result, look)
    drawn = draw_curves(result, size=(width, height), look=look, palette=UNKNOWN)
    text = drawn.text
    if drawn.columns and not drawn.is_labelled:
        shown = traces(
            result, axis=look.axis, is_absolute=look.is_absolute, hidden=look.hidden, is_by_order=look.is_by_order
        )
        legend = line_legend(shown, palette=UNKNOWN, width=width, is_ascii=look.is_ascii)
        text = draw_curves(result, size=(width, height - len(legend)), look=look, palette=UNKNOWN).text
        text = Text("\n").join([text, *legend])
    return _coloured(text) if is_coloured else text.plain


def _coloured(text: Text) -> str:
    drawn, at = "", 0
    for span in text.spans:
        style = span.style if isinstance(span.style, Style) else Style()
        drawn += text.plain[at : span.start] + style.render(
            text.plain[span.start : span.end], color_system=ColorSystem.EIGHT_BIT
        )
        at = span.end
    return drawn + text.plain[at:]
