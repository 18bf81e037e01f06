"""Learning curves on the screen: drawn in a thread, with a cursor that moves over them without a redraw."""

from dataclasses import dataclass, replace
from typing import ClassVar

from rich.console import Console
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

from alwsl_tui.drawing.curves import ChartLook, DrawnChart, compared, draw_curves
from alwsl_tui.drawing.legend import line_legend, side_legend
from alwsl_tui.drawing.palette import THEMES, Palette, blend
from alwsl_tui.drawing.traces import Trace, traces
from campaigns.reporting.series import Result

SIDE_FROM, SIDE_MOST, BRIEF = 96, 40, 2
"""Columns from which the legend stands beside the chart, its most columns there, and its lines below that are worth
their room even where curves have names at their ends."""
CLOSER, NEAREST = 0.8, 0.01
"""What is left to be seen after one step of the wheel, and the least, as shares of the whole."""
# It only turns text into segments; nothing is ever written to it.
_CONSOLE = Console(width=1000, color_system="truecolor", force_terminal=True)


@dataclass(frozen=True, slots=True)
class ChartSheet:
    """A finished drawing."""

    drawn: DrawnChart
    strips: tuple[Strip, ...]
    shown: tuple[Trace, ...]
    """All criteria, the hidden ones too."""
    is_beside: bool
    """Whether the legend stands beside the chart; below otherwise."""

    def column(self, labelled: int | None) -> int | None:
        """Return where a budget is; None if it is not visible."""
        return dict(self.drawn.stops).get(labelled) if labelled is not None else None


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

    # None of the three is a reason to paint: the drawing that they ask for is.
    result: reactive[Result | None] = reactive(None, repaint=False)
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

    def watch_result(self) -> None:
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
        # Three attributes that change together are one drawing.
        if not self._is_asked and self.is_attached:
            self._is_asked = True
            self.call_later(self._start)

    def _start(self) -> None:
        self._is_asked = False
        if self.result is not None and self.size.width > 0 and self.size.height > 0:
            self._draw(self.result, self.look, self.palette, (self.size.width, self.size.height))

    @work(thread=True, exclusive=True, group="drawing")
    def _draw(self, result: Result, look: ChartLook, palette: Palette, size: tuple[int, int]) -> None:
        worker = get_current_worker()
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
        if self.sheet is None or not self.sheet.drawn.columns:
            self._legend = ()
            return
        sheet, palette, is_ascii = self.sheet, self.palette, self.look.is_ascii
        if sheet.is_beside:
            about = "so far" if self.cursor is None else f"at {self.cursor} images"
            lines = [Text().append(about, Style(color=palette.muted)), Text("")]
            legend = side_legend(
                sheet.shown, palette=palette, labelled=self.cursor, focus=self.look.focus, is_ascii=is_ascii
            )
            lines += legend.split("\n", allow_blank=False)
        else:
            lines = line_legend(
                sheet.shown, palette=palette, width=self.size.width, labelled=self.cursor, is_ascii=is_ascii
            )
        self._legend = tuple(_strip(line, palette) for line in lines)

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
        if sheet.is_beside:
            beside = y - sheet.drawn.top
            if 0 <= beside < len(self._legend):
                strip = Strip.join([strip, self._legend[beside]])
        elif 0 <= y - len(sheet.strips) < len(self._legend):
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
        visible = [spot.x for trace in self.sheet.shown if not trace.is_hidden for spot in trace.spots]
        first, last = min(visible), max(visible)
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


def draw_sheet(result: Result, look: ChartLook, palette: Palette, size: tuple[int, int]) -> ChartSheet:
    """Draw everything that can be drawn away from the screen's thread."""
    width, height = size
    result = compared(result, look)
    shown = traces(
        result, axis=look.axis, is_absolute=look.is_absolute, hidden=look.hidden, is_by_order=look.is_by_order
    )
    beside = side_legend(shown, palette=palette, is_ascii=look.is_ascii)
    side = max((line.cell_len for line in beside.split("\n")), default=0) + 2
    is_beside = width >= SIDE_FROM and side <= SIDE_MOST and len(shown) + 3 <= height
    legend = line_legend(shown, palette=palette, width=width, is_ascii=look.is_ascii)
    width -= side if is_beside else 0
    below = len(legend) if not is_beside and height >= 14 and len(legend) <= BRIEF else 0
    drawn = draw_curves(result, size=(width, height - below), look=look, palette=palette)
    if not (is_beside or below) and height >= 9 and drawn.columns and not drawn.is_labelled:
        # Worth it, for nothing else says whose the curves are.
        below = min(len(legend), 3 if height >= 16 else 2)
        drawn = draw_curves(result, size=(width, height - below), look=look, palette=palette)
    lines = drawn.text.split("\n", allow_blank=True)
    return ChartSheet(drawn, tuple(_strip(line, palette) for line in lines), shown, is_beside)


def _strip(line: Text, palette: Palette) -> Strip:
    plain = Style(color=palette.text, bgcolor=palette.background)
    return Strip(list(Segment.apply_style(line.render(_CONSOLE, end=""), plain)), line.cell_len)


def _over(segment: Segment, veil: Style, palette: Palette) -> Style:
    style = (segment.style or Style()) + veil
    return style + Style(color=palette.accent) if segment.text in " ┈" else style


def _replaced(strip: Strip, first: int, middle: Strip) -> Strip:
    """Return the same strip with something else from a column on."""
    end = first + middle.cell_length
    return Strip.join([strip.crop(0, first), middle, strip.crop(end, max(end, strip.cell_length))])
