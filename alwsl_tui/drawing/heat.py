"""A matrix of numbers whose shades say the same as the numbers."""

import math
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.palette import Palette, ink, shade
from campaigns.core.text import printable

Number = float | int
LEAST = 3
"""Cells of a name, however narrow it gets."""


def heat_table(  # one argument more than we like: a table of one number each would need a noun that nobody else needs
    names: Sequence[str],
    values: Sequence[Sequence[Number]],
    *,
    palette: Palette,
    cursor: tuple[int, int] | None = None,
    high: float,
    width: int = 80,
    is_ascii: bool = False,
) -> Text:
    """Draw a square table with names before the rows and over the columns; 0 is the faintest shade, `high` the
    strongest.

    Whole numbers are written as they are, others with two decimals, NaN as a dot. The cell under the cursor (row and
    column from 0) stands in brackets. Names are cut as much as `width` asks for; numbers never are.
    """
    shown = [printable(name).replace("\n", " ") for name in names]
    digits = max((len(_written(value, is_ascii)) for row in values for value in row), default=1)
    longest = max((cell_len(name) for name in shown), default=1)
    cell = min(max(digits, min(longest, 9)) + 2, max(digits + 2, (width - LEAST - 1) // max(1, len(shown))))
    label = max(LEAST, min(longest, width - cell * len(shown) - 1))
    text = Text(" " * (label + 1), no_wrap=True, end="")
    for column, name in enumerate(shown):
        is_here = cursor is not None and cursor[1] == column
        head = shortened(name, cell - 1, is_ascii=is_ascii)
        text.append(" " * (cell - 1 - cell_len(head)) + head + " ", _name_style(palette, is_here))
    for row, (name, line) in enumerate(zip(shown, values, strict=True)):
        is_here = cursor is not None and cursor[0] == row
        head = set_cell_size(shortened(name, label, is_ascii=is_ascii), label)
        text.append("\n").append(f"{head} ", _name_style(palette, is_here))
        for column, value in enumerate(line):
            behind = palette.background if math.isnan(value) else shade(value / high if high > 0 else 0.0, palette)
            _append_cell(text, _written(value, is_ascii).rjust(cell - 2), behind, palette, cursor == (row, column))
    return text


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
