"""A line of a form that is answered by choosing from a list that does not have everything, or by typing."""

from collections.abc import Iterable

from textual.widget import Widget
from textual.widgets import Input, Select

from alwsl_tui.tui.widgets.fields import OneField
from alwsl_tui.tui.widgets.line import Line

TYPED = ""
"""What is chosen when the answer is typed."""


class OpenField(OneField):
    """Answered by choosing one of several, the last of which is to type another."""

    DEFAULT_CSS = """
    OpenField > Line { display: none; margin: 0 0 0 12; }
    OpenField.-typed > Line { display: block; }
    """

    def __init__(
        self, key: str, label: str, options: Iterable[tuple[str, str]], *, other: str, placeholder: str
    ) -> None:
        """Offer `options` and `other`, a text for what no option is; `placeholder` is an example of it."""
        super().__init__(key, label, [*options, (TYPED, other)])
        self._input = Line("", placeholder=placeholder, compact=True, select_on_focus=False)

    def below(self) -> Iterable[Widget]:
        """Return the line to type on."""
        return (self._input,)

    @property
    def text(self) -> str:
        """What is chosen or typed."""
        return super().text or self._input.value.strip()

    def fill(self, text: str) -> None:
        """Choose it, or write it below the list."""
        is_typed = text not in (key for key, _ in self._options)
        with self._select.prevent(Select.Changed), self._input.prevent(Input.Changed):
            self._input.value = text if is_typed else ""
            self._select.value = TYPED if is_typed else text
        self.set_class(is_typed, "-typed")

    def on_select_changed(self, event: Select.Changed) -> None:
        """Show or hide the line to type on, and go there."""
        is_typed = event.value == TYPED
        self.set_class(is_typed, "-typed")
        if is_typed:
            self._input.focus()
        super().on_select_changed(event)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Report every keystroke."""
        event.stop()
        self.post_message(self.Changed())
