"""A line to write on."""

from textual.events import Key
from textual.widgets import Input

from campaigns.core.text import printable


class Line(Input):
    """An input that never holds what a terminal obeys: what is pasted or filled in is spelt out first."""

    def validate_value(self, value: str) -> str:
        """Make the text harmless, and put it in one line."""
        return printable(value.replace("\n", " "))

    async def on_key(self, event: Key) -> None:
        """Edit at once: Textual would ask every node up to the application first, and letters would overtake it."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return
