"""A sheet of images: as many beside and below each other as there is room for, page by page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.legend import cut
from alwsl_tui.options import Images
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.graphics import best_way
from alwsl_tui.tui.widgets.picture import Painting, Picture
from campaigns.core.text import printable
from campaigns.errors import AlwslError

WIDE, HIGH = 19, 10
"""Cells of an image at the least, with what stands below it."""
MOST = 60
"""Images of a page at the most."""
Paint = Callable[[int], Painting]
"""Reads the image at a place, from 0; called in a thread."""


@dataclass(frozen=True, slots=True, eq=False)
class SheetOf:
    """What is on a sheet."""

    captions: Sequence[str]
    """One for each image."""
    paint: Paint


class SheetCell(Vertical):
    """One image, and its caption; the one under the cursor stands out, also without colours."""

    DEFAULT_CSS = """
    SheetCell { width: 1fr; height: 1fr; }
    SheetCell Picture { width: 1fr; height: 1fr; }
    SheetCell Static { height: 1; text-wrap: nowrap; text-align: center; }
    """

    def __init__(self) -> None:
        super().__init__()
        # Kept, not asked for: what is inside of a child is there a moment after the child itself.
        self.picture = Picture()
        self.caption = ""
        self._text = Static(markup=False)

    def compose(self) -> ComposeResult:
        """Compose the picture over its caption."""
        yield self.picture
        yield self._text

    def write(self, caption: str, *, is_here: bool) -> None:
        """Write what stands below the image."""
        self.caption = caption
        palette, plain = palette_of(self), is_ascii(self)
        sign = (">" if plain else "▸") if is_here else ""
        text = cut(f"{sign}{printable(caption)}", max(1, self.size.width), is_ascii=plain)
        style = f"bold {palette.accent}" if is_here else palette.muted
        self._text.update(Text(text, style, no_wrap=True), layout=False)


class ContactSheet(Container, can_focus=True):
    """Shows whatever it is given by `open`; a cursor goes over it, and says which image is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1, 0)", "Before", show=False),
        Binding("right", "move(1, 0)", "Next", show=False),
        Binding("up", "move(0, -1)", "Above", show=False),
        Binding("down", "move(0, 1)", "Below", show=False),
        Binding("pageup", "page(-1)", "Page before", show=False),
        Binding("pagedown,space", "page(1)", "Next page", show=False),
        Binding("home", "jump(0)", "First", show=False),
        Binding("end", "jump(-1)", "Last", show=False),
        Binding("enter", "choose", "This one", show=False),
    ]
    DEFAULT_CSS = """
    ContactSheet { layout: grid; grid-gutter: 0 1; height: 1fr; width: 1fr; display: none; }
    """

    @dataclass
    class CellRead(Message, bubble=False):
        """The image at a place is there."""

        number: int
        place: int
        painting: Painting

    @dataclass
    class SheetChosen(Message):
        """An image was chosen, by its place from 0."""

        place: int

    def __init__(self, *, images: Images) -> None:
        super().__init__()
        self.images = images
        """How to draw them; set before it is mounted."""
        self.cells = tuple(SheetCell() for _ in range(MOST))
        self.cursor = 0
        self._of: SheetOf | None = None
        self._number = 0
        self._shown: dict[int, int] = {}
        """What each cell shows or is about to: place by cell."""
        self._columns = self._rows = 1

    def compose(self) -> ComposeResult:
        """Compose as many cells as there may ever be."""
        yield from self.cells

    def on_mount(self) -> None:
        """Find out once how pictures are drawn here."""
        chosen = best_way(self.images, is_ascii=is_ascii(self))
        for cell in self.cells:
            cell.picture.way = chosen.way

    def open(self, content: SheetOf, *, at: int = 0) -> None:
        """Show these images, the cursor on one of them."""
        self._of, self._shown = content, {}
        self.cursor = max(0, min(at, len(content.captions) - 1))
        for cell in self.cells:
            cell.picture.painting = None
        self._arrange()

    def set_way(self, way: Way) -> None:
        """Draw another way."""
        for cell in self.cells:
            cell.picture.way = way

    def on_resize(self) -> None:
        """Show as many as there is room for."""
        self._arrange()

    def on_contact_sheet_cell_read(self, message: CellRead) -> None:
        """Show it, unless something else belongs there by now."""
        cell = message.place - self._first
        if message.number == self._number and self._shown.get(cell) == message.place:
            self.cells[cell].picture.painting = message.painting

    def action_move(self, right: int, down: int) -> None:
        """Let the cursor go to a neighbour."""
        self._go(self.cursor + right + down * self._columns)

    def action_page(self, by: int) -> None:
        """Turn a page."""
        self._go(self.cursor + by * self._count)

    def action_jump(self, to: int) -> None:
        """To the first image, or the last."""
        self._go(to if to >= 0 else self._total - 1)

    def action_choose(self) -> None:
        """Say which image it is."""
        if self._total:
            self.post_message(self.SheetChosen(self.cursor))

    @property
    def _total(self) -> int:
        return 0 if self._of is None else len(self._of.captions)

    @property
    def _count(self) -> int:
        return self._columns * self._rows

    @property
    def _first(self) -> int:
        return self.cursor // self._count * self._count

    def _go(self, to: int) -> None:
        self.cursor = max(0, min(to, self._total - 1))
        self._arrange()

    def _arrange(self) -> None:
        """Choose rows and columns, and read what is not there yet."""
        width, height = self.size
        if not width or not height or self._of is None:
            return
        self._columns = max(1, min(width // WIDE, self._total))
        self._rows = max(1, min(height // HIGH, MOST // self._columns, -(-self._total // self._columns)))
        self.styles.grid_size_columns, self.styles.grid_size_rows = self._columns, self._rows
        self.styles.grid_columns = str((width - self._columns + 1) // self._columns)
        for at, cell in enumerate(self.cells):
            cell.display = at < self._count
            place = self._first + at
            is_there = at < self._count and place < self._total
            cell.write(self._of.captions[place] if is_there else "", is_here=is_there and place == self.cursor)
            if not is_there:
                cell.picture.painting = None
        wanted = {at: self._first + at for at in range(min(self._count, self._total - self._first))}
        if wanted != self._shown:
            # All of them: what was read for the page before may not have come, and counts no longer.
            self._shown = wanted
            self._number += 1
            for at in wanted:
                self.cells[at].picture.painting = None
            read = partial(self._read, self._number, self._of.paint, tuple(wanted.values()))
            self.run_worker(read, thread=True, exclusive=True, group="sheet")

    def _read(self, number: int, paint: Paint, places: Sequence[int]) -> None:
        worker = get_current_worker()
        for place in places:
            if worker.is_cancelled:
                return
            try:
                painting = paint(place)
            except AlwslError as error:
                self.post_message(Failed(error))
                return
            self.post_message(self.CellRead(number, place, painting))
