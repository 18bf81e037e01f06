"""Answers of one person about one image after the other: kept, taken back, and how long each took."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from textual.message import Message

from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.parts.marking import Marking
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.questions import AskOne, AskText
from campaigns.core.answers import Opinion
from campaigns.errors import AlwslError
from campaigns.services.desk.desk import Desk, DeskView, LastAnswer
from campaigns.services.labelling.label import Spoken
from campaigns.services.labelling.requests import WantedImage

REASONS = (
    ("cannot tell", "cannot tell what it shows"),
    ("damaged", "damaged"),
    ("not for this task", "not for this task"),
    ("private", "private"),
    ("other", "another reason"),
)
"""Why an image is set aside: what is kept, and what is offered."""
PAUSE = 60.0
"""Seconds without a key after which somebody was away."""


class Answering(Looking[DeskView]):
    """What a screen to label on does with what is marked."""

    desk: Desk
    asked: WantedImage | None = None
    """The image that the keys are about."""
    marking: Marking = Marking(())

    @dataclass
    class Kept(Message, bubble=False):
        """An answer is on disk."""

        asked: WantedImage
        last: LastAnswer

    @dataclass
    class Returned(Message, bubble=False):
        """An answer was taken back; its image is asked again, with what was marked."""

        asked: WantedImage | None
        """None where nobody can be asked about it now."""
        last: LastAnswer

    @dataclass
    class NotKept(Message, bubble=False):
        """An answer could not be kept: the image stays."""

    def begin(self) -> None:
        """Know of no answer yet."""
        self._line = 0
        """By which line of answers the classes are shown."""
        self._away: dict[str, int | None] = {}
        """Images that were answered here and that the last look still had as open, with the line that answers them;
        None while that is written."""
        self._own: list[LastAnswer] = []
        """What was answered here and counts, in order: a look may not know of it yet."""
        self._returned: set[int] = set()
        """Numbers of answers that were taken back here."""
        self.is_keeping = False
        """True while an answer is on its way to the disk."""
        self._is_untold = False
        """True while the campaign has not been told of an answer that is on the disk."""
        self._timed: WantedImage | None = None
        """The image whose time is counted."""
        self._spent, self._since = 0.0, 0.0

    @property
    def is_ready(self) -> bool:
        """True when the keys are about an image that can be seen."""
        raise NotImplementedError

    @property
    def last(self) -> LastAnswer | None:
        """The answer that is taken back next."""
        if self._own:
            return self._own[-1]
        last = None if self.content is None else self.content.last
        return None if last is None or last.number in self._returned else last

    def turn_to(self, asked: WantedImage | None) -> None:
        """Show another image, or that none is asked for."""
        raise NotImplementedError

    def change(self, marking: Marking) -> None:
        """Show other marks."""
        raise NotImplementedError

    def draw(self) -> None:
        """Draw what is marked, and how far it is."""
        raise NotImplementedError

    def hides_model(self, asked: WantedImage) -> bool:
        """Return whether nothing of what a model says is shown of an image."""
        raise NotImplementedError

    def on_answering_kept(self, message: Kept) -> None:
        """Go on with the next image."""
        self.is_keeping = False
        self._away[message.asked.image] = message.last.number
        self._own.append(message.last)
        if self.content is not None:
            self.turn_to(self.next_of(self.content))
        self.draw()
        # The next photograph comes first: threads that read meanwhile would take turns with its paint.
        self.call_after_refresh(self._go_on)

    def on_unmount(self) -> None:
        """Let the campaign go on, where the screen was left right behind an answer."""
        self._tell_soon()

    def _go_on(self) -> None:
        self._tell_soon()
        self.look()

    def _tell_soon(self) -> None:
        if self._is_untold:
            self._is_untold = False
            self.app.run_worker(partial(self._tell, self.app.post_message), thread=True, group="tell")

    def _tell(self, post: Callable[[Message], object]) -> None:
        try:
            self.desk.tell()
        except AlwslError as error:
            post(Failed(error))

    def on_answering_not_kept(self) -> None:
        """Stay with the image."""
        self.is_keeping = False
        self._away = {image: line for image, line in self._away.items() if line is not None}

    def on_answering_returned(self, message: Returned) -> None:
        """Ask again what was taken back, with the marks it had."""
        self.is_keeping = False
        self._away.pop(message.last.answer.image, None)
        self._returned.add(message.last.number)
        self._own = [last for last in self._own if last != message.last]
        if message.asked is not None:
            self._mark_again(message.asked, message.last)
        self.draw()
        self.look_anew()  # one that began before would say that this image is not asked for, and go on

    def _mark_again(self, asked: WantedImage, last: LastAnswer) -> None:
        """Turn to an image with the marks that its last answer had."""
        self.turn_to(asked)
        for name, opinion in last.answer.says.items():
            if name in self.marking.classes:
                self.marking = self.marking.say(opinion, self.marking.classes.index(name))

    def action_rest_no(self) -> None:
        """Answer: every class without a mark is not there. On a walk, the lit class is not there."""
        if self.is_ready and not self.marking.is_walked:
            self.change(self.marking.say(Opinion.NO))
        else:
            self._answer(is_rest_no=True)

    def action_leave_rest(self) -> None:
        """Answer: of the classes without a mark nothing is said."""
        if self.marking.marks:
            self._answer(is_rest_no=False)
        elif self.is_ready:
            self.notify("Nothing is marked: mark a class, press enter where none is there, or s to skip.", timeout=4)

    def action_skip(self) -> None:
        """Ask why this image gets no labels, and set it aside."""
        if self.asked is None or self.is_keeping:
            return

        def chosen(reason: str | None) -> None:
            if reason == "other":
                ask_over(self, AskText("Why is it skipped?"), worded)
            elif reason is not None:
                self._answer(is_rest_no=False, skip=reason)

        def worded(reason: str | None) -> None:
            if reason:
                self._answer(is_rest_no=False, skip=reason)

        ask_over(self, AskOne("Skip this image: why?", REASONS), chosen)

    def action_take_back(self) -> None:
        """Take back the last key; where this image has no mark, the answer before."""
        if self.marking.before is not None:
            self.change(self.marking.undone())
        elif self.last is not None and not self.is_keeping:
            self.is_keeping = True
            self.run_worker(partial(self._return, self.last), thread=True, group="keep")

    def _answer(self, *, is_rest_no: bool, skip: str | None = None) -> None:
        asked = self.asked
        if asked is None or self.is_keeping or not (self.is_ready or skip):
            return
        self.count()
        spoken = Spoken(
            asked.image, self.marking.says if skip is None else {}, is_rest_no, skip, round(self._spent, 2),
            self.hides_model(asked), asked.request, self._line,
        )  # fmt: skip
        self.is_keeping = True
        self._away[asked.image] = None
        self.run_worker(partial(self._keep, asked, spoken), thread=True, group="keep")

    def _keep(self, asked: WantedImage, spoken: Spoken) -> None:
        try:
            last = self.desk.keep(spoken)
        except AlwslError as error:
            self.post_message(Failed(error))
            self.post_message(self.NotKept())
            return
        self._is_untold = True
        if not self.post_message(self.Kept(asked, last)):  # the screen has been left in the meantime
            self._tell(self.post_message)

    def _return(self, last: LastAnswer) -> None:
        try:
            self.desk.take_back(last)
        except AlwslError as error:
            self.post_message(Failed(error))
            self.post_message(self.NotKept())
            return
        asked = None
        try:
            asked = self.desk.ask_again(last.answer.image)
        except AlwslError as error:
            self.post_message(Failed(error))
        self.post_message(self.Returned(asked, last))

    def next_of(self, view: DeskView) -> WantedImage | None:
        """Return the image to ask about next; None when nothing is open."""
        ahead = self.ahead_of(view)
        return ahead[0] if ahead else None

    def ahead_of(self, view: DeskView) -> list[WantedImage]:
        """Return the images that are open, without those that were answered here since that look began."""
        # A look may have begun before the last answer was on the disk: only what it can know of is taken from it.
        self._away = {image: line for image, line in self._away.items() if line is None or line > view.line}
        return [asked for asked in view.wanted.images if asked.image not in self._away]

    def count(self) -> None:
        """Count the time since the last key, unless somebody was away."""
        now = time.monotonic()
        if now - self._since <= PAUSE:
            self._spent += now - self._since
        self._since = now
