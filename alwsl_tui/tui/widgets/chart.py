"""Learning curves on the screen: drawn in a thread, with a cursor that moves over them without a redraw."""

from dataclasses import dataclass, replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events, work
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from alwsl_tui.drawing.curves import ChartLook, DrawnChart
from alwsl_tui.drawing.legend import label, line_legend
from alwsl_tui.drawing.multiples import ClassResult, draw_multiples
from alwsl_tui.drawing.palette import THEMES, Palette, blend
from alwsl_tui.tui.widgets.chart_sheet import ChartSheet, chart_sheet, draw_sheet, strip_of
from campaigns.reporting.series import Result

CLOSER, NEAREST = 0.8, 0.01
"""What is left to be seen after one step of the wheel, and the least, as shares of the whole."""


class CurveChart(Widget, can_focus=True):
    """Shows whatever `found` holds, as `look` and `palette` say; the last drawing stays until the next is finished."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "budget before", show=False),
        Binding("right", "step(1)", "budget after", show=False),
        Binding("home", "edge(0)", "first budget", show=False),
        Binding("end", "edge(-1)", "last budget", show=False),
        Binding("plus,equals_sign", "zoom(1)", "closer", show=False),
        Binding("minus", "zoom(-1)", "farther", show=False),
        Binding("escape", "leave", "hide the cursor", show=False),
    ]
    DEFAULT_CSS = "CurveChart { height: 1fr; min-height: 5; }"

    # None of these is a reason to paint: the drawing that they ask for is.
    result: reactive[Result | None] = reactive(None, repaint=False)
    parts: reactive[tuple[ClassResult, ...]] = reactive((), repaint=False)
    """Where there are any, they are drawn instead: a small chart for each class."""
    page: reactive[int] = reactive(0, repaint=False)
    """Of the small charts, from 0."""
    look: reactive[ChartLook] = reactive(ChartLook(), repaint=False)
    palette: reactive[Palette] = reactive(THEMES["dark"], repaint=False)
    sheet: reactive[ChartSheet | None] = reactive(None)
    """The drawing that is on the screen."""
    cursor: reactive[int | None] = reactive(None, init=False)
    """A budget in labelled images."""

    @dataclass
    class CursorMoved(Message):
        """The reader looks at another budget, or at none."""

        labelled: int | None

        def can_replace(self, message: Message) -> bool:
            """Let only the last one count."""
            return isinstance(message, CurveChart.CursorMoved)

    @dataclass
    class Zoomed(Message):
        """The reader wants to see this part of the axis, in its unit; None is all of it."""

        x: tuple[float, float] | None

        def can_replace(self, message: Message) -> bool:
            """Let only the last one count."""
            return isinstance(message, CurveChart.Zoomed)

    @dataclass
    class Finished(Message):
        """A drawing is finished."""

        sheet: ChartSheet

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._is_asked = False
        self._legend: tuple[Strip, ...] = ()
        self._labels: dict[int, Strip] = {}
        """By row: what stands at the ends of lines while the cursor is at a budget."""

    def watch_result(self) -> None:
        """Ask for a drawing."""
        self._ask()

    def watch_parts(self) -> None:
        """Ask for a drawing."""
        self._ask()

    def watch_page(self) -> None:
        """Ask for a drawing."""
        self._ask()

    def watch_look(self) -> None:
        """Ask for a drawing; the legend marks what is in focus even where the drawing stays the same."""
        self._write_legend()
        self._ask()

    def watch_palette(self) -> None:
        """Ask for a drawing."""
        self._ask()

    def on_resize(self) -> None:
        """Ask for a drawing."""
        self._ask()

    def _ask(self) -> None:
        # Attributes that change together are one drawing.
        if not self._is_asked and self.is_attached:
            self._is_asked = True
            self.call_later(self._start)

    def _start(self) -> None:
        self._is_asked = False
        if self.result is not None and self.size.width > 0 and self.size.height > 0:
            self._draw(self.result, self.parts, self.look, (self.size.width, self.size.height))

    @work(thread=True, exclusive=True, group="drawing")
    def _draw(self, result: Result, parts: tuple[ClassResult, ...], look: ChartLook, size: tuple[int, int]) -> None:
        worker, palette = get_current_worker(), self.palette
        if parts:
            text = draw_multiples(parts, size=size, look=look, palette=palette, page=self.page)
            sheet = chart_sheet(DrawnChart(text), (), palette)
        else:
            sheet = draw_sheet(result, look, palette, size)
        if not worker.is_cancelled:
            self.post_message(self.Finished(sheet))

    def on_curve_chart_finished(self, message: Finished) -> None:
        """Put it on the screen."""
        message.stop()
        self.sheet = message.sheet

    def watch_sheet(self) -> None:
        """Draw the legend with the drawing."""
        self._write_legend()

    def watch_cursor(self, labelled: int | None) -> None:
        """Let the legend tell the values under the cursor."""
        self._write_legend()
        self.post_message(self.CursorMoved(labelled))

    def _write_legend(self) -> None:
        self._legend, self._labels = (), {}
        if self.sheet is None or not self.sheet.drawn.columns:
            return
        sheet, palette, is_ascii = self.sheet, self.palette, self.look.is_ascii
        form = sheet.drawn.form
        if form is None:
            lines = line_legend(
                sheet.shown, palette=palette, width=self.size.width, labelled=self.cursor, is_ascii=is_ascii
            )
            self._legend = tuple(strip_of(line, palette) for line in lines)
        elif self.cursor is not None:
            traces_of = {trace.name: trace for trace in sheet.shown}
            for row, name in sheet.drawn.labels:
                pieces = label(
                    traces_of[name], form, palette=palette, labelled=self.cursor, focus=self.look.focus,
                    is_ascii=is_ascii,
                )  # fmt: skip
                text = Text(end="").join(
                    [Text(piece, Style(color=colour, bold=bold)) for piece, colour, bold in pieces]
                )
                self._labels[row] = strip_of(text, palette)
            if sheet.drawn.top:
                about = Text(f"at {self.cursor} images"[: form.width].ljust(form.width), palette.muted, end="")
                self._labels[0] = strip_of(about, palette)

    def render_line(self, y: int) -> Strip:
        """Draw a line of the chart, the cursor over it, the legend beside or below."""
        blank = Style(bgcolor=self.palette.background)
        sheet, width = self.sheet, self.size.width
        if sheet is None:
            return Strip.blank(width, blank)
        strip = sheet.strips[y] if y < len(sheet.strips) else Strip.blank(0, blank)
        column = sheet.column(self.cursor)
        if column is not None:
            strip = self._under_cursor(strip, y - sheet.drawn.top, column)
        if y in self._labels:
            strip = _replaced(strip, sheet.drawn.left + sheet.drawn.columns + 1, self._labels[y])
        if 0 <= y - len(sheet.strips) < len(self._legend):
            strip = self._legend[y - len(sheet.strips)]
        return strip.adjust_cell_length(width, blank)

    def _under_cursor(self, strip: Strip, row: int, column: int) -> Strip:
        drawn, palette = self.sheet.drawn if self.sheet else DrawnChart(Text()), self.palette
        if row == drawn.rows + 1:
            label = f" {self.cursor} "
            first = max(0, min(column - len(label) // 2, strip.cell_length - len(label)))
            style = Style(color=palette.background, bgcolor=palette.accent, bold=True)
            return _replaced(strip, first, Strip([Segment(label, style)], len(label)))
        if not 0 <= row <= drawn.rows:
            return strip
        line = "|" if self.look.is_ascii else "│"
        veil = Style(bgcolor=blend(palette.accent, palette.background, 0.25))
        cell = [
            Segment(line if segment.text in " ┈" else segment.text, _over(segment, veil, palette))
            for segment in strip.crop(column, column + 1)
        ]
        return _replaced(strip, column, Strip(cell, 1))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the nearest budget."""
        if self.sheet and self.sheet.drawn.stops:
            self.cursor = min(self.sheet.drawn.stops, key=lambda stop: abs(stop[1] - event.x))[0]

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Closer to what is under the pointer."""
        event.stop()
        self._zoom(CLOSER, event.x)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Farther from what is under the pointer."""
        event.stop()
        self._zoom(1 / CLOSER, event.x)

    def _zoom(self, factor: float, column: int) -> None:
        if self.sheet is None or not self.sheet.drawn.columns:
            return
        first, last = self.sheet.drawn.whole
        low, high = self.look.zoom_x or (first, last)
        about = self.sheet.drawn.x_at(column)
        low, high = max(first, about - factor * (about - low)), min(last, about + factor * (high - about))
        if high - low <= NEAREST * (last - first):
            return
        whole = low <= first and high >= last
        self.look = replace(self.look, zoom_x=None if whole else (low, high))
        self.post_message(self.Zoomed(self.look.zoom_x))

    def action_step(self, by: int) -> None:
        """To the next budget that is to be seen, or from none to the first or last one."""
        stops = [labelled for labelled, _ in self.sheet.drawn.stops] if self.sheet else []
        if self.cursor is None or not stops:
            self.cursor = (stops[0] if by > 0 else stops[-1]) if stops else None
            return
        beyond = [n for n in stops if (n > self.cursor if by > 0 else n < self.cursor)]
        if beyond:
            self.cursor = beyond[0] if by > 0 else beyond[-1]

    def action_edge(self, at: int) -> None:
        """To the first (0) or last (-1) budget that is to be seen."""
        if self.sheet and self.sheet.drawn.stops:
            self.cursor = self.sheet.drawn.stops[at][0]

    def action_zoom(self, by: int) -> None:
        """Closer (1) or farther (-1), around the cursor if there is one, around the middle otherwise."""
        if self.sheet:
            drawn = self.sheet.drawn
            column = self.sheet.column(self.cursor)
            self._zoom(CLOSER if by > 0 else 1 / CLOSER, drawn.left + drawn.columns // 2 if column is None else column)

    def action_leave(self) -> None:
        """Hide the cursor."""
        self.cursor = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape means something else to others when there is no cursor to hide."""
        return action != "leave" or self.cursor is not None


def _over(segment: Segment, veil: Style, palette: Palette) -> Style:
    style = (segment.style or Style()) + veil
    return style + Style(color=palette.accent) if segment.text in " ┈" else style


def _replaced(strip: Strip, first: int, middle: Strip) -> Strip:
    """Return the same strip with something else from a column on."""
    end = first + middle.cell_length
    return Strip.join([strip.crop(0, first), middle, strip.crop(end, max(end, strip.cell_length))])
