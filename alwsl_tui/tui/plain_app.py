"""An application that keeps to ASCII where somebody asks for it."""

from textual.app import App
from textual.binding import Binding
from textual.filter import LineFilter

from alwsl_tui.tui.actions import plain_key
from alwsl_tui.tui.theme import Ascii


class PlainApp(App[None]):
    """Lets nothing but ASCII reach the terminal while it has the class `ascii`."""

    def get_key_display(self, binding: Binding) -> str:
        """Return how a key is shown at the bottom; the filter of lines would make a sign a `?`."""
        shown = super().get_key_display(binding)
        return plain_key(shown) if self.has_class("ascii") else shown

    def get_line_filters(self) -> list[LineFilter]:
        """Add the filter that makes ASCII of everything, whoever drew it."""
        filters = list(super().get_line_filters())
        return [*filters, Ascii()] if self.has_class("ascii") else filters
