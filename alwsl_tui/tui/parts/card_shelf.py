"""Cards of the picks of one round: read in a thread, and ahead of when they are asked for."""

from collections.abc import Iterator
from dataclasses import replace

from alwsl_tui.tui.parts.contact_sheet import SheetOf
from alwsl_tui.tui.parts.pick_card import Card, painting_of
from alwsl_tui.tui.widgets.picture import Painting
from campaigns.errors import AlwslError
from campaigns.services.results.evidence import RoundEvidence, evidence
from campaigns.services.results.gallery import Gallery

KEPT = 6
"""Whole cards that are kept: the one that is shown, and those around it."""


class CardShelf:
    """Reads cards, and keeps the last ones that are whole. Only whoever shows them asks what is kept."""

    def __init__(self, gallery: Gallery) -> None:
        self._gallery = gallery
        self._round: RoundEvidence | None = None
        self._cards: dict[int, Card] = {}

    def card(self, round_: RoundEvidence, place: int) -> Card | None:
        """Return the whole card of a pick, by its place from 1; None where it has to be read."""
        return self._cards.get(place) if round_ is self._round else None

    def keep(self, round_: RoundEvidence, card: Card) -> None:
        """Keep a card that is whole."""
        if round_ is not self._round:
            self._round, self._cards = round_, {}
        if card.image is not None:
            self._cards.pop(card.evidence.place, None)
            self._cards[card.evidence.place] = card
            for place in list(self._cards)[:-KEPT]:
                del self._cards[place]

    def ahead(self, round_: RoundEvidence, place: int, by: int) -> tuple[int, ...]:
        """Return the places that may be asked for next and are not kept: two onwards, one back."""
        wanted = (place + by, place - by, place + 2 * by)
        return tuple(at for at in wanted if 1 <= at <= len(round_.picked.picks) and self.card(round_, at) is None)

    def read(self, round_: RoundEvidence, place: int) -> Iterator[Card]:
        """Read the card of a pick, in a thread: first without its picture, where the data set has yet to be opened.

        Raises:
            AlwslError: its class maps are damaged.
        """
        card = Card(evidence(round_, place), round_.key.criterion, round_.kept)
        if not self._gallery.is_open:
            yield card
        image = card.evidence.pick.image
        try:
            truth = self._gallery.truth(image, card.evidence.classes)
            card = replace(card, truth=truth, image=self._gallery.picture(image))
        except AlwslError as error:
            card = replace(card, trouble=str(error))
        yield card

    def sheet(self, round_: RoundEvidence) -> SheetOf:
        """Return all picks of a round for a sheet: each under the map of its likeliest class."""

        def paint(place: int) -> Painting:
            known = evidence(round_, place + 1)
            card = Card(known, round_.key.criterion, round_.kept)
            return painting_of(card, self._gallery.picture(known.pick.image), known.likeliest, has_regions=False)

        captions = []
        for place, pick in enumerate(round_.picked.picks, 1):
            likeliest = max(range(len(pick.probabilities)), key=pick.probabilities.__getitem__)
            captions.append(f"{place} {round_.classes[likeliest]} {pick.probabilities[likeliest]:.2f}")
        return SheetOf(captions, paint)
