"""The campaign under the cursor of a list: its curves, what it does or waits for, what happened last."""

from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.reactive import reactive
from textual.timer import Timer

from alwsl_tui.drawing import station_lines
from alwsl_tui.drawing.overview import TileArea
from alwsl_tui.tui.parts.curve_tiles import CurvesTile
from alwsl_tui.tui.parts.job_tiles import LossesTile
from alwsl_tui.tui.parts.wall import TextTile
from alwsl_tui.tui.polling import Looking
from campaigns.errors import AlwslError, NoSuchName
from campaigns.services.monitor.feed import FeedLine, load_feed
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.results.overview import Aspect, Overview, load_overview
from campaigns.services.workspace import Workspace

PAUSE = 0.15
"""Seconds that the cursor rests on a campaign before anything of it is read."""
LAST = 200
"""Entries of the feed of all campaigns, among which the last ones of this one are looked for."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """What there is to see of a campaign."""

    overview: Overview
    feed: tuple[FeedLine, ...]


class NewsTile(TextTile):
    """What happened last in a campaign, the newest at the bottom."""

    NAME = "news"
    TAB = "rounds"

    def __init__(self) -> None:
        super().__init__()
        self.feed: tuple[FeedLine, ...] = ()

    def text(self, overview: Overview, area: TileArea) -> Text:
        """Return as many entries as there is room for."""
        lines = [
            station_lines.happened(entry, area.palette, has_name=False) for entry in self.feed[-max(1, area.rows) :]
        ]
        for line in lines:
            line.truncate(area.columns, overflow="ellipsis")
        return Text("\n", no_wrap=True, end="").join(lines or [Text("nothing yet", area.palette.muted)])


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


class Preview(Looking[Previewed]):
    """Shows the campaign named `about`; looks when the cursor rests, and when it is told that something is new."""

    DEFAULT_CSS = """
    Preview { layout: vertical; height: 1fr; }
    Preview PreviewedTile { height: 2fr; }
    """

    about: reactive[str | None] = reactive(None)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._curves, self._work, self._news = PreviewedTile(), WorkTile(), NewsTile()
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

    def read(self) -> Previewed:
        """Read the campaign; curves that are the same are not read again."""
        name, before = self.about or "", self.content
        view: CampaignView = watch(self._workspace, name)
        kept = before.overview if before is not None and before.overview.view.row.id == view.row.id else None
        overview = load_overview(self._workspace, view, wanted={Aspect.CURVES, Aspect.LOSSES}, before=kept)
        rows = load_feed(self._workspace, name, after=max(0, view.last_feed - LAST))
        return Previewed(
            overview, tuple(FeedLine(row.id, row.at, name, row.job, row.is_warning, row.text) for row in rows)
        )

    def show(self, content: Previewed) -> None:
        """Draw it, unless the cursor has gone on."""
        if content.overview.view.row.name == self.about:
            self._news.feed = content.feed
            for tile in (self._curves, self._work, self._news):
                tile.take(content.overview)

    def repaint(self) -> None:
        """Draw it again, in other colours."""
        for tile in (self._curves, self._work, self._news):
            tile.repaint()

    def _begin(self) -> None:
        self._is_due = True
        self.forget()
