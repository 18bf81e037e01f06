"""One picture, drawn the way this terminal can, in a thread: the screen goes on while it is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL.Image import Image
from rich.segment import Segment
from rich.style import Style
from textual.await_remove import AwaitRemove
from textual.filter import ANSIToTruecolor, LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.picture import cells, fitted
from alwsl_tui.tui.widgets.graphics import pixels, prepare


def unpainted(image: Image) -> Image:
    """Return the picture as it is."""
    return image


@dataclass(frozen=True, slots=True, eq=False)
class Painting:
    """A picture, and what is painted on it once it has the size it is shown in: lines stay one pixel wide."""

    image: Image
    paint: Callable[[Image], Image] = unpainted


@dataclass(frozen=True, slots=True, eq=False)
class DrawnPainting:
    """A painting as a terminal shows it, for one place on the screen."""

    way: Way
    room: tuple[int, int]
    strips: tuple[Strip, ...] = ()
    image: Image | None = None
    """For a terminal that draws pixels itself; None where the strips are all."""


PAINTED = 0.04
"""Seconds after which a picture that was put on the screen is painted: what is read or drawn ahead begins then. Before,
its thread would take turns with the paint that somebody waits for."""
KEPT = 8
"""Paintings that are kept drawn: those that may be asked for, and those that were shown last."""


class Picture(Widget):
    """Shows whatever `painting` holds, as large as there is room, in the middle; else what `said` says."""

    DEFAULT_CSS = """
    Picture { align: center middle; overflow: hidden; color: $text-muted; }
    """

    painting: reactive[Painting | None] = reactive(None)
    way: reactive[Way] = reactive(Way.BLOCKS)
    message: reactive[str] = reactive("")
    """Instead of a picture, or while there is none yet; taken as it is, never as markup."""

    @dataclass
    class Drawn(Message, bubble=False):
        """A picture is ready for the screen."""

        number: int
        drawn: DrawnPainting

        def can_replace(self, message: Message) -> bool:
            """Let a newer one replace an older one that nobody has seen."""
            # Asked of the message that came first. One that was begun earlier may be drawn later: in place of one that
            # counts it would be thrown away, and the picture would stay blank.
            return isinstance(message, Picture.Drawn) and message.number >= self.number

    @dataclass
    class DrawnAhead(Message, bubble=False):
        """A picture that nobody has asked for yet is drawn."""

        painting: Painting
        drawn: DrawnPainting

    @dataclass
    class Shown(Message):
        """Another picture is on the screen."""

        painting: Painting | None

    def __init__(self, *, way: Way = Way.BLOCKS, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(Picture.way, way)
        self._strips: tuple[Strip, ...] = ()
        self._number = 0
        self._kept: tuple[tuple[Painting, DrawnPainting], ...] = ()
        self._lines: tuple[Style, tuple[Strip, ...]] | None = None
        """All lines of the widget while a picture is shown, and the style of what is around it."""
        self.is_settled = True
        """False while what `painting` holds is still being drawn: what is on the screen is the one before."""

    @property
    def is_drawn(self) -> bool:
        """True when a picture is on the screen."""
        return bool(self._strips) or bool(self.children)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return those that may change a picture: none of its colours is one of the sixteen of a terminal."""
        filters = super().get_line_filters()
        return [each for each in filters if not isinstance(each, ANSIToTruecolor)] if self._strips else filters

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw lines of a picture without what Textual does to text: it has its colours, no border and no padding."""
        if self.children or not self._strips or self.get_line_filters():
            return super().render_lines(crop)
        style = self.rich_style
        if self._lines is None or self._lines[0] != style or len(self._lines[1]) != self.size.height:
            self._lines = style, tuple(self.render_line(y) for y in range(self.size.height))
        lines = self._lines[1][crop.y : crop.bottom]
        return list(lines) if crop.width == self.size.width else [line.crop(crop.x, crop.right) for line in lines]

    def render_line(self, y: int) -> Strip:
        """Draw one line of the picture, or of what is said instead."""
        width, height = self.size
        lines, style = self._strips or self._words(), self.rich_style
        at = y - (height - len(lines)) // 2
        if self.children or not 0 <= at < len(lines):
            return Strip.blank(width, style)
        line = lines[at].crop(0, width)
        left = (width - line.cell_length) // 2
        right = width - line.cell_length - left
        return Strip([Segment(" " * left, style), *line, Segment(" " * right, style)], width)

    def watch_painting(self) -> None:
        """Another picture."""
        self.redraw()

    def watch_way(self) -> None:
        """Another way of drawing."""
        self.redraw()

    def watch_message(self) -> None:
        """Other words."""
        self.refresh()

    def on_resize(self) -> None:
        """Draw as large as its place."""
        self.redraw()

    def redraw(self) -> None:
        """Draw in a thread what there is to draw; what is being drawn already counts no longer."""
        self._number += 1
        painting, room = self.painting, (self.size.width, self.size.height)
        self.is_settled = True
        if painting is None or self.way is Way.OFF:
            self._put((), None)
        elif (drawn := self._drawn_ahead(painting)) is not None:
            self._put(drawn.strips, drawn.image)
            self.post_message(self.Shown(painting))
        elif room[0] >= 2 and room[1] >= 1:
            self.is_settled = False
            make = partial(self._draw, self._number, painting, self.way, room, self._has_codes)
            self.run_worker(make, thread=True, exclusive=True, group="draw")

    def draw_ahead(self, painting: Painting) -> None:
        """Draw a painting that will be asked for soon, in a thread; it is shown at once when it is."""
        room = self.size.width, self.size.height
        if self.way is not Way.OFF and room[0] >= 2 and room[1] >= 1 and self._drawn_ahead(painting) is None:
            make = partial(self._draw_ahead, painting, self.way, room, self._has_codes)
            self.run_worker(make, thread=True, group="ahead")

    def on_picture_drawn(self, message: Drawn) -> None:
        """Show it, unless something else is wanted by now."""
        if message.number == self._number:
            self.is_settled = True
            if self.painting is not None:
                self._keep(self.painting, message.drawn)
            self._put(message.drawn.strips, message.drawn.image)
            self.post_message(self.Shown(self.painting))

    def on_picture_drawn_ahead(self, message: DrawnAhead) -> None:
        """Keep it."""
        self._keep(message.painting, message.drawn)

    @property
    def _has_codes(self) -> bool:
        """True where a terminal shows all colours: what is drawn in a thread is then written out there, too."""
        return (self.app.console.color_system or "truecolor") == "truecolor"  # as Textual paints where it does not know

    def _keep(self, painting: Painting, drawn: DrawnPainting) -> None:
        self._kept = (*self._kept, (painting, drawn))[-KEPT:]

    def _drawn_ahead(self, painting: Painting) -> DrawnPainting | None:
        wanted = self.way, (self.size.width, self.size.height)
        return next((d for kept, d in self._kept if kept is painting and (d.way, d.room) == wanted), None)

    def _draw(self, number: int, painting: Painting, *how: Any) -> None:
        if not get_current_worker().is_cancelled:
            self.post_message(self.Drawn(number, draw(painting, *how)))

    def _draw_ahead(self, painting: Painting, *how: Any) -> None:
        self.post_message(self.DrawnAhead(painting, draw(painting, *how)))

    def _put(self, strips: tuple[Strip, ...], image: Image | None) -> None:
        # Textual remembers how it wrote the last 16 384 styles. A picture has hundreds that no other has: who looks at
        # many fills that with what is never seen again, 15 MiB of it. What is shown has its own codes with it, and so
        # has from the beginning what is drawn for a terminal of all colours.
        if not self._has_codes:
            Strip.render_ansi.cache_clear()
        self._strips, self._lines = strips, None
        if self.children:
            self.call_next(self._forget, list(self.query()), self.remove_children())
        if image is not None:
            self.mount(pixels(self.way, image))
        self.refresh()

    async def _forget(self, gone: list[Widget], removed: AwaitRemove) -> None:
        """Keep nothing that was drawn on widgets that go."""
        # Textual remembers the caches of the last thousand, as `AlwslApp.pop_screen` says.
        await removed
        for widget in gone:
            widget.refresh()

    def _words(self) -> tuple[Strip, ...]:
        return tuple(Strip([Segment(line, self.rich_style)]) for line in self.message.splitlines())


def draw(painting: Painting, way: Way, room: tuple[int, int], has_codes: bool) -> DrawnPainting:
    """Draw a painting as large as it fits into so many cells, wide and high; `has_codes` as of `cells`."""
    if way.is_graphics:
        width, height = prepare()
        image = painting.paint(fitted(painting.image, width=room[0] * width, height=room[1] * height))
        return DrawnPainting(way, room, image=image)
    image = painting.paint(fitted(painting.image, width=room[0], height=2 * room[1]))
    lines = cells(image, is_ascii=way is Way.ASCII, has_codes=has_codes)
    return DrawnPainting(way, room, tuple(Strip(line, image.width) for line in lines))
