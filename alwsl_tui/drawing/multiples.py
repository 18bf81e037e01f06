"""A small chart for each class, all on the same axes: where criteria differ, and on which classes."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from alwsl_tui.drawing import painting, scales
from alwsl_tui.drawing.canvas import Canvas
from alwsl_tui.drawing.curves import ChartLook, compared
from alwsl_tui.drawing.legend import cut, line_legend
from alwsl_tui.drawing.painting import ChartPlot, Tick
from alwsl_tui.drawing.palette import Palette, hue, mark
from alwsl_tui.drawing.strokes import Area
from alwsl_tui.drawing.traces import Trace, traces
from campaigns.core.text import printable
from campaigns.reporting.series import Result

ClassResult = tuple[str, Result]
"""A class, and its learning curves."""
LEAST_WIDTH, LEAST_HEIGHT = 24, 7
"""Of a small chart, in cells: its title, its lines and a blank line."""
NOTHING = "No class is measured yet."
CROWDED = "The window is too small for charts of classes."


@dataclass(frozen=True, slots=True)
class MultiplesPage:
    """How small charts are laid out: the first ones, or those of another page."""

    columns: int
    rows: int
    count: int
    """Charts of all pages."""

    @property
    def pages(self) -> int:
        """At least 1."""
        return max(1, -(-self.count // (self.columns * self.rows)))


def layout(count: int, size: tuple[int, int]) -> MultiplesPage | None:
    """Return how many charts stand side by side and below each other in so many cells; None where there is no room.

    As many as there are, as large as they can be; where they do not all fit, as many as fit.
    """
    width, height = size
    most, deep = width // LEAST_WIDTH, height // LEAST_HEIGHT
    if most < 1 or deep < 1 or count < 1:
        return None
    shapes = [(columns, -(-count // columns)) for columns in range(1, min(most, count) + 1)]
    fitting = [shape for shape in shapes if shape[1] <= deep]
    if not fitting:
        return MultiplesPage(most, deep, count)
    columns, rows = max(fitting, key=lambda shape: min(width // shape[0], 3 * (height // shape[1])))
    return MultiplesPage(columns, rows, count)


def draw_multiples(
    parts: Sequence[ClassResult], *, size: tuple[int, int], look: ChartLook, palette: Palette, page: int = 0
) -> Text:
    """Draw a page of small charts, counted from 0, in `size` columns and rows; a sentence where there is none.

    What measures a class (average precision, F1) in per cent, or points above random. Of the look, `axis` and `spread`
    play no part.
    """
    width, height = size
    sheet = Canvas(max(1, width), max(1, height))
    drawn = [(name, _visible(compared(result, look), look)) for name, result in parts]
    drawn = [(name, shown) for name, shown in drawn if any(trace.spots for trace in shown)]
    legend = line_legend(_leading(drawn), palette=palette, width=width, is_ascii=look.is_ascii, has_values=False)
    planned = layout(len(drawn), (width - 5, height - len(legend) - 2))
    if planned is None:
        sheet.put(1, max(0, height // 2), cut(CROWDED if drawn else NOTHING, width - 2, is_ascii=True), palette.muted)
        return sheet.text()
    across, down = (width - 5) // planned.columns, (height - len(legend) - 2) // planned.rows
    x, y, ticks = _axes(drawn, look, down - 2)
    first = min(page, planned.pages - 1) * planned.columns * planned.rows
    each = parts[0][1].yardstick.each
    unit = f"points of {each} above random" if look.is_difference else f"{each}, %"
    pages = f"page {min(page, planned.pages - 1) + 1}/{planned.pages}" if planned.pages > 1 else ""
    budgets = look.planned or tuple(int(edge) for edge in x)
    about = f"{unit}, {budgets[0]} to {budgets[-1]} labelled images"
    sheet.put(0, 0, cut(about, width - len(pages) - 2, is_ascii=look.is_ascii), palette.muted)
    sheet.put(width - len(pages) - 1, 0, pages, palette.muted)
    for at, (name, shown) in enumerate(drawn[first : first + planned.columns * planned.rows]):
        row, column = divmod(at, planned.columns)
        area = Area(across - 3, down - 2, x, y, look.is_ascii)
        focus = look.focus if any(trace.name == look.focus and trace.spots for trace in shown) else None
        plot = ChartPlot(sheet, area, 5 + column * across, 2 + row * down, palette, shown, focus)
        _title(plot, name)
        _paint(plot, ticks, has_labels=column == 0)
    for at, line in enumerate(legend):
        column = 0
        for span in line.spans:
            piece = line.plain[span.start : span.end]
            style = span.style
            colour = style.color.name if not isinstance(style, str) and style.color else palette.text
            sheet.put(column, height - len(legend) + at, piece, colour)
            column += cell_len(piece)
    return sheet.text()


def _visible(result: Result, look: ChartLook) -> tuple[Trace, ...]:
    every = traces(result, is_absolute=True, hidden=look.hidden, is_by_order=look.is_by_order)
    visible = [trace for trace in reversed(every) if not trace.is_hidden]
    return tuple(sorted(visible, key=lambda trace: trace.name == look.focus))


def _leading(drawn: Sequence[tuple[str, tuple[Trace, ...]]]) -> tuple[Trace, ...]:
    """Return the traces of a chart that has them all, for the legend."""
    return max((shown for _, shown in drawn), key=len, default=())


def _axes(
    drawn: Sequence[tuple[str, tuple[Trace, ...]]], look: ChartLook, rows: int
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, ...]]:
    """Return the ranges that all charts share, and the ticks of y."""
    spots = [spot for _, shown in drawn for trace in shown for spot in trace.spots]
    at = [*(spot.x for spot in spots), *look.planned]
    x = (min(at), max(at)) if max(at) > min(at) else (min(at) - 1.0, max(at) + 1.0)
    low, high = scales.padded(min(spot.y for spot in spots), max(spot.y for spot in spots), share=0.0)
    y, ticks = scales.even_grid(low, high, rows=rows, dots=1 if look.is_ascii else 4)
    return x, y, ticks


def _title(plot: ChartPlot, name: str) -> None:
    """Write the class, and who is ahead in it."""
    best = max((trace for trace in plot.drawn if trace.spots), key=lambda trace: trace.spots[-1].y)
    lead = f"{mark(best.at, is_ascii=plot.is_ascii)} {best.spots[-1].y:.1f}"
    title = cut(printable(name).replace("\n", " "), plot.area.columns - cell_len(lead) - 1, is_ascii=plot.is_ascii)
    plot.sheet.put(plot.left, plot.top - 1, title, plot.palette.text, is_bold=True)
    column = plot.left + plot.area.columns - cell_len(lead)
    plot.sheet.put(column, plot.top - 1, lead, hue(best.at, plot.palette))


def _paint(plot: ChartPlot, ticks: tuple[float, ...], *, has_labels: bool) -> None:
    marks = tuple(Tick(*pair) for pair in zip(ticks, scales.tick_labels(ticks), strict=True))
    painting.paint_rules(plot, y_ticks=marks, x_ticks=(), full=None)
    painting.paint_lines(plot, banded=(), has_trials=False)
    for trace in plot.drawn:
        if trace.spots:
            spot = trace.spots[-1]
            plot.put(spot.x, spot.y, mark(trace.at, is_ascii=plot.is_ascii), plot.tone(trace, painting.DIM_MARK))
    for tick in marks if has_labels else ():
        column = plot.left - 1 - cell_len(tick.label)
        plot.sheet.put(column, plot.top + plot.area.row(tick.value), tick.label, plot.palette.muted)
