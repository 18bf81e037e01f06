"""One pick: its picture under the map of one class, and why it was picked."""

from dataclasses import dataclass, replace
from functools import partial

from PIL.Image import Image
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.reactive import reactive
from textual.widgets import Static

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.picks import Look, bars, beside, facts, folded_away, legend, map_line, telling, title
from alwsl_tui.drawing.picture import overlay
from alwsl_tui.options import Images
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.graphics import best_way
from alwsl_tui.tui.widgets.picture import Painting, Picture
from campaigns.core.text import printable
from campaigns.services.results.evidence import Evidence

BAR_WIDTH = 32
"""Cells of a class with its bar, at least; where there is room for two, there are two side by side."""


PAINTINGS = 8
"""That are kept: the one that is shown, and those drawn ahead."""
ROOMY = 20
"""Lines of what can be scrolled from which on every class is shown."""


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """What is known of one pick so far."""

    evidence: Evidence
    criterion: str
    kept: int
    """Picks of the round whose class maps are kept."""
    image: Image | None = None
    truth: tuple[int, ...] | None = None
    """1 there, -1 not there, 0 difficult; None until the data set is open."""
    trouble: str = ""
    """Why there is no picture."""


class PickCard(Container):
    """Shows whatever `card` holds; which class, with or without its map, and how, is for the keys of the pane."""

    DEFAULT_CSS = """
    PickCard { layout: vertical; width: 1fr; height: 1fr; }
    PickCard Picture { width: 1fr; height: 1fr; min-height: 6; }
    PickCard VerticalScroll { height: 9; max-height: 40%; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    PickCard Static { height: auto; }
    PickCard.-beside { layout: horizontal; }
    PickCard.-beside VerticalScroll { width: 45; height: 1fr; max-height: 100%; margin: 0 0 0 2; }
    PickCard.-beside.-wide VerticalScroll { width: 62; }
    PickCard.-whole VerticalScroll { display: none; }
    """

    card: reactive[Card | None] = reactive(None, repaint=False)
    turned: reactive[int | None] = reactive(None, repaint=False)
    """Place of the class that a person turned to; None shows the likeliest of each image."""
    has_map: reactive[bool] = reactive(True, repaint=False)

    def __init__(self, *, images: Images, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._images = images
        self._ways: tuple[Way, ...] = ()
        self._lines = 0
        self._paintings: dict[tuple[int, int | None], tuple[Card, Painting]] = {}
        """Of cards that were drawn ahead, by place and class: a painting is known again by its identity."""

    def compose(self) -> ComposeResult:
        """Compose the picture, and what can be scrolled."""
        yield Picture()
        with VerticalScroll(can_focus=True):
            yield Static(id="card-text", markup=False)

    @property
    def picture(self) -> Picture:
        """Where the picture is."""
        return self.query_one(Picture)

    @property
    def shown_class(self) -> int:
        """Place of the class whose map is shown."""
        if self.turned is not None or self.card is None:
            return self.turned or 0
        return self.card.evidence.likeliest

    def on_mount(self) -> None:
        """Find out once how pictures are drawn here."""
        ascii_only = is_ascii(self)
        chosen = best_way(self._images, is_ascii=ascii_only)
        plain = (Way.ASCII,) if ascii_only else (Way.BLOCKS, Way.ASCII)
        self._ways = tuple(dict.fromkeys((chosen.way, *plain, Way.OFF)))
        self.picture.tooltip = chosen.why
        self._draw_with(chosen.way)

    def on_resize(self) -> None:
        """Draw bars as long as there is room."""
        self._lines = 0
        self.call_after_refresh(self._write)

    def watch_card(self) -> None:
        """Another pick, or more known of the same."""
        self._write()
        self._paint()

    def watch_turned(self) -> None:
        """Another class."""
        self._write()
        self._paint()

    def watch_has_map(self) -> None:
        """Draw the picture with or without its map."""
        self._paint()

    def turn(self, by: int) -> None:
        """To a class further on, or back; after the last comes the first."""
        if self.card is not None:
            self.turned = (self.shown_class + by) % len(self.card.evidence.classes)

    def next_way(self) -> Way:
        """Draw another way, and say which."""
        at = self._ways.index(self.picture.way)
        self._draw_with(self._ways[(at + 1) % len(self._ways)])
        return self.picture.way

    def _draw_with(self, way: Way) -> None:
        self.picture.way = way
        self._paint()

    def _paint(self) -> None:
        card, picture = self.card, self.picture
        picture.message = ""
        if picture.way is Way.OFF:
            picture.message = "Pictures are off. Press v to turn them on."
        elif card is not None and card.image is None:
            picture.message = printable(card.trouble) or "Opening the data set …"
        if card is None or card.image is None:
            picture.painting = None
            return
        picture.painting = self._painting(card)

    def draw_ahead(self, card: Card) -> None:
        """Draw the picture of a card that may be shown next."""
        if card.image is not None:
            self.picture.draw_ahead(self._painting(card))

    def _painting(self, card: Card) -> Painting:
        assert card.image is not None
        class_ = (card.evidence.likeliest if self.turned is None else self.turned) if self.has_map else None
        key = card.evidence.place, class_
        kept = self._paintings.get(key)
        if kept is None or kept[0] is not card:
            kept = card, painting_of(card, card.image, class_)
            self._paintings = dict([*self._paintings.items(), (key, kept)][-PAINTINGS:])
        return kept[1]

    def _write(self) -> None:
        card = self.card
        room = self.query_one(VerticalScroll).scrollable_content_region.width
        if card is None or room < BAR_WIDTH:
            return
        side_by_side = max(1, min(room // BAR_WIDTH, 3))
        look = Look(room // side_by_side - 1, palette_of(self), is_ascii(self))
        evidence, at = card.evidence, self.shown_class
        # Beside the picture there is room for all; below it every line is one of the picture's.
        is_beside = self.has_class("-beside") and self.query_one(VerticalScroll).size.height >= ROOMY
        shown = tuple(range(len(evidence.classes))) if is_beside else telling(evidence, card.truth, at)
        wide, brief = replace(look, columns=room), not is_beside
        above = Text("\n").join(
            (
                title(evidence, wide, is_brief=brief),
                facts(evidence, card.criterion, wide, is_brief=brief),
                Text(map_line(evidence, at, card.kept, is_brief=brief)),
            )
        )
        upper = above.wrap(self.app.console, room)
        drawn = bars(evidence, card.truth, at, look, places=shown)
        below = legend(look, has_maps=evidence.maps is not None)
        if rest := folded_away(evidence, shown):
            below = Text(f"{rest}   ", look.palette.muted).append_text(below)
        lines = [
            *upper,
            *beside(drawn, side_by_side, width=room // side_by_side).split("\n"),
            *below.wrap(self.app.console, room),
        ]
        # Laying the screen out anew draws all of it, so a text with fewer lines than one before keeps their place.
        count = max(len(lines), self._lines, self.query_one(VerticalScroll).size.height)
        text = Text("\n").join([*lines, *[Text()] * (count - len(lines))])
        self.query_one("#card-text", Static).update(text, layout=count != self._lines)
        self._lines = count
        rows = -(-len(shown) // side_by_side)
        self._follow(len(upper) + shown.index(at) % rows)

    def _follow(self, line: int) -> None:
        """Keep the line of the shown class in sight."""
        scroll = self.query_one(VerticalScroll)
        room = scroll.scrollable_content_region.height
        if self.turned is not None and room and not scroll.scroll_offset.y <= line < scroll.scroll_offset.y + room:
            scroll.scroll_to(y=max(0, line - room // 2), animate=False)


def painting_of(card: Card, image: Image, class_: int | None, *, has_regions: bool = True) -> Painting:
    """Return the image of a pick under the map of a class, where the round kept one; None wants no map.

    The regions that the model pools are outlined unless a picture is too small for that.
    """
    evidence = card.evidence
    if class_ is None or evidence.maps is None:
        return Painting(image)
    regions = (evidence.top, evidence.bottom) if has_regions else (0, 0)
    return Painting(image, partial(overlay, class_map=evidence.maps[class_], regions=regions))
