"""The first screen: every campaign, the machine they share, what waits, what happened."""

import importlib
import time
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from alwsl_tui.drawing import station_lines
from alwsl_tui.drawing.units import plural
from alwsl_tui.options import Manners
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.beginnings import Beginning
from alwsl_tui.tui.campaign_actions import Acting
from alwsl_tui.tui.messages import Compared, Failed, Opened, Stood, Told
from alwsl_tui.tui.parts.welcome import Welcome
from alwsl_tui.tui.screens.station_rows import COLUMNS, LOST, NONE_FITS, READING, Rows
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.keyline import KeyLine
from alwsl_tui.tui.widgets.line import Line
from alwsl_tui.tui.widgets.listing import Listing
from campaigns.core.text import printable
from campaigns.services.station.filters import ORDERS, hint_while_typing, sifted
from campaigns.services.station.list import Kept
from campaigns.services.station.station import StationView, station_view, with_devices
from campaigns.services.workspace import Workspace

if TYPE_CHECKING:
    from alwsl_tui.tui.parts.preview import Preview

PANELS = ("feed", "queue")
CALM, BUSY = 5.0, 1.0
"""Seconds between two looks at the machine's load while no job runs, and while one does."""
OLD = 5.0
"""Seconds after which rows are drawn again, because they tell ages."""
NEXT = ("parts.preview", *(f"screens.{name}" for name in ("campaign", "new", "compare", "keys", "settings")))
"""Modules that may be wanted next: the first screen is there before them."""


class StationScreen(Screen[None], Beginning[StationView], Acting[StationView]):
    """Every campaign of a home, live."""

    PLACE: ClassVar[Place] = Place.STATION
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.STATION)),
        Binding("escape", "leave_filter", "Back to the list", show=False),
    ]

    @dataclass
    class Prepared(Message):
        """What may be wanted next is imported, and campaigns that the store does not know are counted."""

        lost: int

    def __init__(self, workspace: Workspace, manners: Manners) -> None:
        super().__init__()
        self.workspace, self.manners = workspace, manners
        self.order = ORDERS[0]
        self.kept = Kept()
        self.rows = Rows()
        self.panel = PANELS[0]
        self.devices = 0
        """Lines that are drawn of them."""
        self.preview: Preview | None = None
        self.lost = 0
        """Campaigns whose folders the store does not know."""
        self._read_at = -2
        """The beat of the last look at the whole home."""
        self._looked = 0.0
        """When the machine's load was looked at last, by the monotonic clock."""
        self._drawn: StationView | None = None
        """The view whose rows were drawn last."""
        self._drawn_at = 0.0
        self._is_prepared = False
        """True when what may be wanted next is imported, or begun to be."""

    def compose(self) -> ComposeResult:
        """Head, machine, campaigns, what happened."""
        yield Static(id="head")
        yield Static(id="devices")
        yield Line(placeholder="filter: words, or state:running data:voc model:weldon", id="filter", compact=True)
        yield Static(id="filter-hint", markup=False)
        with Horizontal(id="middle"):
            yield Listing(*COLUMNS, empty=READING, id="campaigns")
            yield Welcome()
        with Vertical(id="below"):
            yield Static(id="below-title")
            yield Static(id="panel")
        yield KeyLine(compact=True)

    def on_mount(self) -> None:
        """Let keys go to the list."""
        for node in self.query("#filter, #filter-hint"):
            node.display = False
        self.query_one(Listing).focus()
        self.query_one("#head", Static).update(Text(" alwsl-tui", palette_of(self).accent))

    def facts(self) -> dict[str, str]:
        """Return what command lines of this place are about."""
        names = self.query_one(Listing).chosen
        facts = {"filter": self.query_one("#filter", Input).value, "sort": self.order, "panel": self.panel}
        return facts | ({"name": names[0], "other": names[1] if len(names) > 1 else ""} if names else {})

    def chosen_names(self) -> tuple[str, ...]:
        """Return the marked campaigns, else the one under the cursor."""
        return self.query_one(Listing).chosen

    def is_first(self) -> bool:
        """Return whether the words of an empty home are shown, which say what each way on is."""
        return self.has_class("-welcome")

    def is_due(self) -> bool:
        """Return whether something may have happened in the home; the machine's load changes anyway, but may wait."""
        is_busy = self.content is not None and any(device.workers for device in self.content.devices)
        return super().is_due() or time.monotonic() - self._looked >= (BUSY if is_busy else CALM)

    def read(self) -> StationView:
        """Read everything at once, so that all parts of the screen are of one moment; the home only where it beats."""
        before, beats, self._looked = self.content, self._beats, time.monotonic()
        if before is not None and self.heartbeat is not None and beats == self._read_at:
            return with_devices(before, self.kept)
        view = station_view(self.workspace, kept=self.kept)
        self._read_at = beats
        return view

    def show(self, content: StationView) -> None:
        """Draw what there is: rows where they differ, or have become older."""
        if not self._is_prepared and self.app.screen is self:
            self._is_prepared = True
            self.read_aside(self._prepare, "import")
        self._head(content)
        drawn, now = self._drawn, time.monotonic()
        is_new = drawn is None or replace(content, devices=drawn.devices) != drawn
        if is_new or now - self._drawn_at >= OLD:
            self._drawn, self._drawn_at = content, now
            self._rows(content)
            self._below(content)
        if is_new:
            self.post_message(Stood({line.row.name: line.state for line in content.lines}))
        if is_new and self.preview is not None:
            self.preview.learn()

    def on_screen_resume(self) -> None:
        """Prepare what would have been in the way of the screen that was opened first."""
        if self.content is not None:
            self.show(self.content)

    def repaint(self) -> None:
        """Draw all of it again, in other colours."""
        self._drawn = None
        super().repaint()

    def on_failed(self, message: Failed) -> None:
        """Say that a home cannot be read for as long as that is so, not only for a moment."""
        if self.content is None:
            listing = self.query_one(Listing)
            width = max(20, self.size.width - 2)
            lines = [printable(str(message.error)), "", printable(f"next: {message.error.hint}")]
            listing.empty = "\n".join(part for line in lines for part in wrap(line, width) or [""])
            listing.refresh()

    def on_station_screen_prepared(self, message: Prepared) -> None:
        """Draw again, with what is lost; preview the campaign under the cursor."""
        from alwsl_tui.tui.parts.preview import Preview

        middle = self.query_one("#middle")
        if not middle.is_attached:  # it is left just now
            return
        self.lost = message.lost
        self.preview = Preview(self.workspace)
        self.preview.about = self.query_one(Listing).key
        middle.mount(self.preview)
        self.repaint()

    def on_listing_opened(self, message: Listing.Opened) -> None:
        """Enter."""
        self.post_message(Opened(message.key))

    def on_listing_moved(self, message: Listing.Moved) -> None:
        """Preview another campaign."""
        if self.preview is not None:
            self.preview.about = message.key

    def on_input_changed(self) -> None:
        """Filter as one types, and say what no campaign could have."""
        hint = hint_while_typing(self.query_one("#filter", Input).value)
        drawn = self.query_one("#filter-hint", Static)
        drawn.update(Text(printable(hint), palette_of(self).warning, no_wrap=True, overflow="ellipsis"))
        drawn.display = bool(hint)
        if self.content is not None:
            self._rows(self.content)

    def on_input_submitted(self) -> None:
        """Enter in the filter goes on with the list."""
        self.query_one(Listing).focus()

    def on_resize(self) -> None:
        """Give panels as many lines as there is room for."""
        if self.content is not None:
            self.call_after_refresh(self._below, self.content)

    def action_leave_filter(self) -> None:
        """Show the whole list again; marks go first."""
        listing, sift = self.query_one(Listing), self.query_one("#filter", Input)
        if listing.has_focus and listing.marked:
            listing.marked = frozenset()
        else:
            sift.value = ""
            sift.display = False
        listing.focus()

    def action_sift(self) -> None:
        """Write a filter."""
        sift = self.query_one("#filter", Input)
        sift.display = True
        sift.focus()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self.order = ORDERS[(ORDERS.index(self.order) + 1) % len(ORDERS)]
        self.post_message(Told(f"ordered by {self.order}", f"alwsl-tui list --sort {self.order}"))
        self._drawn = None
        self.forget()

    def action_mark(self) -> None:
        """Mark the row, and go on to the next."""
        listing = self.query_one(Listing)
        if listing.key is not None:
            listing.marked ^= {listing.key}
            listing.action_move(1)

    def action_mark_all(self) -> None:
        """Mark what is seen, or nothing."""
        listing = self.query_one(Listing)
        listing.marked = frozenset() if listing.marked else frozenset(row.key for row in listing.rows)

    def action_panel(self) -> None:
        """Turn to the next panel below the list."""
        self.panel = PANELS[(PANELS.index(self.panel) + 1) % len(PANELS)]
        if self.content is not None:
            self._below(self.content)

    def action_compare(self) -> None:
        """Show the marked campaigns side by side."""
        names = self.query_one(Listing).chosen
        if len(names) < 2:
            self.post_message(Told("Mark two or more campaigns with space, then press V."))
        else:
            self.post_message(Compared(names))

    def _head(self, view: StationView) -> None:
        palette = palette_of(self)
        head = station_lines.head(view, palette, lost=self.lost, is_readonly=self.workspace.is_readonly)
        self.query_one("#head", Static).update(head, layout=False)
        drawn = [station_lines.device(reading, palette, is_ascii=is_ascii(self)) for reading in view.devices[:4]]
        devices = self.query_one("#devices", Static)
        # Not by the number alone: of two updates before the first is laid out, Textual may lay out only the first.
        is_same = len(drawn) == self.devices and devices.size.height in {0, len(drawn)}
        self.devices = len(drawn)
        devices.update(Text("\n").join([Text(" ") + line for line in drawn]), layout=not is_same)

    def _rows(self, view: StationView) -> None:
        palette, plain = palette_of(self), is_ascii(self)
        lines = sifted(view.lines, self.query_one("#filter", Input).value, order=self.order)
        listing = self.query_one(Listing)
        listing.empty = NONE_FITS if view.lines else LOST.format(campaigns=plural(self.lost, "campaign"))
        listing.rows = self.rows.of(lines, palette, now=time.time(), is_ascii=plain)
        if not lines:
            listing.refresh()
        self.set_class(not view.lines, "-empty")
        self.set_class(not view.lines and not self.lost, "-welcome")

    def _below(self, view: StationView) -> None:
        palette = palette_of(self)
        height = max(1, self.query_one("#panel").size.height)
        title = station_lines.panels(PANELS, self.panel, palette, waiting=len(view.queue))
        drawn = station_lines.panel(view, self.panel, palette, height=height)
        self.query_one("#below-title", Static).update(title, layout=False)
        self.query_one("#panel", Static).update(drawn, layout=False)

    def _prepare(self) -> None:
        """While somebody reads the first screen: import the next ones, which open at once then; count what is lost."""
        for name in NEXT:
            importlib.import_module(f"alwsl_tui.tui.{name}")
        from campaigns.services.repair.lost import lost

        self.post_message(self.Prepared(len(lost(self.workspace))))
