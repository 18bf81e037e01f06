"""A table for narrow terminals: what matters less makes way as a whole before anything that matters is cut."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
from rich.text import Text

LEAST = 8
"""Cells of a column of text that still say something."""
GAP = 3
"""Cells between two columns, and one at either side."""


class FittingTable(Table):
    """Rich's table, which leaves out the columns in `less`, the first of them first, until the others have room."""

    def __init__(self, *, less: Sequence[str] = ()) -> None:
        super().__init__(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
        self.less = tuple(less)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        kept = list(self.columns)
        for name in self.less:
            if _least(kept) <= options.max_width:
                break
            kept = [column for column in kept if _head(column) != name]
        if len(kept) == len(self.columns):
            yield from super().__rich_console__(console, options)
            return
        yield from _of(kept).__rich_console__(console, options)


def _of(columns: Sequence[Column]) -> Table:
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column.header, justify=column.justify, no_wrap=column.no_wrap)
    for row in zip(*(column.cells for column in columns), strict=True):
        drawn.add_row(*row)
    return drawn


def _head(column: Column) -> str:
    return column.header.plain if isinstance(column.header, Text) else str(column.header)


def _width(cell: object) -> int:
    return cell.cell_len if isinstance(cell, Text) else cell_len(str(cell))


def _least(columns: Sequence[Column]) -> int:
    """Return the cells that columns need at least: names and numbers whole, of other texts the beginning."""
    widths = [max(map(_width, (column.header, *column.cells))) for column in columns]
    least = [width if column.no_wrap else min(width, LEAST) for width, column in zip(widths, columns, strict=True)]
    return sum(least) + GAP * (len(least) - 1) + 2
