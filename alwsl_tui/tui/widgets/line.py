"""A line to write on."""

from textual.widgets import Input

from campaigns.core.text import printable


class Line(Input):
    """An input that never holds what a terminal obeys: what is pasted or filled in is spelt out first."""

    def validate_value(self, value: str) -> str:
        """Make the text harmless, and put it in one line."""
        return printable(value.replace("\n", " "))
