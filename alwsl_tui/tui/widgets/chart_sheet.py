"""A finished drawing of learning curves, as lines of a screen."""

from dataclasses import dataclass

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from alwsl_tui.drawing.curves import ChartLook, DrawnChart, compared, draw_curves
from alwsl_tui.drawing.legend import line_legend
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.traces import Trace, traces
from campaigns.reporting.series import Result

# It only turns text into segments; nothing is ever written to it.
_CONSOLE = Console(width=1000, color_system="truecolor", force_terminal=True)


@dataclass(frozen=True, slots=True)
class ChartSheet:
    """A finished drawing."""

    drawn: DrawnChart
    strips: tuple[Strip, ...]
    shown: tuple[Trace, ...]
    """All criteria, the hidden ones too."""

    def column(self, labelled: int | None) -> int | None:
        """Return where a budget is; None if it is not visible."""
        return dict(self.drawn.stops).get(labelled) if labelled is not None else None


def draw_sheet(result: Result, look: ChartLook, palette: Palette, size: tuple[int, int]) -> ChartSheet:
    """Draw everything that can be drawn away from the screen's thread."""
    width, height = size
    result = compared(result, look)
    shown = traces(
        result, axis=look.axis, is_absolute=look.is_absolute, hidden=look.hidden, is_by_order=look.is_by_order
    )
    drawn = draw_curves(result, size=size, look=look, palette=palette)
    if height >= 9 and drawn.columns and not drawn.is_labelled:
        # A legend below is worth its room: nothing else says whose the curves are.
        legend = line_legend(shown, palette=palette, width=width, is_ascii=look.is_ascii)
        below = min(len(legend), 3 if height >= 16 else 2)
        drawn = draw_curves(result, size=(width, height - below), look=look, palette=palette)
    return chart_sheet(drawn, shown, palette)


def chart_sheet(drawn: DrawnChart, shown: tuple[Trace, ...], palette: Palette) -> ChartSheet:
    """Return a drawing as lines of a screen."""
    lines = drawn.text.split("\n", allow_blank=True)
    return ChartSheet(drawn, tuple(strip_of(line, palette) for line in lines), shown)


def strip_of(line: Text, palette: Palette) -> Strip:
    """Return a line of text as a line of the screen, on the background of the palette."""
    plain = Style(color=palette.text, bgcolor=palette.background)
    return Strip(list(Segment.apply_style(line.render(_CONSOLE, end=""), plain)), line.cell_len)
