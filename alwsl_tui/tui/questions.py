"""Short questions over whatever is on the screen: yes or no, a line of text, one of several."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from alwsl_tui.tui.closing import Closing
from alwsl_tui.tui.widgets.line import Line
from campaigns.core.text import printable


class Confirm(Closing, ModalScreen[bool]):
    """Asks before something is lost. Nothing is lost by pressing enter: the button that keeps is in front."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,n", "answer(False)", "no"),
        Binding("y", "answer(True)", "yes"),
        Binding("left,right", "app.focus_next", "other", show=False),
    ]

    def __init__(self, title: str, loss: str, *, command: str = "", no: str = "No, keep it (n)") -> None:
        super().__init__()
        self.question, self.loss, self.command, self.no = title, loss, command, no

    def compose(self) -> ComposeResult:
        """Compose the question, what is lost, and two buttons."""
        with Vertical(classes="dialog"):
            yield Static(Text(printable(self.question), "bold"))
            yield Static(Text(printable(self.loss)), classes="loss")
            if self.command:
                yield Static(Text(f"$ {printable(self.command)}"), classes="hint")
            with Horizontal(classes="buttons"):
                yield Button(self.no, id="no", variant="primary", compact=True)
                yield Button("Yes (y)", id="yes", variant="error", compact=True)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Either button."""
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Either key."""
        self.dismiss(is_yes)


class AskText(Closing, ModalScreen[str | None]):
    """Asks for one line; None when nothing was given."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "cancel")]

    def __init__(self, title: str, *, value: str = "", hint: str = "") -> None:
        super().__init__()
        self.question, self.value, self.hint = title, value, hint

    def compose(self) -> ComposeResult:
        """Compose the question and a line to write on."""
        with Vertical(classes="dialog"):
            yield Static(Text(printable(self.question), "bold"))
            yield Line(self.value, compact=True)
            yield Static(Text(printable(self.hint or "enter: accept   escape: cancel")), classes="hint")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        self.dismiss(event.value)

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
