"""A sheet of cells to draw on: a sign and a colour each; what lies on top is written last."""

from itertools import groupby

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

Colour = str | None


class Canvas:
    """Rows are counted from the top, columns from the left; what falls off the sheet is not drawn."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._signs = [[" "] * columns for _ in range(rows)]
        self._styles: list[list[tuple[Colour, bool]]] = [[(None, False)] * columns for _ in range(rows)]

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

    def text(self) -> Text:
        """Return all rows, as wide as the sheet."""
        drawn = Text(no_wrap=True, end="")
        for row in range(self.rows):
            cells = list(zip(self._signs[row], self._styles[row], strict=True))
            for (colour, is_bold), run in groupby(cells, key=lambda cell: cell[1]):
                drawn.append("".join(sign for sign, _ in run), Style(color=colour, bold=is_bold or None))
            if row < self.rows - 1:
                drawn.append("\n")
        return drawn
