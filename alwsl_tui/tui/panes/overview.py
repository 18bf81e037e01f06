"""Several views of a campaign at once, as many as the screen has room for."""

from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import DescendantFocus

from alwsl_tui.drawing.overview import capacity, neighbour
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import Chosen, Failed, TabWanted
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.parts.tiles import TILES
from alwsl_tui.tui.parts.wall import Tile, Wall
from alwsl_tui.tui.questions import AskOne
from alwsl_tui.tui.tabs import Tab
from campaigns.errors import NotNow
from campaigns.services.monitor.show import CampaignView
from campaigns.services.results.gallery import Gallery
from campaigns.services.results.overview import Aspect, Overview, load_overview
from campaigns.services.settings import load_settings
from campaigns.services.workspace import Workspace

LEAN = 30
"""Lines of the wall under which a frame is a line above."""

_SHOW = "alwsl-tui show {name}"
_OPEN = "alwsl-tui --open {name}:overview"
ACTIONS = (
    Action("overview", "zoom", "z", "This pane alone, or all", _OPEN, short="zoom"),
    Action("overview", "to_tab", "t", "Its tab", "alwsl-tui --open {name}:{tab}", short="tab"),
    Action("overview", "choose", "c", "Choose panes", _OPEN, short="panes"),
    Action("overview", "hide", "h", "Hide this pane", _OPEN),
    Action("overview", "move(-1)", "less_than_sign", "Move this pane towards the first", _OPEN),
    Action("overview", "move(1)", "greater_than_sign", "Move this pane towards the last", _OPEN),
)  # fmt: skip


class OverviewPane(Pane[Overview]):
    """Views in the order that somebody chose; those without anything to show make room for others."""

    PLACE = "overview"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("up", "go(0, -1)", "Pane above", show=False),
        Binding("down", "go(0, 1)", "Pane below", show=False),
        Binding("left", "go(-1, 0)", "Pane before", show=False),
        Binding("right", "go(1, 0)", "Next pane", show=False),
        Binding("enter", "open", "This pane on the whole screen", show=False),
        Binding("escape", "close", "All panes again", show=False),
    ]
    DEFAULT_CSS = """
    OverviewPane { height: 1fr; width: 1fr; }
    OverviewPane.-lean Tile { border: none; border-top: solid $border-blurred 60%; padding: 0 1 0 0; }
    OverviewPane.-lean Tile:focus, OverviewPane.-lean Tile:focus-within { border: none; border-top: heavy $accent; }
    OverviewPane.-lean TextTile { padding: 0 1; }
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.chosen = load_settings(workspace).panes or tuple(TILES)
        """Names of tiles in their order; those that only a newer version knows are kept, and not shown."""
        self.is_zoomed = False
        self.wall = Wall()
        self.tiles: dict[str, Tile] = {}
        self._at = ""
        """The tile that has the keys."""
        self._first = 0
        """The first tile that is seen, of those that have something to show."""
        self._asked: tuple[CampaignView, frozenset[Aspect]] | None = None
        """The campaign as it was seen last, and the aspects that the next look is to read."""
        self._have: tuple[CampaignView, frozenset[Aspect]] | None = None
        """The same of the last look that succeeded."""

    def compose(self) -> ComposeResult:
        """Compose every tile, of which some are seen."""
        gallery = Gallery(self.workspace, self.name_)
        self.tiles = {name: make(gallery, self.images) for name, make in TILES.items()}
        for tile in self.tiles.values():
            tile.display = False
        with self.wall:
            yield from self.tiles.values()

    @property
    def shown(self) -> tuple[Tile, ...]:
        """The tiles that are seen, in their order."""
        return tuple(sorted((tile for tile in self.tiles.values() if tile.display), key=lambda tile: tile.place))

    @property
    def here(self) -> Tile | None:
        """The tile that has the keys; None where there is none to have them."""
        shown = self.shown
        return next((tile for tile in shown if self._at == tile.NAME), shown[0] if shown else None)

    def enter(self) -> None:
        """Let keys go to the tile that had them last."""
        if self.here is not None:
            self.here.give_keys(is_inside=self.is_zoomed)
        else:
            self.can_focus = True
            self.focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return what command lines of this tab are about."""
        return {"name": self.name_} | ({} if self.here is None else {"tab": self.here.TAB} | self.here.facts())

    def is_due(self) -> bool:
        """Leave it to `look`: it follows what the campaign's screen has seen, which may be later than the beat."""
        return True

    def look(self) -> None:
        """Look, unless nothing has happened since, and nothing else is wanted."""
        wanted, view = frozenset(tile.ASPECT for tile in self.shown if tile.ASPECT is not None), self.campaign
        is_same = self._have is not None and self._have[0] is view and self._have[1] == wanted
        if view is not None and not is_same and not self._is_reading:
            self._asked = (view, wanted)
            super().look()

    def read(self) -> Overview:
        """Read what the tiles that are seen want, once for all of them."""
        assert self._asked is not None
        asked = self._asked
        content = load_overview(self.workspace, asked[0], wanted=asked[1], before=self.content)
        self._have = asked
        return content

    def show(self, content: Overview) -> None:
        """Let every tile that is seen draw it."""
        for tile in self.shown:
            tile.take(content)

    def repaint(self) -> None:
        """Draw all of it again, in other colours."""
        for tile in self.shown:
            tile.repaint()

    def watch_campaign(self) -> None:
        """Show more panes, or fewer, when something has happened."""
        if self.campaign is not None and self.is_attached:
            self._arrange()
            self.look()

    def on_mount(self) -> None:
        """Show what the campaign's screen has read already."""
        self.watch_campaign()

    def on_focus(self) -> None:
        """Pass the keys on to a tile, if there is one by now."""
        if self.here is not None:
            self.here.give_keys(is_inside=self.is_zoomed)

    def on_resize(self) -> None:
        """Show as many tiles as there is room for."""
        self._arrange()
        self.look()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Remember which tile has the keys."""
        tile = next((node for node in event.widget.ancestors_with_self if isinstance(node, Tile)), None)
        if tile is not None:
            self._at = tile.NAME
            for each in self.tiles.values():
                each.is_here = each is tile
                each.write_title()

    def on_heat_map_opened(self) -> None:
        """Go on in its tab."""
        self.action_to_tab()

    on_grid_opened = on_heat_map_opened

    def action_zoom(self) -> None:
        """Let the tile with the keys fill the screen, or all come back."""
        if self.here is not None:
            self._at = self.here.NAME
            self.is_zoomed = not self.is_zoomed
            self._changed()

    def action_open(self) -> None:
        """Let the tile with the keys fill the screen; where it does, the key means what it means there."""
        if self.is_zoomed:
            raise SkipAction
        self.action_zoom()

    def action_close(self) -> None:
        """Let all come back; where they are, the key is the screen's."""
        if not self.is_zoomed:
            raise SkipAction
        self.action_zoom()

    def action_to_tab(self) -> None:
        """Go to the tab that shows the same, and more."""
        if self.here is not None:
            self.post_message(TabWanted(self.here.TAB, self.here.facts()))

    def action_go(self, right: int, down: int) -> None:
        """Give the keys to the nearest tile in a direction; beyond the edge, to the one that comes there next."""
        here, worth = self.here, self._worth
        if here is None or self.is_zoomed or here.NAME not in worth:  # what has nothing to show any more is about to go
            raise SkipAction
        nearest = neighbour([(tile.NAME, tile.region) for tile in self.shown], here.NAME, right, down)
        at = worth.index(here.NAME) + right + down
        if nearest is None and here is self.shown[-1 if right + down > 0 else 0] and 0 <= at < len(worth):
            nearest = worth[at]
        if nearest is not None and self.tiles[nearest].display:
            self.tiles[nearest].give_keys(is_inside=False)
        elif nearest is not None:
            self._at = nearest
            self._changed()

    def action_hide(self) -> None:
        """Take it from the wall."""
        if self.here is not None:
            self._switch(self.here.NAME)

    def action_choose(self) -> None:
        """Ask which panes there are to be, one after the other, until escape."""
        self._ask("")

    def _ask(self, at: str) -> None:
        choices = [(name, f"{'x' if name in self.chosen else ' '}  {name}") for name in TILES]

        def chosen(name: str | None) -> None:
            if name is not None:
                self._switch(name)
                self.call_after_refresh(self._ask, name)

        ask_over(self, AskOne("Panes: enter shows or hides one", choices, chosen=at or self._at), chosen)

    def _switch(self, name: str) -> None:
        """Hide a tile, or show it behind all others; one always stays."""
        without = tuple(other for other in self.chosen if other != name)
        if not any(other in TILES for other in without):
            self.post_message(Failed(NotNow(f"{name} is the last pane", hint="c shows others; hide it then")))
            return
        self._keep(without if name in self.chosen else (*self.chosen, name))

    def action_move(self, by: int) -> None:
        """Let a tile change places with the one before (-1) or after it (1)."""
        worth, here = self._worth, self.here
        if here is None or here.NAME not in worth or not 0 <= (at := worth.index(here.NAME) + by) < len(worth):
            return
        swapped = {here.NAME: worth[at], worth[at]: here.NAME}
        self._at = here.NAME
        self._keep(tuple(swapped.get(name, name) for name in self.chosen))

    def _keep(self, names: tuple[str, ...]) -> None:
        """Follow a choice of tiles now, and keep it for the next time."""
        self.chosen = names
        self.post_message(Chosen(panes=names))
        self._changed()

    @property
    def _worth(self) -> list[str]:
        """The names of chosen tiles that have something to show; the first one where none has."""
        known, view = [name for name in self.chosen if name in self.tiles], self.campaign
        return [name for name in known if view is not None and self.tiles[name].has(view)] or known[:1]

    def _changed(self) -> None:
        """Arrange tiles anew, and let the keys go where they went before."""
        at = self._at
        self._arrange()

        def enter() -> None:
            # What had the keys may be hidden now, and Textual have given them to any other one.
            self._at = at
            if self.is_attached and self.display:
                self.enter()

        self.call_after_refresh(enter)

    def _arrange(self) -> None:
        """Show as many tiles as there is room for, those around the one with the keys."""
        if self.campaign is None or not self.size.area or not self.tiles:
            return
        self.set_class(self.size.height < LEAN, "-lean")
        worth = self._worth
        at = worth.index(self._at) if self._at in worth else 0
        room = capacity(self.size.width, self.size.height)
        self._first = max(0, min(self._first, len(worth) - room, at), at - room + 1)
        names = worth[at : at + 1] if self.is_zoomed else worth[self._first : self._first + room]
        is_new = [tile.NAME for tile in self.shown] != names
        for name, tile in self.tiles.items():
            tile.display = name in names
            tile.place = names.index(name) if name in names else 0
            tile.rank = f"{worth.index(name) + 1}/{len(worth)}" if len(names) < len(worth) and name in worth else ""
        if is_new:
            self.wall.refresh(layout=True)
        for tile in self.shown:
            if self.content is not None:
                tile.take(self.content)
        if self.has_focus:  # there was no tile to have the keys before
            self.on_focus()


ENTRIES = (Tab("overview", OverviewPane, ACTIONS),)
