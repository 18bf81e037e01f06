"""A sheet: one class, several photographs at once; letters that stand like the photographs mark those that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, Vertical
from textual.events import Resize
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from alwsl_tui.drawing import sheet as drawing
from alwsl_tui.options import Images
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.messages import Failed, Left
from alwsl_tui.tui.parts.photograph import Photograph
from alwsl_tui.tui.parts.seeing import Sight, sight_of
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.keyline import KeyLine
from alwsl_tui.tui.widgets.picture import Picture
from campaigns.core.answers import Channel, Opinion
from campaigns.errors import AlwslError, NotNow
from campaigns.services.desk.desk import Desk, LastAnswer
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.requests import WantedImage

LETTERS = "qweasd"
"""As they stand on the keyboard: three above three."""


class SheetPlace(Vertical):
    """One photograph of the sheet, and below it its letter and its mark."""

    def __init__(self, at: int, *, images: Images) -> None:
        super().__init__()
        self.at, self._images = at, images

    def compose(self) -> ComposeResult:
        """Compose the photograph and its caption."""
        yield Photograph(images=self._images)
        yield Static()

    @property
    def photograph(self) -> Photograph:
        """The photograph."""
        return self.query_one(Photograph)


class SheetScreen(Screen[None], Looking[tuple[WantedImage, ...]]):
    """Asks about one class, a sheet of photographs at a time. An answer says nothing of other classes."""

    PLACE: ClassVar[Place] = Place.SHEET
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.SHEET)),
        Binding("escape", "leave", "Back", show=False),
    ]
    EVERY = 2.0
    DEFAULT_CSS = """
    SheetScreen #sheet-head, SheetScreen #sheet-why { height: 1; }
    SheetScreen Grid { grid-size: 3 2; grid-gutter: 0 1; height: 1fr; margin: 0 1; }
    SheetScreen.-small Grid { grid-size: 2 1; }
    SheetScreen.-tiny Grid { grid-size: 1 1; }
    SheetScreen SheetPlace Photograph { height: 1fr; }
    SheetScreen SheetPlace Static { height: 1; }
    """

    @dataclass
    class Read(Message, bubble=False):
        """What there is to see of an image was read."""

        sight: Sight

    @dataclass
    class Kept(Message, bubble=False):
        """The answers about a sheet are on the disk; or they were taken back."""

        answers: tuple[LastAnswer, ...]

    def __init__(self, desk: Desk, class_name: str, *, images: Images) -> None:
        super().__init__()
        self.desk, self.class_name, self.images = desk, class_name, images
        self.page: tuple[WantedImage, ...] = ()
        """What is on the sheet, at most as many as it has places."""
        self.shown: frozenset[int] = frozenset()
        """Places whose photographs show the class."""
        self._last: tuple[LastAnswer, ...] = ()
        self._unread: set[str] = set()
        """Images that cannot be read: they are left to the screen of one photograph."""
        self.is_keeping = False

    def compose(self) -> ComposeResult:
        """Compose the question, the photographs, and the keys."""
        yield Static(id="sheet-head")
        yield Static(id="sheet-why")
        with Grid():
            for at in range(len(LETTERS)):
                yield SheetPlace(at, images=self.images)
        yield KeyLine(compact=True)

    @property
    def count(self) -> int:
        """How many photographs there is room for."""
        return 1 if self.has_class("-tiny") else 2 if self.has_class("-small") else len(LETTERS)

    @property
    def places(self) -> Sequence[SheetPlace]:
        """Every place, in order."""
        return list(self.query(SheetPlace))

    @property
    def is_ready(self) -> bool:
        """True when every photograph of the sheet can be seen."""
        places = self.places[: len(self.page)]
        return bool(self.page) and not self.is_keeping and all(place.photograph.is_drawn for place in places)

    def facts(self) -> dict[str, str]:
        """Return what the command lines of this place are filled with."""
        known = {"name": self.desk.name, "class": self.class_name}
        return known | {f"image{at}": asked.image for at, asked in enumerate(self.page)}

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what answers where nothing may be changed."""
        changes = {known.name.partition("(")[0] for known in actions_of(self.PLACE) if known.is_change}
        return None if self.desk.is_readonly and action in changes else True

    def read(self) -> tuple[WantedImage, ...]:
        """Read which images that are asked for nobody has said anything about of the class."""
        return self.desk.unasked(self.class_name)

    def show(self, content: tuple[WantedImage, ...]) -> None:
        """Keep the sheet as it is while all of it is still open; else begin another one."""
        if not self.is_keeping and (not self.page or not set(self._names()) <= {each.image for each in content}):
            self._turn_to(content)
        self.draw()

    def on_resize(self, event: Resize) -> None:
        """Arrange by the room there is."""
        before = self.count
        self.set_class(event.size.width < 100 or event.size.height < 30, "-small")
        self.set_class(event.size.width < 60 or event.size.height < 16, "-tiny")
        if self.content is not None and self.count != before:
            self._turn_to(self.content)
        self._arrange()
        self.call_after_refresh(self.draw)

    def on_sheet_screen_read(self, message: Read) -> None:
        """Show a photograph, or leave out what cannot be read."""
        sight = message.sight
        if sight.image is None:
            self._unread.add(sight.asked.image)
            self._turn_to(self.content or ())
        elif sight.asked.image in self._names():
            self.places[self._names().index(sight.asked.image)].photograph.image = sight.image

    def on_picture_shown(self, _message: Picture.Shown) -> None:
        """Name the photograph, now that it can be seen."""
        self.draw()

    def on_sheet_screen_kept(self, message: Kept) -> None:
        """Go on with the next sheet."""
        self.is_keeping, self._last, self.page = False, message.answers, ()
        self.forget()

    def action_shows(self, at: int) -> None:
        """Mark a photograph as one that shows the class, or take the mark away."""
        if self.is_ready and at < len(self.page):
            self.shown ^= {at}
            self.draw()

    def action_rest_no(self) -> None:
        """Answer: the marked photographs show the class, the others do not."""
        if self.is_ready:
            self.is_keeping = True
            spoken = [
                Spoken(asked.image, {self.class_name: Opinion.YES if at in self.shown else Opinion.NO},
                       is_blind=True, request=asked.request)
                for at, asked in enumerate(self.page)
            ]  # fmt: skip
            self.run_worker(partial(self._keep, spoken), thread=True, group="keep")

    def action_take_back(self) -> None:
        """Take back the marks; where there is none, the answers about the sheet before."""
        if self.shown:
            self.shown = frozenset()
            self.draw()
        elif self._last and not self.is_keeping:
            self.is_keeping = True
            self.run_worker(partial(self._return, self._last), thread=True, group="keep")

    def action_picture(self) -> None:
        """Draw photographs another way."""
        ways = [place.photograph.next_way() for place in self.places]
        self.notify(f"Pictures: {ways[0]}", timeout=2)

    def action_leave(self) -> None:
        """Go back to one photograph at a time."""
        self.post_message(Left(self))

    def _names(self) -> list[str]:
        return [asked.image for asked in self.page]

    def _turn_to(self, content: Sequence[WantedImage]) -> None:
        self.page = tuple(asked for asked in content if asked.image not in self._unread)[: self.count]
        self.shown = frozenset()
        for place in self.places:
            place.photograph.image = None
        self._arrange()
        self.run_worker(partial(self._read_sights, self.page), thread=True, exclusive=True, group="see")
        self.draw()

    def _arrange(self) -> None:
        for place in self.places:
            place.display = place.at < self.count

    def _read_sights(self, page: Sequence[WantedImage]) -> None:
        for asked in page:
            self.post_message(self.Read(sight_of(self.desk, asked)))

    def _keep(self, spoken: Sequence[Spoken]) -> None:
        try:
            self.post_message(self.Kept(self.desk.keep_all(spoken, via=Channel.SHEET)))
            self.desk.tell()
        except AlwslError as error:
            self.is_keeping = False
            self.post_message(Failed(error))

    def _return(self, answers: Sequence[LastAnswer]) -> None:
        try:
            lost = self.desk.take_back_all(answers)
        except AlwslError as error:
            self.is_keeping = False
            self.post_message(Failed(error))
            return
        if lost:
            told = f"the answers are taken back; somebody else labels {len(lost)} of those images now"
            self.post_message(Failed(NotNow(told)))
        self.post_message(self.Kept(()))

    def draw(self) -> None:
        """Draw the question and what stands below each photograph."""
        if self.content is None or not self.is_attached:
            return
        palette, plain = palette_of(self), is_ascii(self)
        head = drawing.head(self.desk.name, self.class_name, len(self.content), palette=palette)
        self.query_one("#sheet-head", Static).update(head)
        self.query_one("#sheet-why", Static).update(drawing.why(bool(self.page), palette=palette))
        for place in self.places:
            caption = Text()
            if place.at < len(self.page) and place.photograph.is_drawn:
                is_shown, image = place.at in self.shown, self.page[place.at].image
                caption = drawing.caption(LETTERS[place.at], image, is_shown, palette=palette, is_ascii=plain)
            place.query_one(Static).update(caption, layout=False)
