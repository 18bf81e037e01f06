"""A sheet of cells to draw on: a sign, a colour and a shade each; what lies on top is written last."""

from itertools import groupby

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.palette import blend

Shade = str | None


class Canvas:
    """Rows are counted from the top, columns from the left; what falls off the sheet is not drawn."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._signs = [[" "] * columns for _ in range(rows)]
        self._styles: list[list[tuple[Shade, bool]]] = [[(None, False)] * columns for _ in range(rows)]
        # Two a cell, upper and lower: the edge of a band moves in steps of half a row.
        self._shades: list[list[Shade]] = [[None] * columns for _ in range(2 * rows)]

    def sign(self, column: int, row: int) -> str:
        """Return the sign in a cell."""
        return self._signs[row][column]

    def put(self, column: int, row: int, text: str, colour: str | None, *, is_bold: bool = False) -> None:
        """Write text from a cell to the right; a wide character takes two cells."""
        if not 0 <= row < self.rows:
            return
        for sign in text:
            width = cell_len(sign)
            if width == 0 or column < 0 or column + width > self.columns:
                column += width
                continue
            self._signs[row][column : column + width] = [sign, *[""] * (width - 1)]
            self._styles[row][column : column + width] = [(colour, is_bold)] * width
            column += width

    def shade(self, column: int, half_row: int, colour: str, *, under: str, share: float) -> None:
        """Lay a veil over half a cell: `share` of the colour over what is there, or over `under`."""
        if 0 <= column < self.columns and 0 <= half_row < 2 * self.rows:
            row = self._shades[half_row]
            row[column] = blend(colour, row[column] or under, share)

    def text(self, *, is_ascii: bool = False) -> Text:
        """Return all rows, as wide as the sheet; veils are dotted with `:` where only ASCII may be used."""
        drawn = Text(no_wrap=True, end="")
        for row in range(self.rows):
            cells = [self._cell(column, row, is_ascii) for column in range(self.columns)]
            for style, run in groupby(cells, key=lambda cell: cell[1]):
                drawn.append("".join(sign for sign, _ in run), style)
            if row < self.rows - 1:
                drawn.append("\n")
        return drawn

    def _cell(self, column: int, row: int, is_ascii: bool) -> tuple[str, Style]:
        sign, (colour, is_bold) = self._signs[row][column], self._styles[row][column]
        upper, lower = self._shades[2 * row][column], self._shades[2 * row + 1][column]
        if sign != " " or upper == lower or is_ascii:
            behind = lower or upper
            if is_ascii and sign == " " and behind:
                sign, colour = ":", blend("#808080", behind, 0.5)
            return sign, Style(color=colour, bgcolor=behind, bold=is_bold or None)
        if upper is None:
            return "▄", Style(color=lower)
        return "▀", Style(color=upper, bgcolor=lower)
