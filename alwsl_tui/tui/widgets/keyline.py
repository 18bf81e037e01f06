"""The keys of this place, in one line at the bottom."""

from textual.widgets import Footer


class KeyLine(Footer):
    """Shows the keys that can be pressed here. Textual's own line keeps every key that it has ever shown."""

    async def recompose(self) -> None:
        """Other keys; those that were shown before are let go."""
        await super().recompose()
        # Each key watches this attribute, and whoever has closed is dropped when it is touched. Without that a screen
        # that stays open gathers a dozen widgets whenever another one is opened above it: half a megabyte a time.
        self.mutate_reactive(Footer.compact)
