"""The keys of this place, in one line at the bottom."""

from textual.app import ComposeResult
from textual.widgets import Footer


class KeyLine(Footer):
    """Shows the keys that can be pressed here. Textual's own line keeps every key that it has ever shown."""

    def compose(self) -> ComposeResult:
        """Compose the keys, without those whose actions the screen leaves out: `unlisted` of it has their names."""
        unlisted: frozenset[str] = getattr(self.screen, "unlisted", frozenset())
        for widget in super().compose():
            if getattr(widget, "action", None) in unlisted:
                self.styles.grid_size_columns = max(1, (self.styles.grid_size_columns or 1) - 1)
            else:
                yield widget

    async def recompose(self) -> None:
        """Other keys; those that were shown before are let go."""
        await super().recompose()
        # Each key watches this attribute, and whoever has closed is dropped when it is touched. Without that a screen
        # that stays open gathers a dozen widgets whenever another one is opened above it: half a megabyte a time.
        self.mutate_reactive(Footer.compact)
