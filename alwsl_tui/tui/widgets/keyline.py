"""The keys of this place, in one line at the bottom."""

from collections.abc import Hashable

from textual.app import ComposeResult
from textual.widgets import Footer


class KeyLine(Footer):
    """Shows the keys that can be pressed here. Textual's own line keeps every key that it has ever shown."""

    _composed: Hashable = None
    """Which keys are shown."""

    def compose(self) -> ComposeResult:
        """Compose the keys, without those whose actions the screen leaves out: `unlisted` of it has their names."""
        for widget in super().compose():
            if getattr(widget, "action", None) in self._unlisted:
                self.styles.grid_size_columns = max(1, (self.styles.grid_size_columns or 1) - 1)
            else:
                yield widget

    async def recompose(self) -> None:
        """Other keys; those that were shown before are let go. The same keys stay."""
        if not self.is_attached:  # asked for before its screen was left
            return
        # Textual asks for it whenever keys go to another widget, twice: all is laid out and drawn anew for it.
        if (keys := self._keys()) == self._composed:
            return
        self._composed = keys
        await super().recompose()
        # Each key watches this attribute, and whoever has closed is dropped when it is touched. Without that a screen
        # that stays open gathers a dozen widgets whenever another one is opened above it: half a megabyte a time.
        self.mutate_reactive(Footer.compact)

    @property
    def _unlisted(self) -> frozenset[str]:
        return getattr(self.screen, "unlisted", frozenset())

    def _keys(self) -> Hashable:
        shown = (active for active in self.screen.active_bindings.values() if active.binding.show)
        keys = tuple(
            (each.binding, self.app.get_key_display(each.binding), each.enabled, each.tooltip) for each in shown
        )
        return self._bindings_ready, self._unlisted, keys
