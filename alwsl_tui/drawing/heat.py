"""A matrix of numbers whose shades say the same as the numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.palette import Palette, ink, two_sided
from campaigns.core.text import printable

Number = float | int
LEAST = 3
"""Cells of a name, however narrow it gets."""
MOST_LINES = 5
"""Of a row, however much room there is."""


@dataclass(frozen=True, slots=True)
class HeatSize:
    """How large the parts of a table are, in cells and lines."""

    label: int
    """Of the names before the rows; one blank follows."""
    cell: int
    lines: int
    """Of a row of the table; the names over the columns take one line above them."""

    def cell_at(self, x: int, y: int) -> tuple[int, int] | None:
        """Return row and column at a place of the drawing, whatever the table's length; None at the names."""
        row, column = (y - 1) // self.lines, (x - self.label - 1) // self.cell
        return (row, column) if y >= 1 and x > self.label else None


def heat_size(
    names: Sequence[str], values: Sequence[Sequence[Number]], *, width: int, height: int = 0, is_ascii: bool = False
) -> HeatSize:
    """Return the sizes for a table within `width` and `height`: narrow cells of one line, larger ones where there is
    room.
    """
    digits = max((len(_written(value, is_ascii)) for row in values for value in row), default=1)
    longest, count = max((cell_len(_shown(name)) for name in names), default=1), max(1, len(names))
    lines = max(1, min(MOST_LINES, (height - 1) // count))
    wanted = max(max(digits, min(longest, 9)) + 2, 6 * lines if lines > 1 else 0)
    cell = min(wanted, max(digits + 2, (width - LEAST - 1) // count))
    return HeatSize(max(LEAST, min(longest, width - cell * count - 1)), cell, lines)


def heat_table(  # one argument more than we like: a table of one number each would need a noun that nobody else needs
    names: Sequence[str],
    values: Sequence[Sequence[Number]],
    *,
    palette: Palette,
    cursor: tuple[int, int] | None = None,
    high: float,
    width: int = 80,
    height: int = 0,
    is_ascii: bool = False,
) -> Text:
    """Draw a square table with names before the rows and over the columns; 0 is the faintest shade, `high` the
    strongest; what is below 0 has shades of another hue, down to `-high`.

    Whole numbers are written as they are, others with two decimals, NaN as a dot. The cell under the cursor (row and
    column from 0) stands in brackets. Names are cut as much as `width` asks for; numbers never are. Where `height`
    leaves room, cells are larger.
    """
    size = heat_size(names, values, width=width, height=height, is_ascii=is_ascii)
    text = Text(" " * (size.label + 1), no_wrap=True, end="")
    for column, name in enumerate(names):
        head = shortened(_shown(name), size.cell - 1, is_ascii=is_ascii)
        head = _placed(head, size.cell - 1, is_centred=size.lines > 1)
        text.append(f"{head} ", _name_style(palette, cursor is not None and cursor[1] == column))
    for row, (name, line) in enumerate(zip(names, values, strict=True)):
        style = _name_style(palette, cursor is not None and cursor[0] == row)
        head = set_cell_size(shortened(_shown(name), size.label, is_ascii=is_ascii), size.label)
        for at in range(size.lines):
            is_middle = at == (size.lines - 1) // 2
            text.append("\n").append(f"{head} " if is_middle else " " * (size.label + 1), style)
            for column, value in enumerate(line):
                behind = (
                    palette.background if math.isnan(value) else two_sided(value / high if high > 0 else 0.0, palette)
                )
                number = _written(value, is_ascii) if is_middle else ""
                number = _placed(number, size.cell - 2, is_centred=size.lines > 1)
                _append_cell(text, number, behind, palette, is_middle and cursor == (row, column))
    return text


def _shown(name: str) -> str:
    return printable(name).replace("\n", " ")


def _placed(text: str, width: int, *, is_centred: bool) -> str:
    room = max(0, width - cell_len(text))
    behind = room // 2 if is_centred else 0
    return " " * (room - behind) + text + " " * behind


def _append_cell(text: Text, written: str, behind: str, palette: Palette, is_here: bool) -> None:
    inside = f"[{written}]" if is_here else f" {written} "
    text.append(inside, Style(color=ink(behind, palette), bgcolor=behind, bold=is_here, underline=is_here))


def shortened(name: str, width: int, *, is_ascii: bool) -> str:
    """Shorten a name to at most `width` cells, keeping its end: `sepmin` and `sepmax` differ there."""
    if cell_len(name) <= width:
        return name
    tail = name
    while cell_len(tail) > (width - 1) // 2:
        tail = tail[1:]
    return set_cell_size(name, max(0, width - 1 - cell_len(tail))) + ("~" if is_ascii else "…") + tail


def _written(value: Number, is_ascii: bool) -> str:
    if isinstance(value, int):
        return str(value)
    return ("-" if is_ascii else "·") if math.isnan(value) else f"{value:.2f}"


def _name_style(palette: Palette, is_here: bool) -> Style:
    return Style(color=palette.accent if is_here else palette.muted, bold=is_here)
