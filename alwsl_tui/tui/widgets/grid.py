"""A table of cells with a cursor on one of them: heads above and labels at the left stay where they are.

Neither rows nor columns are kept as text: a cell is asked for when it is seen, so ten thousand columns cost no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip


@dataclass(frozen=True, slots=True, eq=False)
class GridSheet:
    """What a grid shows."""

    rows: int = 0
    columns: int = 0
    label: Callable[[int], Text] = lambda _row: Text()
    """What stands at the left of a row."""
    heads: Callable[[int], tuple[str, ...]] = lambda _column: ()
    """What stands above a column, a line each; of -1: above the labels."""
    cell: Callable[[int, int], Text] = lambda _row, _column: Text()
    """By row and column, both from 0."""
    label_width: int = 12
    cell_width: int = 9
    """Cells of a terminal, the gap to the next column included."""
    head_lines: int = 1


class Grid(ScrollView, can_focus=True):
    """Shows whatever `sheet` holds. Give it a new one to redraw it; the cursor stays where it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
        Binding("left", "move(0, -1)", "Left", show=False),
        Binding("right", "move(0, 1)", "Right", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "jump(0)", "First column", show=False),
        Binding("end", "jump(-1)", "Last column", show=False),
        Binding("enter", "open", "Open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--head", "grid--row", "grid--cursor"}
    DEFAULT_CSS = """
    Grid { background: $background; scrollbar-size: 1 1; }
    Grid > .grid--head { color: $text-muted; }
    Grid > .grid--row { background: $panel; }
    Grid > .grid--cursor { color: $foreground; background: $block-cursor-blurred-background; text-style: bold; }
    Grid:focus > .grid--cursor { color: $background; background: $accent; text-style: bold; }
    """

    sheet: reactive[GridSheet] = reactive(GridSheet(), always_update=True)
    cursor: reactive[tuple[int, int]] = reactive((0, 0))
    """Row and column."""

    @dataclass
    class Moved(Message):
        """The cursor stands on another cell."""

        cell: tuple[int, int]

    @dataclass
    class Opened(Message):
        """A cell was chosen: enter, or a double click."""

        cell: tuple[int, int]

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is visible."""
        sheet = self.sheet
        if y < sheet.head_lines:
            style = self.get_component_rich_style("grid--head")
            return self._line(lambda at: self._head(at, y), -1, style)
        row = y - sheet.head_lines + self.scroll_offset.y
        if row >= sheet.rows:
            return Strip.blank(self.size.width, self.rich_style)
        is_here = row == self.cursor[0]
        style = self.rich_style + (self.get_component_rich_style("grid--row", partial=True) if is_here else Style())
        return self._line(lambda at: sheet.label(row) if at < 0 else sheet.cell(row, at), row, style)

    def validate_cursor(self, cursor: tuple[int, int]) -> tuple[int, int]:
        """Within the cells."""
        row, column = cursor
        return max(0, min(row, self.sheet.rows - 1)), max(0, min(column, self.sheet.columns - 1))

    def watch_sheet(self) -> None:
        """Grow to all that it holds; the cursor stays within it."""
        self._measure()
        self.cursor = self.cursor
        self.refresh()

    def watch_cursor(self) -> None:
        """Keep the cell under the cursor visible."""
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self.cursor))

    def on_resize(self) -> None:
        """Keep visible what was visible of the cursor."""
        self._measure()
        self._follow()

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; a second click opens."""
        sheet = self.sheet
        row = event.y - sheet.head_lines + self.scroll_offset.y
        column = (event.x - sheet.label_width + self.scroll_offset.x) // sheet.cell_width
        if event.y >= sheet.head_lines and row < sheet.rows and event.x >= sheet.label_width and column < sheet.columns:
            self.cursor = (row, column)
            if event.chain == 2:
                self.action_open()

    def action_move(self, down: int, right: int) -> None:
        """To a cell beside this one."""
        self.cursor = (self.cursor[0] + down, self.cursor[1] + right)

    def action_page(self, by: int) -> None:
        """Go a screenful up or down."""
        self.action_move(by * max(1, self.size.height - self.sheet.head_lines - 1), 0)

    def action_jump(self, to: int) -> None:
        """To the first column, or the last."""
        self.cursor = (self.cursor[0], to if to >= 0 else self.sheet.columns - 1)

    def action_open(self) -> None:
        """Choose the cell under the cursor."""
        if self.sheet.rows:
            self.post_message(self.Opened(self.cursor))

    def _measure(self) -> None:
        sheet = self.sheet
        width = sheet.label_width + sheet.columns * sheet.cell_width
        self.virtual_size = Size(width, sheet.rows + sheet.head_lines)

    def _follow(self) -> None:
        sheet, (row, column), at = self.sheet, self.cursor, self.scroll_offset
        high = max(1, self.size.height - sheet.head_lines)
        wide = max(sheet.cell_width, self.size.width - sheet.label_width)
        left, right = column * sheet.cell_width, (column + 1) * sheet.cell_width
        x = min(max(at.x, right - wide), left)
        y = min(max(at.y, row - high + 1), row)
        if (x, y) != (at.x, at.y):
            self.scroll_to(x, y, animate=False)

    def _head(self, column: int, line: int) -> Text:
        heads = self.sheet.heads(column)
        return Text(heads[line] if line < len(heads) else "")

    def _line(self, cell: Callable[[int], Text], row: int, style: Style) -> Strip:
        """Draw the label, then as much of the cells as is visible beside it."""
        sheet = self.sheet
        room, x = max(0, self.size.width - sheet.label_width), self.scroll_offset.x
        first = x // sheet.cell_width
        last = min(sheet.columns, first + room // sheet.cell_width + 2)
        cells: list[Segment] = []
        for at in range(first, last):
            if (row, at) == self.cursor:
                # In one colour: signs in theirs could not be read on that of the cursor.
                own = style + self.get_component_rich_style("grid--cursor", partial=True)
                cells += self._cell(Text(cell(at).plain), sheet.cell_width - 1, own)
            else:
                cells += self._cell(cell(at), sheet.cell_width - 1, style)
            cells.append(Segment(" ", style))
        offset = x - first * sheet.cell_width
        visible = Strip(cells).adjust_cell_length(offset + room, style).crop(offset, offset + room)
        return Strip.join([Strip(self._cell(cell(-1), sheet.label_width, style)), visible])

    def _cell(self, text: Text, width: int, style: Style) -> list[Segment]:
        text = text.copy()
        text.truncate(width, overflow="ellipsis", pad=True)
        return [Segment(s.text, style + s.style if s.style else style) for s in text.render(self.app.console)]
