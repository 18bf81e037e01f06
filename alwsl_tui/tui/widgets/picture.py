"""One picture, drawn the way this terminal can, in a thread: the screen goes on while it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PIL.Image import Image
from rich.segment import Segment
from textual.await_remove import AwaitRemove
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
        strips: tuple[Strip, ...] = ()
        image: Image | None = None
        """For a terminal that draws pixels itself; None where the strips are all."""

        def can_replace(self, message: Message) -> bool:
            """Let a newer one replace an older one that nobody has seen."""
            # Asked of the message that came first. One that was begun earlier may be drawn later: in place of one that
            # counts it would be thrown away, and the picture would stay blank.
            return isinstance(message, Picture.Drawn) and message.number >= self.number

    def __init__(self, *, way: Way = Way.BLOCKS, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.set_reactive(Picture.way, way)
        self._strips: tuple[Strip, ...] = ()
        self._number = 0

    @property
    def is_drawn(self) -> bool:
        """True when a picture is on the screen."""
        return bool(self._strips) or bool(self.children)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the picture, or of what is said instead."""
        width, height = self.size
        lines = self._strips or self._words()
        at = y - (height - len(lines)) // 2
        if self.children or not 0 <= at < len(lines):
            return Strip.blank(width, self.rich_style)
        line = lines[at].crop(0, width)
        left = (width - line.cell_length) // 2
        blank = Segment(" " * left, self.rich_style)
        return Strip([blank, *line]).adjust_cell_length(width, self.rich_style)

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
        width, height = self.size
        if self.painting is None or self.way is Way.OFF:
            self._put((), None)
        elif width >= 2 and height >= 1:
            draw = partial(self._draw, self._number, self.painting, self.way)
            self.run_worker(partial(draw, (width, height)), thread=True, exclusive=True, group="draw")

    def on_picture_drawn(self, message: Drawn) -> None:
        """Show it, unless something else is wanted by now."""
        if message.number == self._number:
            self._put(message.strips, message.image)

    def _draw(self, number: int, painting: Painting, way: Way, room: tuple[int, int]) -> None:
        if get_current_worker().is_cancelled:
            return
        if way.is_graphics:
            width, height = prepare()
            image = painting.paint(fitted(painting.image, width=room[0] * width, height=room[1] * height))
            self.post_message(self.Drawn(number, image=image))
            return
        image = painting.paint(fitted(painting.image, width=room[0], height=2 * room[1]))
        lines = cells(image, is_ascii=way is Way.ASCII)
        self.post_message(self.Drawn(number, tuple(Strip(line, image.width) for line in lines)))

    def _put(self, strips: tuple[Strip, ...], image: Image | None) -> None:
        # Textual remembers how it wrote the last 16 384 styles. A picture has hundreds that no other has: who looks at
        # many fills that with what is never seen again, 15 MiB of it. What is shown has its own codes with it.
        Strip.render_ansi.cache_clear()
        self._strips = strips
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
