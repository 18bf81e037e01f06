"""A long table, drawn at once where it fits: Rich takes half a second for a thousand lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

GAP = " " * 3


@dataclass(frozen=True, slots=True)
class LongTable:
    """Draws what Rich's table of the same cells would, each a text of one line in one style."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Text]]
    numbers: Sequence[str]
    """Columns that stand at the right."""
    narrow: Callable[[], Table]
    """Rich's table, for a terminal in which the lines do not fit: it knows how to shorten cells."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cells = [[cell.plain for cell in row] for row in self.rows]
        widths = [max(map(cell_len, column)) for column in zip(self.columns, *cells, strict=True)]
        whole = sum(widths) + len(GAP) * (len(widths) - 1) + 2
        if whole > options.max_width:
            yield self.narrow()
            return
        bold, end = Style(bold=True), Segment.line()
        rule = ("-" if options.ascii_only else "─") * (whole - 2)
        blank = Segment(" " * whole)
        yield from (blank, end, *self._line(self.columns, widths, [bold] * len(widths)), end, Segment(f" {rule} "), end)
        for row, plain in zip(self.rows, cells, strict=True):
            styles = [console.get_style(cell.style) if cell.style else None for cell in row]
            yield from (*self._line(plain, widths, styles), end)
        yield from (blank, end)

    def _line(self, cells: Sequence[str], widths: Sequence[int], styles: Sequence[Style | None]) -> list[Segment]:
        drawn = [Segment(" ")]
        for at, (cell, width, style) in enumerate(zip(cells, widths, styles, strict=True)):
            room = " " * (width - cell_len(cell))
            parts = (room, cell) if self.columns[at] in self.numbers else (cell, room)
            drawn += [Segment(GAP if at else ""), *(Segment(part, style) for part in parts)]
        return [*drawn, Segment(" ")]
