"""The first picks of a round beside each other: thumbnails under the map of their likeliest class."""

from dataclasses import dataclass, replace
from functools import partial

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static
from textual.worker import get_current_worker

from alwsl_tui.drawing.legend import cut
from alwsl_tui.options import Images
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.parts.pick_card import Card, painting_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.graphics import best_way
from alwsl_tui.tui.widgets.picture import Picture
from campaigns.core.text import printable
from campaigns.errors import AlwslError
from campaigns.services.results.evidence import RoundEvidence, evidence
from campaigns.services.results.gallery import Gallery

MOST = 12
"""Thumbnails at the most."""
LEAST, LOW = 14, 7
"""Cells of a thumbnail's width, and lines of its height, at the least: the last line is its caption."""


def thumbnails(width: int, height: int, known: int) -> tuple[int, int]:
    """Return how many of `known` thumbnails stand side by side, and how many there are.

    Between few that are large and many that are small those win that cover most cells, times their number.
    """

    def worth(columns: int, rows: int) -> float:
        # Two lines of a terminal are about as high as four of its cells are wide.
        side = min((width + 1) // columns - 1, 2 * (height // rows - 1))
        count = min(known, MOST, columns * rows)
        return side * side * count**2

    shapes = [
        (columns, rows)
        for columns in range(1, max(1, (width + 1) // (LEAST + 1)) + 1)
        for rows in range(1, max(1, height // LOW) + 1)
        if (columns - 1) * rows < known and columns * (rows - 1) < known and columns * rows <= MOST
    ]
    columns, rows = max(shapes, key=lambda shape: worth(*shape))
    return columns, min(known, MOST, columns * rows)


class Thumbnail(Vertical):
    """Shows whatever `card` holds, its class and votes below."""

    DEFAULT_CSS = """
    Thumbnail { width: 1fr; height: 1fr; }
    Thumbnail Picture { width: 1fr; height: 1fr; }
    Thumbnail Static { height: 1; text-wrap: nowrap; text-align: center; }
    """

    card: reactive[Card | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        # Kept, not asked for: what is inside of a child is there a moment after the child itself.
        self.picture = Picture()
        self._caption = Static(markup=False)

    def compose(self) -> ComposeResult:
        """Compose the picture over its caption."""
        yield self.picture
        yield self._caption

    def watch_card(self) -> None:
        """Another pick, or its picture."""
        self.write()
        card = self.card
        if card is None or card.image is None:
            self.picture.message = printable(card.trouble) if card is not None else ""
            self.picture.painting = None
        else:
            # Outlines are one pixel wide: of half-blocks that is a great part of a thumbnail.
            has_regions = self.picture.way.is_graphics
            self.picture.painting = painting_of(card, card.image, card.evidence.likeliest, has_regions=has_regions)

    def on_resize(self) -> None:
        """Write as much as there is room for."""
        self.write()

    def write(self) -> None:
        """Write the likeliest class and the votes."""
        card, palette, width = self.card, palette_of(self), self.size.width
        text = Text(no_wrap=True)
        if card is not None and width:
            known = card.evidence
            name, share = printable(known.classes[known.likeliest]), known.pick.probabilities[known.likeliest]
            votes = f" {known.pick.votes}/{len(known.pick.ranks)}"
            ends = f" {share:.2f}" + (votes if width >= 18 else "")
            text.append(cut(name, max(1, width - len(ends)), is_ascii=is_ascii(self)), palette.text)
            text.append(ends, palette.muted)
        self._caption.update(text, layout=False)


class PickStrip(Container):
    """Shows the first picks of `round_`, as many as there is room for; it reads them by itself, in a thread."""

    DEFAULT_CSS = """
    PickStrip { layout: grid; grid-gutter: 0 1; height: 1fr; width: 1fr; }
    """

    round_: reactive[RoundEvidence | None] = reactive(None)

    @dataclass
    class ThumbnailRead(Message, bubble=False):
        """What is known of one pick; the picture comes second."""

        number: int
        place: int
        """From 0."""
        card: Card

    def __init__(self, gallery: Gallery, *, images: Images) -> None:
        super().__init__()
        self._gallery, self._images = gallery, images
        self._thumbnails = tuple(Thumbnail() for _ in range(MOST))
        self._number = 0

    def compose(self) -> ComposeResult:
        """Compose as many thumbnails as may ever be known."""
        yield from self._thumbnails

    def on_mount(self) -> None:
        """Find out once how pictures are drawn here."""
        chosen = best_way(self._images, is_ascii=is_ascii(self))
        for thumbnail in self._thumbnails:
            thumbnail.picture.way = chosen.way

    def on_resize(self) -> None:
        """Show as many as there is room for."""
        self._arrange()

    def watch_round_(self) -> None:
        """Another round."""
        self._number += 1
        for thumbnail in self._thumbnails:
            thumbnail.card = None
        self._arrange()

    def repaint(self) -> None:
        """Write the captions again, in the colours of another theme."""
        for thumbnail in self._thumbnails:
            thumbnail.write()

    def on_pick_strip_thumbnail_read(self, message: ThumbnailRead) -> None:
        """Show it, unless another round is shown by now."""
        if message.number == self._number:
            self._thumbnails[message.place].card = message.card

    @property
    def _count(self) -> int:
        return 0 if self.round_ is None else min(MOST, len(self.round_.picked.picks))

    def _arrange(self) -> None:
        """Choose rows and columns so that square photographs fill them, and read what is not there yet."""
        width, height = self.size
        if not width or not height or not self._count:
            return
        columns, count = thumbnails(width, height, self._count)
        self.styles.grid_size_columns = columns
        # All of one size: pictures that differ by a cell do not stand in a line.
        self.styles.grid_columns = str((width - columns + 1) // columns)
        self.styles.grid_rows = str(height // -(-count // columns))
        for at, thumbnail in enumerate(self._thumbnails):
            thumbnail.display = at < count
        missing = [at for at in range(count) if self._thumbnails[at].card is None]
        if missing and self.round_ is not None:
            read = partial(self._read, self._number, self.round_, missing)
            self.run_worker(read, thread=True, exclusive=True, group="thumbnails")

    def _read(self, number: int, round_: RoundEvidence, places: list[int]) -> None:
        worker = get_current_worker()
        for place in places:
            if worker.is_cancelled:
                return
            try:
                card = Card(evidence(round_, place + 1), round_.key.criterion, round_.kept)
            except AlwslError as error:
                self.post_message(Failed(error))
                return
            try:
                card = replace(card, image=self._gallery.picture(card.evidence.pick.image))
            except AlwslError as error:
                card = replace(card, trouble=str(error))
            self.post_message(self.ThumbnailRead(number, place, card))
