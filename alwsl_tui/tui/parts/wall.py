"""A wall: several views side by side, each in a frame with its name, that share all the room there is."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget
from textual.widgets import Static

from alwsl_tui.drawing.overview import TileArea, plots
from alwsl_tui.tui.theme import is_ascii, palette_of
from campaigns.core.text import printable
from campaigns.services.monitor.show import CampaignView
from campaigns.services.results.overview import Aspect, Overview


class Tile(Vertical, can_focus=True):
    """One view on the wall: the widget of its tab at another size. Its frame says its name, and what is seen."""

    NAME: ClassVar[str]
    """In preferences and in its frame."""
    TAB: ClassVar[str]
    """The tab that shows the same, and more."""
    ASPECT: ClassVar[Aspect | None] = None
    """What it wants to be read."""
    DEFAULT_CSS = """
    Tile { width: 1fr; height: 1fr; border: round $border-blurred 45%; border-title-color: $text-muted; padding: 0 1; }
    Tile:focus, Tile:focus-within { border: round $accent; }
    Tile Static { height: 1fr; text-wrap: nowrap; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.place = 0
        """Its place on the wall, from 0."""
        self.rank = ""
        """Which one of how many it is; empty where all are seen."""
        self.is_here = False
        """It has the keys: its frame says so, also to who sees no colours."""
        self.overview: Overview | None = None
        """What it showed last."""
        self._title: tuple[Text, object] | None = None

    @property
    def inner(self) -> Widget | None:
        """What gets the keys when it fills the screen; None where nothing in it moves."""
        return None

    def has(self, view: CampaignView) -> bool:
        """Return whether there is anything to see yet."""
        return True

    def about(self, overview: Overview) -> str:
        """Return what is seen, in a few words, for its frame."""
        return ""

    def draw(self, overview: Overview) -> None:
        """Show that; called again only when something is different."""
        raise NotImplementedError

    def facts(self) -> dict[str, str]:
        """Return what its tab should show when it is opened from here."""
        return {}

    def take(self, overview: Overview) -> None:
        """Show a campaign as it is now; what it shows already is not drawn again."""
        is_same, self.overview = overview is self.overview, overview
        self.write_title()
        if not is_same:
            self.draw(overview)

    def repaint(self) -> None:
        """Draw the same again: in another size, or in other colours."""
        if self.overview is not None:
            self.write_title()
            self.draw(self.overview)

    def give_keys(self, *, is_inside: bool) -> None:
        """Let keys go to the tile, or into it."""
        if self.inner is not None:
            self.inner.can_focus = is_inside
        (self.inner if is_inside and self.inner is not None else self).focus()

    def on_mount(self) -> None:
        """Let nothing inside have the keys before it fills the screen."""
        if self.inner is not None:
            self.inner.can_focus = False

    def write_title(self) -> None:
        """Write name and contents on the frame."""
        sign = (">" if is_ascii(self) else "▸") if self.is_here else ""
        words = self.about(self.overview) if self.overview is not None else ""
        # In the text, not by a rule for the tile with the keys: for that Textual draws all that is inside of it anew.
        title = Text(f"{sign}{self.NAME}", f"bold {palette_of(self).accent}" if sign else "")
        if sign and self.rank:
            title.append(f" {self.rank}", "not bold")
        if words:
            title.append(f"  {printable(words)}", "not bold")
        if (title, title.style) != self._title:
            self._title = title, title.style
            self.border_title = title


class TextTile(Tile):
    """A view that is a text, as large as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        # Kept, not asked for: what is inside of a child is there a moment after the child itself.
        self._static = Static(markup=False)
        self._drawn = Text()

    def compose(self) -> ComposeResult:
        """Compose the text."""
        yield self._static

    def on_resize(self) -> None:
        """Draw as large as its place."""
        self.repaint()

    def text(self, overview: Overview, area: TileArea) -> Text:
        """Return what is seen in so much room."""
        raise NotImplementedError

    def draw(self, overview: Overview) -> None:
        """Write it, unless it stands there already."""
        width, height = self.content_size
        if width < 1 or height < 1:
            return
        drawn = self.text(overview, TileArea(width, height, palette_of(self), is_ascii(self)))
        if drawn != self._drawn:
            self._drawn = drawn
            self._static.update(drawn, layout=False)


class WallLayout(Layout):
    """Tiles in their order: as many side by side as there is room for, and no cell left over."""

    name = "wall"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Place every child that is to be seen."""
        ordered = sorted(children, key=lambda child: child.place if isinstance(child, Tile) else 0)
        places = plots(size.width, size.height, len(ordered))
        return [
            WidgetPlacement(Region(*place), NULL_OFFSET, NULL_SPACING, child)
            for place, child in zip(places, ordered, strict=True)
        ]


class Wall(Container):
    """Tiles that share all the room there is."""

    DEFAULT_CSS = """
    Wall { width: 1fr; height: 1fr; overflow: hidden; }
    """

    @property
    def layout(self) -> Layout:
        """How its tiles are placed."""
        return _LAYOUT


_LAYOUT = WallLayout()
