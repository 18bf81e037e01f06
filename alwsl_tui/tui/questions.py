"""Short questions over whatever is on the screen: yes or no, a line of text, one of several."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from alwsl_tui.tui.closing import Closing
from alwsl_tui.tui.theme import palette_of
from alwsl_tui.tui.typing_order import InOrder
from alwsl_tui.tui.widgets.line import Line
from campaigns.core.text import printable
from campaigns.errors import AlwslError
from campaigns.home.disk import telling


class Confirm(Closing, ModalScreen[bool]):
    """Asks before something is lost, or begins. Nothing is by pressing enter: the button that keeps is in front."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "no"),
        Binding("y", "answer(True)", "yes"),
        Binding("left,right", "app.focus_next", "other", show=False),
    ]

    def __init__(
        self, title: str, loss: str, *, command: str = "", no: str = "No, keep it (n)", is_loss: bool = True
    ) -> None:  # fmt: skip
        super().__init__()
        self.question, self.loss, self.command, self.no, self.is_loss = title, loss, command, no, is_loss

    def compose(self) -> ComposeResult:
        """Compose the question, what is lost, and two buttons."""
        with Vertical(classes="dialog"):
            yield Static(Text(printable(self.question), "bold"))
            yield Static(Text(printable(self.loss)), classes="loss" if self.is_loss else "")
            if self.command:
                yield Static(Text(f"$ {printable(self.command)}"), classes="hint")
            with Horizontal(classes="buttons"):
                yield Button(self.no, id="no", variant="primary", compact=True)
                yield Button("Yes (y)", id="yes", variant="error" if self.is_loss else "success", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Either button."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Either key."""
        self.dismiss(is_yes)


class AskText(Closing, ModalScreen[str | None]):
    """Asks for one line; None when nothing was given.

    `check` is called in a thread with what was written, and raises AlwslError for what cannot be taken: that is told
    below the line, which stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "cancel")]

    @dataclass
    class Checked(Message, bubble=False):
        """A line was looked at."""

        value: str
        error: AlwslError | None

    def __init__(
        self, title: str, *, value: str = "", hint: str = "", check: Callable[[str], object] | None = None
    ) -> None:  # fmt: skip
        super().__init__()
        self.question, self.value, self.hint, self.check = title, value, hint, check

    def compose(self) -> ComposeResult:
        """Compose the question and a line to write on."""
        with Vertical(classes="dialog"):
            yield Static(Text(printable(self.question), "bold"))
            yield Line(self.value, compact=True)
            yield Static(Text(printable(self.hint or "enter: accept   escape: cancel")), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        if self.check is None or not event.value.strip():
            self.dismiss(event.value)
        else:
            if isinstance(self.app, InOrder):  # what is typed behind it may be for the next question
                self.app.hold_keys(self)
            self.run_worker(partial(self._look_at, event.value), thread=True, exclusive=True, group="check")

    def _look_at(self, value: str) -> None:
        assert self.check is not None
        error = None
        try:
            with telling(Path()):
                self.check(value)
        except AlwslError as wrong:
            error = wrong
        self.post_message(self.Checked(value, error))

    def on_ask_text_checked(self, message: Checked) -> None:
        """Close with a line that can be taken; say what is wrong with another one, unless it has changed meanwhile."""
        if message.error is None:
            self.dismiss(message.value)
        elif self.query_one(Line).value == message.value:
            what = message.error.mistakes[0].what if message.error.mistakes else message.error.message
            told = Text(
                printable(f"{what}; {message.error.hint}" if message.error.hint else what), palette_of(self).bad
            )
            self.query_one(".hint", Static).update(told)
            self._let_keys_go_on()

    def on_unmount(self) -> None:
        """Let keys go on to whatever comes next."""
        self._let_keys_go_on()

    def _let_keys_go_on(self) -> None:
        if isinstance(self.app, InOrder):
            self.app.release_keys(self)

    def action_give_up(self) -> None:
        """Escape."""
        self.dismiss(None)


class AskOne(Closing, ModalScreen[str | None]):
    """Asks for one of several; None when none was taken."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "cancel")]

    def __init__(self, title: str, choices: Sequence[tuple[str, str]], *, chosen: str | None = None) -> None:
        super().__init__()
        self.question, self.choices, self.chosen = title, tuple(choices), chosen

    def compose(self) -> ComposeResult:
        """Compose the question and what there is; (key, text) each."""
        with Vertical(classes="dialog"):
            yield Static(Text(printable(self.question), "bold"))
            yield OptionList(*(Option(Text(printable(text)), id=f"o{at}") for at, (_, text) in enumerate(self.choices)))
            yield Static(Text("enter: accept   escape: cancel"), classes="hint")

    def on_mount(self) -> None:
        """Begin with what is chosen now."""
        keys = [key for key, _ in self.choices]
        if self.chosen in keys:
            self.query_one(OptionList).highlighted = keys.index(self.chosen)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        self.dismiss(self.choices[event.option_index][0])

    def action_give_up(self) -> None:
        """Escape."""
        self.dismiss(None)
