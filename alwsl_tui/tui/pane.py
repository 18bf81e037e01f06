"""What the tabs of a campaign have in common."""

from collections.abc import Mapping
from typing import ClassVar

from textual.reactive import reactive

from alwsl_tui.options import Images
from alwsl_tui.tui.polling import Looking, T
from campaigns.errors import AlwslError, NoSuchName
from campaigns.services.monitor.show import CampaignView
from campaigns.services.workspace import Workspace


class Pane(Looking[T], can_focus=False):
    """One tab of a campaign: reads and draws only while it is on top.

    `seen` is what the campaign's screen saw last: state, jobs, rounds. What only this tab needs it reads by itself.
    """

    PLACE: ClassVar[str]
    """The name of its tab."""

    campaign: reactive[CampaignView | None] = reactive(None)

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__()
        self.workspace, self.name_ = workspace, name
        """`name_` is the campaign's: a widget has a `name` of its own."""
        self.images = Images.AUTO
        """How to draw pictures; set before the pane is composed."""

    def enter(self) -> None:
        """Come to the top: focus what keys should move, and look at once."""
        if not any(widget.focusable for widget in self.query("*")):
            self.can_focus = True  # keys reach a pane that has nothing to move in, too
            self.focus()
        self.look()

    def complain(self, error: AlwslError) -> None:
        """Leave it to the screen to say that its campaign is gone."""
        if not isinstance(error, NoSuchName) or self.name_ not in str(error):
            super().complain(error)

    def facts(self) -> dict[str, str]:
        """Return what command lines of this tab are about."""
        return {}

    def point_at(self, facts: Mapping[str, str]) -> None:
        """Show what another tab sent here for: a `job`, a `criterion`, a `trial`, a `round`."""
