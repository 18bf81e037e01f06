"""An application with nothing but one tab of a campaign in it, and what the tab has said."""

from typing import Any

from textual.app import App, ComposeResult

from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.tui.messages import Failed, TabWanted
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.theme import theme_of
from campaigns.services.monitor.show import CampaignView


class Box(App[None]):
    """One pane, and what it has seen of its campaign."""

    def __init__(self, pane: Pane[Any], seen: CampaignView | None = None) -> None:
        super().__init__()
        for palette in THEMES.values():
            self.register_theme(theme_of(palette))
        self.theme = "dark"
        self.pane, self.seen = pane, seen
        self.wanted: list[TabWanted] = []
        self.failed: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.campaign = self.seen
        self.pane.enter()

    def on_tab_wanted(self, message: TabWanted) -> None:
        self.wanted.append(message)

    def on_failed(self, message: Failed) -> None:
        self.failed.append(str(message.error))
