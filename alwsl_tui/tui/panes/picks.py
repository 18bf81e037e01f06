"""What a round sent for labelling: a list, and beside it why each image was picked."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.picks import heading, why_none
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.parts.contact_sheet import ContactSheet
from alwsl_tui.tui.parts.pick_card import PickCard
from alwsl_tui.tui.parts.pick_list import ImageListing, columns, rows
from alwsl_tui.tui.parts.pick_reading import PickReading, PicksView
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import palette_of
from campaigns.errors import NotNow
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.results.evidence import (
    RoundEvidence,
    latest_key,
    round_evidence,
    waiting_for,
)
from campaigns.services.results.picks import RoundKey
from campaigns.services.workspace import Workspace

NARROW, WIDE = 100, 150
"""Cells under which list and card take turns, and from which on picture and bars stand side by side."""


_PICKS = "alwsl-tui picks {name} --criterion {criterion} --trial {trial} --round {round}"
ACTIONS = (
    Action("picks", "next_round", "right_square_bracket", "Next round", _PICKS, short="round"),
    Action("picks", "last_round", "left_square_bracket", "Round before", _PICKS),
    Action("picks", "next_criterion", "c", "Next criterion", _PICKS, short="criterion"),
    Action("picks", "next_trial", "t", "Next trial", _PICKS),
    Action("picks", "next_class", "full_stop", "Next class", _PICKS, short="class"),
    Action("picks", "map", "m", "Show or hide the class map", _PICKS, short="map"),
    Action("picks", "whole", "z", "Show the picture alone", _PICKS, short="whole"),
    Action("picks", "sheet", "g", "Contact sheet of the round", _PICKS, short="sheet"),
    Action("picks", "picture", "v", "Next way of drawing pictures", "alwsl-tui --images {images}"),
)  # fmt: skip


class PicksPane(PickReading):
    """The picks of one round of one arm; criterion, trial, round and class are turned by keys."""

    PLACE = "picks"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("right", "turn_class(1)", "Next class", show=False),
        Binding("left", "turn_class(-1)", "Class before", show=False),
        Binding("j,down", "step(1)", "Next pick", show=False),
        Binding("k,up", "step(-1)", "Pick before", show=False),
        Binding("escape", "close_card", "Back to the list", show=False),
    ]
    DEFAULT_CSS = """
    PicksPane { height: 1fr; padding: 0 1; }
    PicksPane > Static { height: auto; }
    PicksPane > #picks-head { color: $text-muted; height: 1; }
    PicksPane > #picks-why { height: 2; text-style: bold; }
    PicksPane > #picks-body { height: 1fr; }
    PicksPane Listing { width: 40; margin: 0 2 0 0; }
    PicksPane.-narrow Listing { width: 1fr; margin: 0; }
    PicksPane.-narrow PickCard { display: none; }
    PicksPane.-narrow.-card PickCard { display: block; }
    PicksPane.-narrow.-card Listing { display: none; }
    PicksPane.-whole Listing, PicksPane.-whole > #picks-head, PicksPane.-whole > #picks-why { display: none; }
    PicksPane.-whole PickCard { display: block; }
    PicksPane.-whole { padding: 0; }
    PicksPane.-sheet #picks-body, PicksPane.-sheet > #picks-why { display: none; }
    PicksPane.-sheet ContactSheet { display: block; }
    PicksPane.-none #picks-body { display: none; }
    PicksPane.-none > #picks-why { height: 1fr; }
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.key: RoundKey | None = None
        """The round that is wanted; None until the first look has found the last one that has picked."""
        self._image = ""

    def compose(self) -> ComposeResult:
        """Compose a line on what is shown, a sentence on why, then list and card."""
        yield Static(id="picks-head", markup=False)
        yield Static("Reading …", id="picks-why", markup=False)
        with Horizontal(id="picks-body"):
            yield ImageListing()
            yield PickCard(images=self.images)
        yield ContactSheet(images=self.images)

    def facts(self) -> dict[str, str]:
        """Return what the command lines of this place are filled with."""
        images = {Way.KITTY: "kitty", Way.SIXEL: "sixel", Way.OFF: "off"}.get(self.card.picture.way, "blocks")
        known = {"name": self.name_, "images": images}
        if self.key is not None:
            known |= {
                "criterion": self.key.criterion, "trial": str(self.key.trial), "round": str(self.key.round),
            }  # fmt: skip
        return known

    def enter(self) -> None:
        """Let keys go to the list, or to the card where it is open."""
        if self.has_class("-sheet"):
            self.query_one(ContactSheet).focus()
        elif self.has_class("-whole"):
            self.card.focus()
        else:
            (self.card.query_one(VerticalScroll) if self.has_class("-card") else self.listing).focus()
        self.look()

    def point_at(self, facts: Mapping[str, str]) -> None:
        """Show the picks of a round of an arm, the cursor on an image where one is named."""
        if all(facts.get(what) for what in ("criterion", "trial", "round")):
            self.key = RoundKey(facts["criterion"], int(facts["trial"]), int(facts["round"]))
            self._image = facts.get("image", "")
            self.forget()

    def open(self, key: RoundKey) -> None:
        """Show that round."""
        if key != self.key:
            self.key = key
            self.forget()

    def read(self) -> PicksView:
        """Read the picks of the wanted round, or why there are none; what was read is not read again."""
        before = self.content
        key = self.key or latest_key(self.workspace, self.name_)
        if before is not None and before.key == key and before.round is not None:
            return before
        plan = find_campaign(self.workspace, self.name_).plan
        try:
            return PicksView(key, plan, round_evidence(self.workspace, self.name_, key), None)
        except NotNow:
            return PicksView(key, plan, None, waiting_for(self.workspace, self.name_, key))

    def show(self, content: PicksView) -> None:
        """Another round, or other news of one that has not picked."""
        if self.key is not None and content.key != self.key:
            return  # a look that began before the last key was pressed
        self.key = content.key
        self.set_class(content.round is None, "-none")
        if content.round is None:
            self.listing.rows = ()
            self.remove_class("-card")
            self.say(why_none(content.waiting) if content.waiting else "")
        else:
            self.listing.columns, self.listing.rows = columns(content.round), rows(content.round)
            self.listing.to(self._image)
            self.read_card()
            if self.has_class("-sheet"):
                self._open_sheet(content.round)
        told = heading(content.key, content.plan, content.round, palette_of(self))
        self.query_one("#picks-head", Static).update(told, layout=False)

    def on_resize(self, event: Resize) -> None:
        """Three arrangements, by width."""
        width = event.size.width
        self.set_class(width < NARROW, "-narrow")
        self.card.set_class(width < NARROW or width >= WIDE, "-beside")
        self.card.set_class(width >= WIDE, "-wide")

    def on_listing_moved(self) -> None:
        """Another pick."""
        self.read_card()

    def on_listing_opened(self) -> None:
        """Open the card, where list and card take turns."""
        if self.has_class("-narrow"):
            self.add_class("-card")
            self.card.query_one(VerticalScroll).focus()

    def action_next_round(self) -> None:
        """Turn to the round after; after the last comes the first."""
        self._turn_round(1)

    def action_last_round(self) -> None:
        """Turn to the round before."""
        self._turn_round(-1)

    def action_next_criterion(self) -> None:
        """Turn to the same round of the next criterion."""
        if self.content is not None:
            names, key = self.content.plan.criteria, self.content.key
            self.open(replace(key, criterion=names[(names.index(key.criterion) + 1) % len(names)]))

    def action_next_trial(self) -> None:
        """Turn to the same round in the next trial."""
        if self.content is not None:
            key = self.content.key
            self.open(replace(key, trial=(key.trial + 1) % self.content.plan.trials))

    def action_next_class(self) -> None:
        """Show the map of the next class."""
        self.card.turn(1)

    def action_turn_class(self, by: int) -> None:
        """Show the map of a class further on, or back."""
        self.card.turn(by)

    def action_step(self, by: int) -> None:
        """Turn to the next pick, or the one before, with the card open."""
        self.listing.cursor += by

    def action_map(self) -> None:
        """Show the class map over the picture, or hide it."""
        self.card.has_map = not self.card.has_map

    def action_picture(self) -> None:
        """Draw pictures another way."""
        self.notify(f"Pictures: {self.card.next_way()}", timeout=2)

    def action_whole(self) -> None:
        """Give the picture the whole screen, or back; `j` and `k` go on to others there."""
        if self.has_class("-sheet"):
            self.action_sheet()
        is_whole = self.toggle_class("-whole").has_class("-whole")
        self.card.set_class(is_whole, "-whole")
        self.card.can_focus = is_whole  # the list is hidden, and keys have to go somewhere
        self.call_after_refresh(self.enter)

    def action_sheet(self) -> None:
        """Show all picks of the round beside each other, or back to the one under the cursor."""
        round_ = None if self.content is None else self.content.round
        if self.has_class("-whole"):
            self.action_whole()
        if round_ is not None:
            self.toggle_class("-sheet")
            if self.has_class("-sheet"):
                self._open_sheet(round_)
            self.call_after_refresh(self.enter)

    def on_contact_sheet_sheet_chosen(self, message: ContactSheet.SheetChosen) -> None:
        """Go to the pick that was chosen."""
        self.listing.cursor = message.place
        self.action_sheet()
        self.on_listing_opened()

    def action_close_card(self) -> None:
        """Back to the list, step by step; where it is seen, escape means what it means around here."""
        if self.has_class("-sheet"):
            self.action_sheet()
        elif self.has_class("-whole"):
            self.action_whole()
        elif self.has_class("-card"):
            self.remove_class("-card")
            self.listing.focus()
        else:
            raise SkipAction

    def _turn_round(self, by: int) -> None:
        if self.content is not None:
            key = self.content.key
            self.open(replace(key, round=(key.round + by) % self.content.plan.schedule.last))

    def _open_sheet(self, round_: RoundEvidence) -> None:
        self.query_one(ContactSheet).open(self.shelf.sheet(round_), at=self.listing.cursor)


ENTRIES = (Tab("picks", PicksPane, ACTIONS),)
