"""The parts of a chart, one after the other: rules, lines with their bands, marks, ends, axes."""

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len

from alwsl_tui.drawing.canvas import Canvas
from alwsl_tui.drawing.legend import EndForm, Piece, label
from alwsl_tui.drawing.palette import UNKNOWN, Palette, blend, hue, mark
from alwsl_tui.drawing.strokes import Area, Stroke, rasterise
from alwsl_tui.drawing.traces import Spot, Trace, by_trial
from campaigns.reporting.series import Result

GAP = 3
"""Columns between two marks of a trace, at the least, and cells between two labels of an axis."""
ROOMY = 2.5
"""Rows for each line from which on all are thicker: where there are fewer, thick ones would hide each other."""
DIM, DIM_MARK = 0.7, 0.9
"""What is left of a line, and of a mark, that does not have the focus: a line keeps a contrast of 3 everywhere."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis."""

    value: float
    label: str
    is_reading_point: bool = False
    is_to_come: bool = False
    """A budget that no criterion has reached."""


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
    focus: str | None = None
    """Of the traces, the one that is bright; the others are dimmed. None dims none."""

    @property
    def is_ascii(self) -> bool:
        """Whether only ASCII may be written."""
        return self.area.is_ascii

    def faint(self, share: float) -> str:
        """Return the muted colour, nearly lost in the background."""
        return (
            self.palette.muted if self.palette is UNKNOWN else blend(self.palette.muted, self.palette.background, share)
        )

    def tone(self, trace: Trace, share: float) -> str:
        """Return the colour of a trace: `share` of it over the background, all of it where it has the focus."""
        colour = hue(trace.at, self.palette)
        is_bright = self.focus in (None, trace.name) or self.palette is UNKNOWN
        return colour if is_bright else blend(colour, self.palette.background, share)

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


def paint_rules(plot: ChartPlot, *, y_ticks: tuple[Tick, ...], x_ticks: tuple[Tick, ...], full: float | None) -> None:
    """Paint faint lines: at ticks of y, the paper's reading points, budgets to come, and the full model."""
    columns = plot.area.columns
    if not plot.is_ascii:
        for tick in y_ticks:
            plot.sheet.put(plot.left, plot.top + plot.area.row(tick.value), "┈" * columns, plot.faint(0.25))
    if full is not None and plot.has_row(full):
        sign = "-" if plot.is_ascii else "─"
        plot.sheet.put(plot.left, plot.top + plot.area.row(full), sign * columns, plot.faint(0.65))
    for tick in x_ticks:
        if tick.is_reading_point or tick.is_to_come:
            for row in range(plot.area.rows):
                sign = ("|" if tick.is_reading_point else ":") if plot.is_ascii else "┊"
                colour = plot.faint(0.45 if tick.is_reading_point else 0.25)
                plot.sheet.put(plot.left + plot.area.column(tick.value), plot.top + row, sign, colour)


def paint_lines(plot: ChartPlot, *, banded: tuple[Trace, ...], has_trials: bool) -> None:
    """Paint means, and under them the edges of bands as hairlines, and each trial by itself, where these are wanted."""
    strokes: list[Stroke] = []
    for trace in plot.drawn if has_trials else ():
        colour = _faded(plot, trace)
        strokes += [Stroke(tuple(x for x, _ in line), tuple(y for _, y in line), colour) for line in by_trial(trace)]
    for trace in plot.drawn:
        if trace in banded:
            strokes += _edges(trace, _faded(plot, trace))
        if trace.spots:
            x, y = tuple(spot.x for spot in trace.spots), tuple(spot.y for spot in trace.spots)
            strokes.append(Stroke(x, y, plot.tone(trace, DIM), weight=_weight(plot, trace)))
    for row, cells in enumerate(rasterise(strokes, plot.area)):
        for column, (sign, colour) in enumerate(cells):
            if sign != " ":
                plot.sheet.put(plot.left + column, plot.top + row, sign, colour)


def _weight(plot: ChartPlot, trace: Trace) -> int:
    """Return the dots of a line's height; one more where it has the focus, so that this needs no colour."""
    return 1 + (plot.area.rows >= ROOMY * len(plot.drawn)) + (trace.name == plot.focus)


def _edges(trace: Trace, colour: str) -> list[Stroke]:
    spread = [(spot.x, spot.y, spot.sd) for spot in trace.spots if spot.sd is not None]
    at = tuple(x for x, _, _ in spread)
    return [Stroke(at, tuple(y + sign * sd for _, y, sd in spread), colour) for sign in (-1, 1) if spread]


def _faded(plot: ChartPlot, trace: Trace) -> str:
    """Return the colour of what belongs to a line without being it."""
    share = 0.6 if plot.focus in (None, trace.name) else 0.3
    return blend(hue(trace.at, plot.palette), plot.palette.background, share)


def paint_marks(plot: ChartPlot) -> None:
    """Paint a mark at every budget; where budgets are closer than marks, at some of them, staggered by criterion."""
    for trace in plot.drawn:
        spots = [spot for spot in trace.spots if plot.has(spot.x)]
        step = max(1, -(-max(GAP, len(plot.drawn)) * len(spots) // plot.area.columns))
        for spot in spots[trace.at % step :: step] + spots[-1:]:
            plot.put(spot.x, spot.y, mark(trace.at, is_ascii=plot.is_ascii), plot.tone(trace, DIM_MARK))


def paint_coming(plot: ChartPlot, places: Mapping[int, float]) -> None:
    """Paint a faint ring where the next point of each trace will stand: at its next budget, as high as its last one.

    `places` are the values of x of the budgets in labelled images.
    """
    for trace in plot.drawn:
        if trace.spots:
            last = trace.spots[-1]
            coming = min((n for n in places if n > last.labelled), default=None)
            if coming is not None:
                plot.put(places[coming], last.y, "o" if plot.is_ascii else "∘", plot.tone(trace, DIM))


@dataclass(frozen=True, slots=True)
class End:
    """What is written at the right edge, as near to a value as there is room."""

    y: float
    name: str
    """Of the trace; empty at the full model's line."""
    pieces: tuple[Piece, ...]


def ends(plot: ChartPlot, known: tuple[Trace, ...], form: EndForm, *, full: float | None) -> list[End]:
    """Return the labels beside the area, from top to bottom; below them those of `known` that have no line there."""
    written = []
    for trace in known:
        spot = None if trace.is_hidden else _last(plot, trace)
        pieces = label(trace, form, palette=plot.palette, labelled=None, focus=plot.focus, is_ascii=plot.is_ascii)
        written.append((spot is None, End(plot.area.y[0] if spot is None else spot.y, trace.name, pieces)))
    if full is not None and plot.has_row(full):
        text = f"{'full':<{form.name}}" + (f" {full:>{form.mean}.1f}" if form.mean else "")
        written.append(
            (False, End(full, "", ((f"{'-' if plot.is_ascii else '─'} {text}", plot.palette.muted, False),)))
        )
    return [end for _, end in sorted(written, key=lambda pair: (pair[0], -pair[1].y))]


def _last(plot: ChartPlot, trace: Trace) -> Spot | None:
    return next((spot for spot in reversed(trace.spots) if plot.has(spot.x)), None)


def paint_ends(plot: ChartPlot, written: list[End]) -> tuple[tuple[int, str], ...]:
    """Paint each label as near to the end of its curve as the others allow; there are no more of them than rows.

    Returns the rows of the sheet, and the names of the traces whose labels stand there.
    """
    rows = [max(0, min(plot.area.rows - 1, plot.area.row(end.y))) for end in written]
    for at in range(1, len(rows)):
        rows[at] = max(rows[at], rows[at - 1] + 1)
    limit = plot.area.rows - 1
    for at in reversed(range(len(rows))):
        rows[at] = limit = min(rows[at], limit)
        limit -= 1
    for end, row in zip(written, rows, strict=True):
        column = plot.left + plot.area.columns + 1
        for text, colour, is_bold in end.pieces:
            plot.sheet.put(column, plot.top + row, text, colour, is_bold=is_bold)
            column += cell_len(text)
    return tuple((plot.top + row, end.name) for end, row in zip(written, rows, strict=True) if end.name)


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
        colour = plot.palette.text if tick.is_reading_point else plot.faint(0.7 if tick.is_to_come else 1.0)
        sheet.put(first, bottom + 1, tick.label, colour, is_bold=tick.is_reading_point)


def paint_sentence(sheet: Canvas, text: str, colour: str) -> None:
    """Paint a sentence in the middle of a sheet, in as many lines as it takes."""
    lines: list[str] = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], joined] if len(joined) <= max(1, sheet.columns - 2) else [*lines, word]
    for at, line in enumerate(lines):
        row = max(0, (sheet.rows - len(lines)) // 2) + at
        sheet.put(max(0, (sheet.columns - len(line)) // 2), row, line, colour)


def unit_of(result: Result, *, is_percent: bool, is_difference: bool) -> str:
    """Return what the height of a curve is, above the chart, with the full model's value where it is measured."""
    word = result.yardstick.title
    if is_difference:
        return f"points of {word} above random"
    full = f"{100 * result.full:.1f}" if result.full is not None else ""
    if is_percent:
        return f"% of the full model ({word} {full})"
    return f"{word}, % (full model: {full})" if full else f"{word}, %"
