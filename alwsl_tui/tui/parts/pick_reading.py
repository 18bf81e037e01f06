"""Reading what is known of the pick under the cursor, and of those that may be next, for the tab that shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.message import Message
from textual.widgets import Static
from textual.worker import get_current_worker

from alwsl_tui.drawing.picks import because
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.parts.card_shelf import CardShelf
from alwsl_tui.tui.parts.pick_card import Card, PickCard
from alwsl_tui.tui.widgets.listing import Listing
from alwsl_tui.tui.widgets.picture import PAINTED
from campaigns.core.plan import Plan
from campaigns.errors import AlwslError
from campaigns.services.results.evidence import RoundEvidence, Waiting
from campaigns.services.results.gallery import Gallery
from campaigns.services.results.picks import RoundKey
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PicksView:
    """What one look found."""

    key: RoundKey
    plan: Plan
    round: RoundEvidence | None
    """Compared by identity: one that has picked never changes."""
    waiting: Waiting | None
    """Why there is no round."""


class PickReading(Pane[PicksView]):
    """A list of picks and a card: shows the card of the pick under the cursor, at once where it was read ahead."""

    @dataclass
    class CardRead(Message, bubble=False):
        """What is known of one pick; the picture comes second where the data set has yet to be opened."""

        number: int
        round_: RoundEvidence
        card: Card

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.shelf = CardShelf(Gallery(workspace, name))
        self._number = self._at = 0
        """Of the last reading, and where the cursor stood then: pictures are drawn ahead of it."""

    @property
    def listing(self) -> Listing:
        """The picks."""
        return self.query_one(Listing)

    @property
    def card(self) -> PickCard:
        """The pick under the cursor."""
        return self.query_one(PickCard)

    def on_pick_reading_card_read(self, message: CardRead) -> None:
        """Show what is known, or draw it for when it is its turn."""
        content, card = self.content, message.card
        if content is None or content.round is None or message.round_ is not content.round:
            return
        if card.truth is not None:
            self.shelf.keep(content.round, card)
        if message.number == self._number and card.evidence.place == self.listing.cursor + 1:
            self._show_card(card)
        else:
            self.card.draw_ahead(card)

    def say(self, sentence: str) -> None:
        """Say in a sentence why an image was picked, or why none is."""
        self.query_one("#picks-why", Static).update(sentence, layout=False)

    def _show_card(self, card: Card) -> None:
        self.card.card = card
        self.say(because(card.evidence, card.criterion))

    def read_card(self) -> None:
        """Show the card under the cursor, at once where it was read ahead; then read those that may be next."""
        content = self.content
        if content is None or content.round is None or self.listing.key is None:
            return
        self._number += 1
        place, by = self.listing.cursor + 1, -1 if self.listing.cursor < self._at else 1
        self._at, kept = self.listing.cursor, self.shelf.card(content.round, place)
        ahead = self.shelf.ahead(content.round, place, by)
        if kept is None:
            self._read_on(self._number, content.round, (place, *ahead))
        else:
            self._show_card(kept)
            self.set_timer(PAINTED, partial(self._read_ahead, self._number, content.round, ahead))

    def _read_ahead(self, number: int, round_: RoundEvidence, places: Sequence[int]) -> None:
        if number == self._number:  # else somebody has gone on, and others are read
            self._read_on(number, round_, places)

    def _read_on(self, number: int, round_: RoundEvidence, places: Sequence[int]) -> None:
        read = partial(self._read_cards, number, round_, places)
        self.run_worker(read, thread=True, exclusive=True, group="card")

    def _read_cards(self, number: int, round_: RoundEvidence, places: Sequence[int]) -> None:
        worker = get_current_worker()
        try:
            for place in places:
                for card in () if worker.is_cancelled else self.shelf.read(round_, place):
                    self.post_message(self.CardRead(number, round_, card))
        except AlwslError as error:
            self.post_message(Failed(error))
