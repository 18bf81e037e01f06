"""Jobs on the wall of a campaign: their losses, the log of one, and the table of all."""

from rich.text import Text
from textual.app import ComposeResult
from textual.widget import Widget

from alwsl_tui.drawing import overview as drawing
from alwsl_tui.drawing import rounds as rows
from alwsl_tui.drawing.overview import TileArea
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.parts.pagedlog import PagedLog
from alwsl_tui.tui.parts.rounds_sheet import sheet
from alwsl_tui.tui.parts.wall import TextTile, Tile
from alwsl_tui.tui.theme import palette_of
from alwsl_tui.tui.widgets.grid import Grid
from campaigns.core.states import CampaignState, JobState
from campaigns.services.logs.file import LogOf
from campaigns.services.monitor.show import CampaignView
from campaigns.services.results.overview import Aspect, Overview


class LossesTile(TextTile):
    """The losses of what is trained now; else why nothing is."""

    NAME, TAB = "losses", "rounds"
    ASPECT = Aspect.LOSSES

    def has(self, view: CampaignView) -> bool:
        """Return whether something is at work, or could be."""
        return view.state in _AWAKE or bool(drawing.running(view))

    def about(self, overview: Overview) -> str:
        """Return how many jobs are at work."""
        return f"{plural(len(drawing.running(overview.view)), 'job')} at work"

    def text(self, overview: Overview, area: TileArea) -> Text:
        """Return a line of losses for each."""
        return drawing.losses(overview.view, overview.losses, area)


class EventsTile(TextTile):
    """What happened last, in sentences, the newest at the bottom."""

    NAME, TAB = "events", "rounds"
    ASPECT = Aspect.EVENTS

    def has(self, view: CampaignView) -> bool:
        """Return whether anything has happened."""
        return bool(view.last_feed) or any(job.rounds for job in view.jobs)

    def text(self, overview: Overview, area: TileArea) -> Text:
        """Return as many as there is room for."""
        return drawing.events(overview.events, area)


class LogTile(Tile):
    """The last lines of the log that grows."""

    NAME, TAB = "log", "logs"
    ASPECT = Aspect.LOGS
    DEFAULT_CSS = """
    LogTile { padding: 0; }
    LogTile PagedLog, LogTile PagedLog:focus { border: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.view = PagedLog()
        self.log_: LogOf | None = None
        """The one that is shown: a widget has a `log` of its own."""

    def compose(self) -> ComposeResult:
        """Compose the log."""
        yield self.view

    @property
    def inner(self) -> Widget:
        """The log: arrow keys move through it."""
        return self.view

    def has(self, view: CampaignView) -> bool:
        """Return whether a worker was ever started."""
        return any(job.attempt is not None for job in view.jobs)

    def about(self, overview: Overview) -> str:
        """Return whose log it is."""
        return "" if self.log_ is None else f"{self.log_.job} attempt {self.log_.attempt}, {self.log_.state}"

    def draw(self, overview: Overview) -> None:
        """Stay with a log as long as it grows; then show the most urgent one."""
        before = self.log_
        same = [log for log in overview.logs if before is not None and log.path == before.path]
        is_growing = bool(same) and same[0] in _growing(overview)
        self.log_ = same[0] if is_growing else next(iter(overview.logs), None)
        if self.log_ is not None and self.view.path != self.log_.path:
            self.view.path = self.log_.path
        self.view.is_over = self.log_ is not None and self.log_ not in _growing(overview)
        if self.log_ != before:
            self.write_title()

    def facts(self) -> dict[str, str]:
        """Return whose log it shows."""
        return {} if self.log_ is None else {"job": self.log_.job}


class JobsTile(Tile):
    """Every job and round in a table."""

    NAME, TAB = "jobs", "rounds"
    DEFAULT_CSS = "JobsTile { padding: 0 0 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.grid = Grid()
        self._lines: tuple[rows.JobLine, ...] = ()
        self._at = ""
        """The job that the cursor was led to."""

    def compose(self) -> ComposeResult:
        """Compose the table."""
        yield self.grid

    @property
    def inner(self) -> Widget:
        """The table: arrow keys move over its cells."""
        return self.grid

    def about(self, overview: Overview) -> str:
        """Return how many models there are of those that are planned."""
        done = sum(row.done is not None for job in overview.view.jobs for row in job.rounds)
        return f"{done} of {plural(overview.view.row.plan.models, 'model')} done"

    def draw(self, overview: Overview) -> None:
        """Show another look at all jobs, where something happens."""
        plan = overview.view.row.plan
        lines = tuple(rows.line(job, plan) for job in rows.in_rows(overview.view.jobs, plan.criteria))
        if lines != self._lines or self.grid.sheet.rows != len(lines):
            self._lines = lines
            self.grid.sheet = sheet(lines, plan, palette_of(self))
        bad = next((at for at, line in enumerate(lines) if line.is_bad), None)
        busy = next((at for at, line in enumerate(lines) if line.job.row.state is JobState.RUNNING), None)
        row = bad if bad is not None else busy
        if row is not None and self._at != (at := lines[row].job.row.job.id) and not self.grid.has_focus:
            self._at = at
            self.grid.cursor = (row, lines[row].at or 0)

    def repaint(self) -> None:
        """Draw it again, in other colours too."""
        self._lines = ()
        super().repaint()

    def facts(self) -> dict[str, str]:
        """Return the cell under the cursor."""
        row, column = self.grid.cursor
        return {"job": self._lines[row].job.row.job.id, "round": str(column)} if row < len(self._lines) else {}


_AWAKE = {CampaignState.RUNNING, CampaignState.STRANDED, CampaignState.LABELLING}
"""States in which something is to be trained, as soon as what it waits for is there."""


def _growing(overview: Overview) -> tuple[LogOf, ...]:
    at_work = {job.row.job.id for job in drawing.running(overview.view)}
    return tuple(log for log in overview.logs if log.job in at_work)
