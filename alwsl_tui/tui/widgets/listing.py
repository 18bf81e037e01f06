"""A table that costs what is seen of it: thousands of rows are drawn a screenful at a time.

Textual's DataTable measures every row it holds: a thousand settle in 0.75 s and ten thousand in 5.7 s, before anything
can be seen. This one keeps plain tuples and draws the lines that are on the screen.
"""

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, and what becomes of it where room is short."""

    title: str
    width: int
    """Cells."""
    is_number: bool = False
    is_wide: bool = False
    """Takes the room that is left."""
    rank: int = 0
    """Columns of the highest rank go first where not all fit; those of rank 0 stay."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line."""

    key: str
    """Unique among the rows."""
    cells: tuple[str | Text, ...]
    """As many as there are columns; taken as they are, never as markup."""


class Listing(ScrollView, can_focus=True):
    """Shows whatever `rows` holds. Give it a new tuple to redraw it; the cursor stays with its row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "jump(0)", "First", show=False),
        Binding("end,G", "jump(-1)", "Last", show=False),
        Binding("enter", "open", "Open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"listing--head", "listing--cursor", "listing--marked", "listing--empty"}
    DEFAULT_CSS = """
    Listing { overflow-x: hidden; overflow-y: auto; background: $background; scrollbar-size-vertical: 1; }
    Listing > .listing--head { color: $text-muted; text-style: bold; }
    Listing > .listing--cursor { background: $panel; }
    Listing:focus > .listing--cursor { background: $block-cursor-blurred-background; text-style: bold; }
    Listing > .listing--marked { color: $accent; text-style: bold; }
    Listing > .listing--empty { color: $text-muted; }
    """

    rows: reactive[tuple[Row, ...]] = reactive((), always_update=False)
    columns: reactive[tuple[Column, ...]] = reactive(())
    marked: reactive[frozenset[str]] = reactive(frozenset())
    cursor: reactive[int] = reactive(0, repaint=False)
    """Index of the row under the cursor."""

    @dataclass
    class Opened(Message):
        """A row was chosen: enter, or a double click."""

        listing: "Listing"
        key: str

        @property
        def control(self) -> "Listing":
            """The table, so that several on a screen can be told apart."""
            return self.listing

    @dataclass
    class Moved(Message):
        """The cursor stands on another row, or on none."""

        listing: "Listing"
        key: str | None

        @property
        def control(self) -> "Listing":
            """The table, so that several on a screen can be told apart."""
            return self.listing

    def __init__(self, *columns: Column, empty: str = "", mark: str = "*", id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(Listing.columns, columns)
        self.empty = empty
        """Said where there are no rows."""
        self.mark = mark

    @property
    def key(self) -> str | None:
        """Of the row under the cursor."""
        return self.rows[self.cursor].key if 0 <= self.cursor < len(self.rows) else None

    @property
    def chosen(self) -> tuple[str, ...]:
        """Keys of the marked rows in their order, else of the row under the cursor."""
        marked = tuple(row.key for row in self.rows if row.key in self.marked)
        return marked or ((self.key,) if self.key is not None else ())

    def render_line(self, y: int) -> Strip:
        """Draw one line of what is visible; the first is the head and stays where it is."""
        widths = self._widths()
        if y == 0:
            cells = [column.title for column in self.columns]
            return self._line(cells, widths, self.get_component_rich_style("listing--head"), " ")
        at = y - 1 + self.scroll_offset.y
        if at >= len(self.rows):
            message = self.empty if not self.rows and y <= self.empty.count("\n") + 2 else ""
            line = message.splitlines()[y - 2] if message and y >= 2 and len(message.splitlines()) > y - 2 else ""
            style = self.get_component_rich_style("listing--empty")
            return Strip([Segment(f" {line}", style)]).adjust_cell_length(self.size.width, self.rich_style)
        row = self.rows[at]
        is_marked = row.key in self.marked
        style = self.rich_style
        if at == self.cursor:
            style += self.get_component_rich_style("listing--cursor", partial=True)
        if is_marked:
            style += self.get_component_rich_style("listing--marked", partial=True)
        return self._line(row.cells, widths, style, self.mark if is_marked else " ")

    def watch_rows(self, old: tuple[Row, ...], new: tuple[Row, ...]) -> None:
        """Let the cursor follow its row; one that is gone leaves it where it stood."""
        key = old[self.cursor].key if 0 <= self.cursor < len(old) else None
        self.virtual_size = Size(self.size.width, len(new) + 1)
        keys = [row.key for row in new]
        at = keys.index(key) if key in keys else max(0, min(self.cursor, len(new) - 1))
        self.marked &= frozenset(keys)
        self.set_reactive(Listing.cursor, at)
        if (keys[at] if keys else None) != key:
            self.post_message(self.Moved(self, self.key))
        self.refresh()

    def watch_cursor(self, before: int, now: int) -> None:
        """Keep the row under the cursor visible, and draw it and the one before; scrolling draws all of them."""
        self.follow_cursor()
        top = self.scroll_offset.y
        for at in (before, now):
            if 0 <= at - top < self.size.height - 1:
                self.refresh(Region(0, 1 + at - top, self.size.width, 1))
        self.post_message(self.Moved(self, self.key))

    def follow_cursor(self) -> None:
        """Scroll by as little as shows the row under the cursor."""
        room = max(1, self.size.height - 1)
        top = self.scroll_offset.y
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + room:
            self.scroll_to(y=self.cursor - room + 1, animate=False)

    def validate_cursor(self, cursor: int) -> int:
        """Within the rows."""
        return max(0, min(cursor, len(self.rows) - 1))

    def on_resize(self) -> None:
        """Draw as wide as its place."""
        self.virtual_size = Size(self.size.width, len(self.rows) + 1)

    def on_click(self, event: events.Click) -> None:
        """Move the cursor; a second click opens."""
        at = event.y - 1 + self.scroll_offset.y
        if event.y >= 1 and at < len(self.rows):
            self.cursor = at
            if event.chain == 2:
                self.action_open()

    def to(self, key: str) -> None:
        """Put the cursor on the row of that key, where there is one."""
        for at, row in enumerate(self.rows):
            if row.key == key:
                self.cursor = at

    def action_move(self, by: int) -> None:
        """Up or down."""
        self.cursor += by

    def action_page(self, by: int) -> None:
        """Go a screenful up or down."""
        self.cursor += by * max(1, self.size.height - 2)

    def action_jump(self, to: int) -> None:
        """To the first row, or the last."""
        self.cursor = to if to >= 0 else len(self.rows) - 1

    def action_open(self) -> None:
        """Choose the row under the cursor."""
        if self.key is not None:
            self.post_message(self.Opened(self, self.key))

    def _widths(self) -> list[int]:
        """Return the cells of each column; 0 for one that does not fit."""
        widths = [column.width for column in self.columns]
        room = self.size.width - 1

        def needed() -> int:
            return sum(width + GAP for width in widths if width)

        for rank in sorted({column.rank for column in self.columns if column.rank}, reverse=True):
            if needed() <= room:
                break
            widths = [0 if c.rank == rank else w for c, w in zip(self.columns, widths, strict=True)]
        wide = [at for at, column in enumerate(self.columns) if column.is_wide and widths[at]]
        for at in wide:
            widths[at] = max(4, widths[at] + (room - needed()) // len(wide))
        return widths

    def _line(self, cells: "tuple[str | Text, ...] | list[str]", widths: list[int], style: Style, mark: str) -> Strip:
        segments = [Segment(mark, style)]
        for cell, column, width in zip(cells, self.columns, widths, strict=True):
            if not width:
                continue
            text = Text(cell) if isinstance(cell, str) else cell.copy()
            text.truncate(width, overflow="ellipsis")
            text.align("right" if column.is_number else "left", width)
            base = style + self.app.console.get_style(text.style)
            segments += [Segment(s.text, base + s.style if s.style else base) for s in text.render(self.app.console)]
            segments.append(Segment(" " * GAP, style))
        return Strip(segments).adjust_cell_length(self.size.width, style)
