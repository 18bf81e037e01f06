"""What is to be seen of images: read in a thread, and ahead of when it is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PIL.Image import Image
from textual.message import Message

from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.parts.answering import Answering
from alwsl_tui.tui.parts.photograph import Photograph
from alwsl_tui.tui.widgets.picture import PAINTED
from campaigns.errors import AlwslError
from campaigns.home.maps import Maps
from campaigns.services.desk.desk import Desk
from campaigns.services.labelling.requests import WantedImage


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """What there is to see of an image."""

    asked: WantedImage
    image: Image | None
    """None when it cannot be read."""
    trouble: str = ""
    """Why not."""
    maps: Maps | None = None
    """(C, H, W); None where the round that picked it kept none."""
    error: AlwslError | None = None
    """Why its maps cannot be read, where some were kept."""


def sight_of(desk: Desk, asked: WantedImage) -> Sight:
    """Read an image, and its class maps where there are any."""
    try:
        image = desk.picture(asked.image)
    except AlwslError as error:
        return Sight(asked, None, f"{error}\ns skips it")
    try:
        return Sight(asked, image, maps=desk.class_maps(asked))
    except AlwslError as error:
        return Sight(asked, image, error=error)


class Seeing(Answering):
    """What a screen with one `Photograph` does to show images without a wait."""

    @dataclass
    class Read(Message, bubble=False):
        """What there is to see of an image was read."""

        sight: Sight

    def begin(self) -> None:
        """Know of no answer and no image yet."""
        super().begin()
        self._sights: dict[str, Sight] = {}
        self._turns = 0
        """How often another image was turned to."""

    @property
    def photograph(self) -> Photograph:
        """The photograph."""
        return self.query_one(Photograph)

    def on_seeing_read(self, message: Read) -> None:
        """Show what was read, or keep it for when it is its turn."""
        sight = self._sights[message.sight.asked.image] = message.sight
        if sight.asked == self.asked:
            self.photograph.trouble = sight.trouble
            self.paint_map()
            self.photograph.image = sight.image
        elif sight.image is not None:
            self.photograph.draw_ahead(sight.image)

    def see(self, upcoming: Sequence[WantedImage]) -> None:
        """Show the first of these images as soon as it is read; read and draw those behind it. Forget all others."""
        kept = {asked.image: sight for asked in upcoming if (sight := self._sight(asked)) is not None}
        self._sights = {image: sight for image, sight in kept.items() if sight.image is not None}
        shown = self._sights.get(upcoming[0].image)
        self.photograph.trouble = ""
        self.paint_map()
        self.photograph.image = None if shown is None else shown.image
        wanted = [asked for asked in upcoming if asked.image not in self._sights]
        self._turns += 1
        if shown is None:
            self._read_on(self._turns, wanted)
        else:
            self.set_timer(PAINTED, partial(self._read_on, self._turns, wanted))

    def _read_on(self, turn: int, wanted: Sequence[WantedImage]) -> None:
        # Somebody may have gone on before the paint: what is read for the image of now must not be ended by this.
        if turn == self._turns:
            self.run_worker(partial(self._read_sights, wanted), thread=True, exclusive=True, group="see")

    def paint_map(self) -> None:
        """Lay the map of the lit class over the photograph, where it is wanted and there is one."""
        asked, photograph, sight = self.asked, self.photograph, None
        if asked is not None and photograph.has_map and not self.hides_model(asked):
            sight = self._sight(asked)
        shown = None
        if sight is not None and sight.maps is not None and self.marking.classes:
            at = sight.asked.map_of(self.marking.classes[self.marking.lit])
            shown = None if at is None else sight.maps[at]
        photograph.class_map = shown
        if sight is not None and sight.error is not None:
            self.post_message(Failed(sight.error))

    def _sight(self, asked: WantedImage) -> Sight | None:
        sight = self._sights.get(asked.image)
        return sight if sight is not None and sight.asked == asked else None

    def _read_sights(self, wanted: Sequence[WantedImage]) -> None:
        for asked in wanted:
            self.post_message(self.Read(sight_of(self.desk, asked)))
