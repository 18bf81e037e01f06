"""A square table of shaded numbers with a cursor on one of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from alwsl_tui.drawing.heat import heat_size, heat_table
from alwsl_tui.tui.theme import is_ascii, palette_of


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a heat map shows."""

    names: tuple[str, ...] = ()
    """Of rows and columns alike."""
    values: Sequence[Sequence[float | int]] = ()
    high: float = 1.0
    """The value of the strongest shade."""


class HeatMap(Widget, can_focus=True):
    """Shows whatever `matrix` holds. Give it a new one to redraw it; the cursor stays where it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False),
        Binding("down,j", "move(1, 0)", "Down", show=False),
        Binding("left", "move(0, -1)", "Left", show=False),
        Binding("right", "move(0, 1)", "Right", show=False),
        Binding("enter", "open", "Open", show=False),
    ]

    matrix: reactive[Matrix] = reactive(Matrix())
    cursor: reactive[tuple[int, int]] = reactive((0, 1))
    """Row and column."""

    @dataclass
    class Moved(Message):
        """The cursor stands on another cell."""

        cell: tuple[int, int]

    @dataclass
    class Opened(Message):
        """A cell was chosen: enter, or a double click."""

        cell: tuple[int, int]

    def render(self) -> Text:
        """Draw the table with its cursor."""
        matrix = self.matrix
        return heat_table(
            matrix.names, matrix.values, palette=palette_of(self), cursor=self.cursor, high=matrix.high,
            width=self.size.width, height=self.size.height, is_ascii=is_ascii(self),
        )  # fmt: skip

    def validate_cursor(self, cursor: tuple[int, int]) -> tuple[int, int]:
        """Within the table; where there is none yet, anywhere."""
        last = len(self.matrix.names) - 1
        return cursor if last < 0 else (max(0, min(cursor[0], last)), max(0, min(cursor[1], last)))

    def watch_matrix(self) -> None:
        """Keep the cursor within it."""
        self.cursor = self.cursor

    def watch_cursor(self) -> None:
        """Another cell."""
        self.post_message(self.Moved(self.cursor))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; a second click opens."""
        names = self.matrix.names
        size = heat_size(
            names, self.matrix.values, width=self.size.width, height=self.size.height, is_ascii=is_ascii(self)
        )
        cell = size.cell_at(event.x, event.y)
        if cell is not None and max(cell) < len(names):
            self.cursor = cell
            if event.chain == 2:
                self.action_open()

    def action_move(self, down: int, right: int) -> None:
        """To a cell beside this one."""
        self.cursor = (self.cursor[0] + down, self.cursor[1] + right)

    def action_open(self) -> None:
        """Choose the cell under the cursor."""
        if self.matrix.names:
            self.post_message(self.Opened(self.cursor))
