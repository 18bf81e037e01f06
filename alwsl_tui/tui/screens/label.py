"""One photograph at a time, the classes beside it: a person says what is there.

Nobody can answer for what was not seen: until its photograph is drawn, keys say nothing of an image. An answer is on
disk before the next photograph is shown.
"""

import time
from contextlib import suppress
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.widgets import Static

from alwsl_tui.drawing import label as drawing
from alwsl_tui.drawing.label import ClassLook, ClassMarks
from alwsl_tui.options import Images
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.messages import Left, RecheckWanted, SheetWanted
from alwsl_tui.tui.parts.finding import ClassFinding, FindLine
from alwsl_tui.tui.parts.marking import Marking
from alwsl_tui.tui.parts.photograph import Photograph
from alwsl_tui.tui.parts.seeing import Seeing
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.keyline import KeyLine
from alwsl_tui.tui.widgets.picture import Picture
from campaigns.core.answers import Opinion
from campaigns.errors import AlwslError
from campaigns.services.desk.desk import Desk, DeskView, walk
from campaigns.services.labelling.requests import WantedImage

AHEAD = 3
"""Photographs that are read and drawn before they are asked for."""


class LabelScreen(ClassFinding, Seeing):
    """Asks for labels of one image after the other."""

    PLACE: ClassVar[Place] = Place.LABEL
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.LABEL)),
        Binding("up", "move(0, -1)", "Class before, or look further up", show=False),
        Binding("down", "move(0, 1)", "Next class, or look further down", show=False),
        Binding("left", "move(-1, 0)", "Look further left", show=False),
        Binding("right", "move(1, 0)", "Look further right", show=False),
        Binding("escape", "leave", "Back", show=False),
    ]
    AUTO_FOCUS = ""  # keys are for the image until a class is looked for
    EVERY = 2.0
    DEFAULT_CSS = """
    LabelScreen #label-head, LabelScreen #label-why { height: 1; }
    LabelScreen #label-body { height: 1fr; margin: 0 1; }
    LabelScreen Photograph { width: 1fr; height: 1fr; }
    LabelScreen #label-side { width: 46; height: 1fr; margin: 0 0 0 2; }
    LabelScreen #label-classes { height: 1fr; }
    LabelScreen #label-last { height: 1; }
    LabelScreen FindLine { height: 1; display: none; }
    LabelScreen.-finding FindLine { display: block; }
    LabelScreen.-finding KeyLine { display: none; }
    LabelScreen.-small #label-side { width: 32; margin: 0 0 0 1; }
    LabelScreen.-tiny #label-body { layout: vertical; }
    LabelScreen.-tiny #label-side { width: 1fr; height: 1; margin: 0; }
    LabelScreen.-tiny #label-last, LabelScreen.-tiny #label-why { display: none; }
    """

    def __init__(self, desk: Desk, *, images: Images) -> None:
        super().__init__()
        self.desk, self.images = desk, images
        self.is_blind = False
        self.begin()

    def compose(self) -> ComposeResult:
        """Compose the head, the photograph beside the classes, a line to find a class on, and the keys."""
        yield Static(id="label-head")
        yield Static(id="label-why")
        with Horizontal(id="label-body"):
            yield Photograph(images=self.images)
            with Vertical(id="label-side"):
                yield Static(id="label-classes")
                yield Static(id="label-last")
        yield FindLine()
        yield KeyLine(compact=True)

    def on_unmount(self) -> None:
        """Leave to others what was not labelled."""
        self.app.run_worker(self._leave_images, thread=True, group="leave")

    def _leave_images(self) -> None:
        with suppress(AlwslError):  # they come free after some minutes
            self.desk.close()

    @property
    def is_ready(self) -> bool:
        """True when the keys are about an image that can be seen."""
        return self.asked is not None and self.photograph.is_drawn and not self.is_keeping

    def facts(self) -> dict[str, str]:
        """Return what the command lines of this place are filled with."""
        known = {"name": self.desk.name}
        if self.asked is not None:
            says = [f"{name}={opinion}" for name, opinion in self.marking.says.items()]
            known |= {"image": self.asked.image, "answer": ",".join(says) or "rest=no"}
            if self.marking.classes:
                known["class"] = self.marking.classes[self.marking.lit]
        return known

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out what answers where nothing may be changed."""
        changes = {known.name.partition("(")[0] for known in actions_of(self.PLACE) if known.is_change}
        return None if self.desk.is_readonly and action in changes else True

    def read(self) -> DeskView:
        """Read what is asked for."""
        return self.desk.look()

    def complain(self, error: AlwslError) -> None:
        """Leave where nobody labels, or where the campaign is there no more."""
        super().complain(error)
        if self.content is None:
            self.post_message(Left(self))

    def show(self, content: DeskView) -> None:
        """Draw how far it is; go on with the next image where the one on the screen is asked no more."""
        if not self.is_keeping and (self.asked is None or self.asked not in self.ahead_of(content)):
            self.turn_to(self.next_of(content))
        elif not self.is_keeping and self.marking.classes != content.classes:
            self.marking = self.marking.among(content.classes, content.names_since(self._line))
            self._line = content.line
            self.paint_map()
        self.draw()

    def on_resize(self, event: Resize) -> None:
        """Arrange by the room there is."""
        width, height = event.size
        self.set_class(width < 100, "-small")
        self.set_class(width < 60 or height < 16, "-tiny")
        self.call_after_refresh(self.draw)

    def on_picture_shown(self, _message: Picture.Shown) -> None:
        """Begin to count the time, now that there is something to see; drawn again it is still the same image."""
        if self.asked is not self._timed and self.photograph.is_drawn:
            self._timed, self._spent, self._since = self.asked, 0.0, time.monotonic()
        self.draw()

    def action_mark(self, at: int) -> None:
        """Mark a class as present, or take the mark away."""
        self.change(self.marking.toggle(at))

    def action_say(self, opinion: str) -> None:
        """Say yes, no or unsure of the lit class."""
        self.change(self.marking.say(Opinion(opinion)))

    def action_closer(self) -> None:
        """Look closer: twice, four times, and the whole photograph again."""
        self.photograph.closer()

    def action_map(self) -> None:
        """Show the class map of the lit class over the photograph, or hide it."""
        self.photograph.has_map = not self.photograph.has_map
        self.paint_map()

    def action_blind(self) -> None:
        """Hide what a model says, or show it again."""
        self.is_blind = not self.is_blind
        self.paint_map()
        self.draw()

    def action_sheet(self) -> None:
        """Ask about the lit class alone, several photographs at a time."""
        if self.marking.classes and not self.is_keeping:
            self.post_message(SheetWanted(self.desk, self.marking.classes[self.marking.lit]))

    def action_recheck(self) -> None:
        """Ask once more about answers that may be mistakes."""
        if not self.is_keeping:
            self.post_message(RecheckWanted(self.desk))

    def action_picture(self) -> None:
        """Draw photographs another way."""
        self.notify(f"Pictures: {self.photograph.next_way()}", timeout=2)

    def action_move(self, right: int, down: int) -> None:
        """Turn to another class, or look at another part of what is seen closer."""
        if self.photograph.is_close:
            self.photograph.shift(right, down)
        elif self.marking.classes:
            self.marking = self.marking.light(self.marking.lit + down)
            self.paint_map()
            self.draw()

    def action_leave(self) -> None:
        """Leave the search for a class; else back to where one came from."""
        if self.is_finding:
            self.stop_finding()
        else:
            self.post_message(Left(self))

    def change(self, marking: Marking) -> None:
        """Show other marks, if there is an image to mark."""
        if self.is_ready:
            self.count()
            self.marking = marking
            self.paint_map()
            self.draw()

    def turn_to(self, asked: WantedImage | None) -> None:
        """Show another image, and read and draw those behind it."""
        view = self.content
        self.asked = asked
        if asked is None or view is None:
            self.photograph.image, self.photograph.trouble = None, "" if view is None else self.nothing(view)
            if view is not None:  # a sheet may ask about a class that was added
                lit = next(iter(view.unasked), "")
                self.marking = Marking.of(view.classes, lit=view.classes.index(lit) if lit else 0)
            return
        self._line = view.line
        self.marking = Marking.of(view.classes, walk=walk(asked, view.classes))
        self.see([asked, *(other for other in self.ahead_of(view) if other != asked)][: AHEAD + 1])

    def hides_model(self, asked: WantedImage) -> bool:
        """Return whether nothing of what a model says is shown of an image."""
        return asked.is_test or self.is_blind or asked.pick is None

    def head(self, view: DeskView) -> Text:
        """Draw how far it is, in a line."""
        return drawing.head(view, width=self.size.width, palette=palette_of(self), is_ascii=is_ascii(self))

    def nothing(self, view: DeskView) -> str:
        """Say that no image is asked for."""
        return drawing.nothing(view)

    def draw(self) -> None:
        """Draw head, reason, classes and the last answer."""
        view, palette, plain = self.content, palette_of(self), is_ascii(self)
        if view is None or not self.is_attached:
            return
        self.query_one("#label-head", Static).update(self.head(view), layout=False)
        told = drawing.why(self.asked, is_drawn=self.photograph.is_drawn, is_blind=self.is_blind, palette=palette)
        self.query_one("#label-why", Static).update(told, layout=False)
        side = self.query_one("#label-classes", Static)
        columns = side.size.width
        last = drawing.last(self.last, columns=columns, palette=palette, is_ascii=plain)
        self.query_one("#label-last", Static).update(last, layout=False)
        if self.asked is None or columns < 20:
            side.update("", layout=False)
            return
        shown = None if self.hides_model(self.asked) else self.asked.shares(self.marking.classes)
        marks = ClassMarks(self.marking.classes, self.marking.lit, dict(self.marking.marks), self.marking.walk, shown)
        look = ClassLook(columns, max(1, side.size.height), palette, plain)
        is_tiny = self.has_class("-tiny")
        side.update(drawing.one_class(marks, look) if is_tiny else drawing.classes(marks, look), layout=False)
