"""The campaign under the cursor of a list: its curves, what it does or waits for, what happened last."""

from textual.app import ComposeResult
from textual.reactive import reactive
from textual.timer import Timer

from alwsl_tui.tui.parts.curve_tiles import CurvesTile
from alwsl_tui.tui.parts.job_tiles import EventsTile, LossesTile
from alwsl_tui.tui.polling import Looking
from campaigns.errors import AlwslError, NoSuchName
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.results.overview import Aspect, Overview, load_overview
from campaigns.services.workspace import Workspace

PAUSE = 0.15
"""Seconds that the cursor rests on a campaign before anything of it is read."""


class PreviewedTile(CurvesTile):
    """The curves of a campaign, under its name."""

    def about(self, overview: Overview) -> str:
        """Return whose they are, and who leads."""
        return f"{overview.view.row.name}: {super().about(overview)}"


class WorkTile(LossesTile):
    """The losses of what is trained; else why nothing is."""

    NAME = "now"

    def about(self, overview: Overview) -> str:
        """Return how the campaign stands."""
        return overview.view.standing


class Preview(Looking[Overview]):
    """Shows the campaign named `about`; looks when the cursor rests, and when it is told that something is new."""

    DEFAULT_CSS = """
    Preview { layout: vertical; height: 1fr; }
    Preview PreviewedTile { height: 2fr; }
    """

    about: reactive[str | None] = reactive(None)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._curves, self._work, self._news = PreviewedTile(), WorkTile(), EventsTile()
        self._is_due = False
        self._rest: Timer | None = None

    def compose(self) -> ComposeResult:
        """Compose curves, work and news."""
        for tile in (self._curves, self._work, self._news):
            tile.can_focus = False
            yield tile

    def on_mount(self) -> None:
        """Look at once, if there is a campaign."""
        self._is_due = True

    def watch_about(self) -> None:
        """Read another campaign, once the cursor rests on it."""
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(PAUSE, self._begin) if self.is_attached else None

    def learn(self) -> None:
        """Look once more: something has happened, here or elsewhere."""
        self._is_due = True

    def look(self) -> None:
        """Look, if there is anything to look for and somebody sees it."""
        if self._is_due and self.about is not None and not self._is_reading and self.is_watched():
            self._is_due = False
            super().look()

    def complain(self, error: AlwslError) -> None:
        """Leave it to the list that its campaign is gone."""
        if not isinstance(error, NoSuchName):
            super().complain(error)

    def read(self) -> Overview:
        """Read the campaign; curves that are the same are not read again."""
        name, before = self.about or "", self.content
        view: CampaignView = watch(self._workspace, name)
        kept = before if before is not None and before.view.row.id == view.row.id else None
        return load_overview(self._workspace, view, wanted={Aspect.CURVES, Aspect.LOSSES, Aspect.EVENTS}, before=kept)

    def show(self, content: Overview) -> None:
        """Draw it, unless the cursor has gone on."""
        if content.view.row.name == self.about:
            for tile in (self._curves, self._work, self._news):
                tile.take(content)

    def repaint(self) -> None:
        """Draw it again, in other colours."""
        for tile in (self._curves, self._work, self._news):
            tile.repaint()

    def _begin(self) -> None:
        self._is_due = True
        self.forget()
