"""A class found by its letters, on a line that opens for them."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from alwsl_tui.tui.parts.answering import Answering
from alwsl_tui.tui.parts.marking import matching
from alwsl_tui.tui.widgets.line import Line
from campaigns.core.answers import Opinion


class FindLine(Container):
    """The line to write letters of a class on."""

    def compose(self) -> ComposeResult:
        """Compose the line."""
        yield Line(placeholder="letters of a class; enter: mark   escape: cancel", compact=True)


class ClassFinding(Screen[None], Answering):
    """What a screen with a `FindLine` does to find a class; it is shown while the screen has the class `-finding`."""

    @property
    def is_finding(self) -> bool:
        """True while letters of a class are written."""
        return self.has_class("-finding")

    def action_find(self) -> None:
        """Find a class by its letters."""
        self.add_class("-finding")
        line = self.query_one(Line)
        line.value = ""
        line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Light the class that the letters mean so far."""
        if event.input.has_focus and (places := matching(self.marking.classes, event.value)):
            self.marking = self.marking.light(places[0])
            self.draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Mark the class that was found as present."""
        places = matching(self.marking.classes, event.value)
        if event.value.strip() and not places:
            self.notify(f"No class has {event.value!r} in its name.", timeout=4, markup=False)
            return
        self.stop_finding()
        if places:
            self.change(self.marking.say(Opinion.YES, places[0]))

    def stop_finding(self) -> None:
        """Leave the line: keys are for the image again."""
        self.remove_class("-finding")
        self.set_focus(None)
        self.draw()
