"""What a round sent for labelling: a list, and beside it why each image was picked."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Resize
from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.picks import because, heading, why_none
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.parts.pick_card import Card, PickCard
from alwsl_tui.tui.parts.pick_list import columns, rows
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import palette_of
from alwsl_tui.tui.widgets.listing import Listing
from campaigns.core.plan import Plan
from campaigns.errors import AlwslError, NotNow
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.results.evidence import (
    RoundEvidence,
    Waiting,
    evidence,
    latest_key,
    round_evidence,
    waiting_for,
)
from campaigns.services.results.gallery import Gallery
from campaigns.services.results.picks import RoundKey
from campaigns.services.workspace import Workspace

NARROW, WIDE = 100, 150
"""Cells under which list and card take turns, and from which on picture and bars stand side by side."""


@dataclass(frozen=True, slots=True)
class PicksView:
    """What one look found."""

    key: RoundKey
    plan: Plan
    round: RoundEvidence | None
    """Compared by identity: one that has picked never changes."""
    waiting: Waiting | None
    """Why there is no round."""


_PICKS = "alwsl-tui picks {name} --criterion {criterion} --trial {trial} --round {round}"
ACTIONS = (
    Action("picks", "next_round", "right_square_bracket", "Next round", _PICKS, short="round"),
    Action("picks", "last_round", "left_square_bracket", "Round before", _PICKS),
    Action("picks", "next_criterion", "c", "Next criterion", _PICKS, short="criterion"),
    Action("picks", "next_trial", "t", "Next trial", _PICKS, short="trial"),
    Action("picks", "next_class", "full_stop", "Next class", _PICKS, short="class"),
    Action("picks", "map", "m", "Show or hide the class map", _PICKS, short="map"),
    Action("picks", "picture", "v", "Next way of drawing pictures", "alwsl-tui --images {images}", short="picture"),
)  # fmt: skip


class PicksPane(Pane[PicksView]):
    """The picks of one round of one arm; criterion, trial, round and class are turned by keys."""

    PLACE = "picks"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("right", "turn_class(1)", "Next class", show=False),
        Binding("left", "turn_class(-1)", "Class before", show=False),
        Binding("j", "step(1)", "Next pick", show=False),
        Binding("k", "step(-1)", "Pick before", show=False),
        Binding("escape", "close_card", "Back to the list", show=False),
    ]
    DEFAULT_CSS = """
    PicksPane { height: 1fr; padding: 0 1; }
    PicksPane > Static { height: auto; }
    PicksPane > #picks-head { color: $text-muted; height: 1; }
    PicksPane > #picks-why { height: 2; margin: 0 0 1 0; text-style: bold; }
    PicksPane > #picks-body { height: 1fr; }
    PicksPane Listing { width: 46; margin: 0 2 0 0; }
    PicksPane.-narrow Listing { width: 1fr; margin: 0; }
    PicksPane.-narrow PickCard { display: none; }
    PicksPane.-narrow.-card PickCard { display: block; }
    PicksPane.-narrow.-card Listing { display: none; }
    PicksPane.-none #picks-body { display: none; }
    PicksPane.-none > #picks-why { height: 1fr; }
    """

    @dataclass
    class CardRead(Message, bubble=False):
        """What is known of one pick; the picture comes second where the data set has yet to be opened."""

        number: int
        card: Card

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self._gallery = Gallery(workspace, name)
        self.key: RoundKey | None = None
        """The round that is wanted; None until the first look has found the last one that has picked."""
        self._number, self._image = 0, ""

    def compose(self) -> ComposeResult:
        """Compose a line on what is shown, a sentence on why, then list and card."""
        yield Static(id="picks-head", markup=False)
        yield Static("Reading …", id="picks-why", markup=False)
        with Horizontal(id="picks-body"):
            yield Listing()
            yield PickCard(images=self.images)

    @property
    def listing(self) -> Listing:
        """The picks."""
        return self.query_one(Listing)

    @property
    def card(self) -> PickCard:
        """The pick under the cursor."""
        return self.query_one(PickCard)

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
            self._say(why_none(content.waiting) if content.waiting else "")
        else:
            self.listing.columns, self.listing.rows = columns(content.round), rows(content.round)
            self.listing.to(self._image)
            self._read_card()
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
        self._read_card()

    def on_listing_opened(self) -> None:
        """Open the card, where list and card take turns."""
        if self.has_class("-narrow"):
            self.add_class("-card")
            self.card.query_one(VerticalScroll).focus()

    def on_picks_pane_card_read(self, message: CardRead) -> None:
        """Show what is known, unless another pick is wanted by now."""
        if message.number == self._number:
            self.card.card = message.card
            self._say(because(message.card.evidence, message.card.criterion))

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

    def action_close_card(self) -> None:
        """Back to the list where list and card take turns; otherwise escape means what it means around here."""
        if not self.has_class("-card"):
            raise SkipAction
        self.remove_class("-card")
        self.listing.focus()

    def _turn_round(self, by: int) -> None:
        if self.content is not None:
            key = self.content.key
            self.open(replace(key, round=(key.round + by) % self.content.plan.schedule.last))

    def _say(self, sentence: str) -> None:
        self.query_one("#picks-why", Static).update(sentence, layout=False)

    def _read_card(self) -> None:
        content = self.content
        if content is not None and content.round is not None and self.listing.key is not None:
            self._number += 1
            read = partial(self._evidence, self._number, content.round, self.listing.cursor + 1)
            self.run_worker(read, thread=True, exclusive=True, group="card")

    def _evidence(self, number: int, round_: RoundEvidence, place: int) -> None:
        if get_current_worker().is_cancelled:
            return
        try:
            card = Card(evidence(round_, place), round_.key.criterion, round_.kept)
        except AlwslError as error:
            self.post_message(Failed(error))
            return
        if not self._gallery.is_open:
            self.post_message(self.CardRead(number, card))
        image = card.evidence.pick.image
        try:
            truth = self._gallery.truth(image, card.evidence.classes)
            card = replace(card, truth=truth, image=self._gallery.picture(image))
        except AlwslError as error:
            card = replace(card, trouble=str(error))
        self.post_message(self.CardRead(number, card))


ENTRIES = (Tab("picks", PicksPane, ACTIONS),)
