"""Every round of every job in one table, and all that is known of the one under the cursor."""

from collections.abc import Mapping
from typing import ClassVar

from rich.text import Text
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from alwsl_tui.drawing import rounds as drawing
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.messages import Failed, TabWanted
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.parts.rounds_sheet import sheet
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.grid import Grid
from campaigns.core.ids import Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import JobState
from campaigns.core.text import printable
from campaigns.errors import NotNow
from campaigns.services.results.rounds import RoundDetails, RoundsToday, load_details
from campaigns.services.workspace import Workspace

WIDE = 130
"""Cells from which on table and details stand side by side."""
WHOLE = 16
"""Lines below the table from which on all details are seen without asking."""

_PICKS = "alwsl-tui picks {name} --criterion {criterion} --trial {trial} --round {round}"
ACTIONS = (
    Action("rounds", "losses", "l", "Losses of this round", "alwsl-tui rounds {name}", short="losses"),
    Action("rounds", "to_picks", "i", "Picks of this round", _PICKS, short="picks"),
    Action("rounds", "to_log", "g", "Log of this job", "alwsl-tui logs {name} --job {job}", short="log"),
)  # fmt: skip


class RoundsPane(Pane[RoundDetails]):
    """Rows are jobs, columns are rounds; the details follow the cursor."""

    PLACE = "rounds"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("escape", "close", "Back to the table", show=False),
    ]
    DEFAULT_CSS = """
    RoundsPane { height: 1fr; width: 1fr; }
    RoundsPane #rounds-head { height: 1; padding: 0 1; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    RoundsPane #rounds-body { height: 1fr; layout: vertical; }
    RoundsPane Grid { height: 1fr; margin: 0 0 0 1; }
    RoundsPane #rounds-cell {
        height: auto; max-height: 40%; padding: 0 1; scrollbar-size-vertical: 1; border-top: solid $panel;
    }
    RoundsPane #rounds-cell.-open { max-height: 75%; }
    RoundsPane #rounds-cell:focus { border-top: solid $accent; }
    RoundsPane.-wide #rounds-body { layout: horizontal; }
    RoundsPane.-wide Grid { width: auto; max-width: 60%; margin: 0 1; }
    RoundsPane.-wide #rounds-cell, RoundsPane.-wide #rounds-cell.-open {
        width: 1fr; height: 1fr; max-height: 100%; border-top: none; border-left: solid $panel;
    }
    RoundsPane.-wide #rounds-cell:focus { border-left: solid $accent; }
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        # Kept, not asked for: what is inside of a child is there a moment after the child itself.
        self.head = Static(id="rounds-head", markup=False)
        self.grid = Grid()
        self.details = Static(id="rounds-details", markup=False)
        self.cell = VerticalScroll(self.details, id="rounds-cell")
        self._lines: tuple[drawing.JobLine, ...] = ()
        self._lengths: tuple[int, ...] = ()
        """Of the lines of the details: where they stay the same, so does the room they need."""
        self._asked: Mapping[str, str] = {}
        """What another tab asked for before there was anything to show."""
        self._wanted: tuple[JobId, int] | None = None
        """Job and round to read next."""
        self._today = RoundsToday()
        """Kept while details of another cell are read."""

    def compose(self) -> ComposeResult:
        """Compose a line on the whole, the table, the details."""
        yield self.head
        with Container(id="rounds-body"):
            yield self.grid
            yield self.cell

    @property
    def here(self) -> tuple[drawing.JobLine, int] | None:
        """Job and round under the cursor."""
        row, column = self.grid.cursor
        return (self._lines[row], column) if row < len(self._lines) else None

    def enter(self) -> None:
        """Let the arrow keys move over the cells."""
        self.grid.focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return what the command lines of this place are filled with."""
        if self.here is None:
            return {}
        line, round_ = self.here
        job = line.job.row.job
        known = {"job": str(job.id), "round": str(round_)}
        if job.trial is not None:
            # What a baseline picks is the same for every arm of its trial, and is asked for by an arm.
            known |= {"trial": str(job.trial), "criterion": job.criterion or line.plan.leading}
        return known

    def point_at(self, facts: Mapping[str, str]) -> None:
        """Move the cursor to a job, or to the arm of a criterion and a trial, and to a round."""
        if not self._lines:
            self._asked = dict(facts)
            return
        row, column = self.grid.cursor
        job = facts.get("job") or _job(facts, self._lines[0].plan)
        row = next((at for at, line in enumerate(self._lines) if line.job.row.job.id == job), row)
        if facts.get("round", "").isdecimal():
            column = int(facts["round"])
        elif job:
            line = self._lines[row]
            column = line.at if line.at is not None else max(line.rounds, default=line.plan.rounds(line.job.row.job)[0])
        self.grid.cursor = (row, column)

    def read(self) -> RoundDetails:
        """Read losses and attempts of the cell under the cursor, and what all rounds are worth today."""
        job, round_ = self._wanted or (None, 0)
        return load_details(self.workspace, self.name_, job=job, round_=round_)

    def show(self, content: RoundDetails) -> None:
        """Show the details; those of a cell that the cursor has left are read anew."""
        if content.today != self._today:
            self._today = content.today
            self._draw_table()
        trained = content.training
        if self._wanted is not None and (trained is None or (trained.job, trained.round) != self._wanted):
            self.look()
        else:
            self._draw_details()

    def watch_campaign(self) -> None:
        """Show another look at all jobs."""
        campaign = self.campaign
        if campaign is None or not self.is_attached:
            return
        is_first = not self._lines
        self._draw_table()
        self._draw_head()
        if is_first:
            self.point_at(self._asked or self._trouble())
        self._draw_details()
        if is_first:
            self.look()

    def on_mount(self) -> None:
        """Show what the campaign's screen has read already."""
        self.watch_campaign()

    def on_grid_moved(self) -> None:
        """Another cell: what is at hand at once, the rest when it is read."""
        self._draw_details()
        self.cell.scroll_home(animate=False)
        self.forget()

    def on_grid_opened(self) -> None:
        """Enter does what the key of the details does."""
        self.action_losses()

    def on_resize(self, event: Resize) -> None:
        """Arrange table and details by width."""
        self.set_class(event.size.width >= WIDE, "-wide")
        self.call_after_refresh(self._draw_details)

    def action_losses(self) -> None:
        """Open the details, or close them."""
        details = self.cell
        if details.has_class("-open"):
            self.action_close()
        elif self.here is not None:
            details.add_class("-open")
            details.focus()
            self.call_after_refresh(self._draw_details)

    def action_close(self) -> None:
        """Close the details; where they are closed, the key is the screen's."""
        details = self.cell
        if not details.has_class("-open"):
            raise SkipAction
        details.remove_class("-open")
        self.grid.focus()
        self.call_after_refresh(self._draw_details)

    def action_to_picks(self) -> None:
        """To what this round sent for labelling."""
        if self.here is None:
            return
        line, round_ = self.here
        job = line.job.row.job
        if job.kind is JobKind.FULL or (job.kind is JobKind.BASELINE and round_):
            self.post_message(Failed(NotNow(f"{job.id} picks nothing here", hint="choose a round of a criterion")))
        elif not line.plan.schedule.picks(round_):
            self.post_message(Failed(NotNow(f"round {round_} is the last and picks nothing", hint="choose one before")))
        else:
            self.post_message(TabWanted("picks", self.facts()))

    def action_to_log(self) -> None:
        """To what this job's worker printed."""
        if self.here is not None:
            self.post_message(TabWanted("logs", {"job": self.here[0].job.row.job.id}))

    def _trouble(self) -> dict[str, str]:
        """Return the first job that went wrong, else the first at work: where somebody would look first."""
        bad = [line for line in self._lines if line.is_bad]
        busy = [line for line in self._lines if line.job.row.state is JobState.RUNNING]
        return {"job": str((bad or busy or self._lines)[0].job.row.job.id)}

    def _draw_head(self) -> None:
        palette, lines = palette_of(self), self._lines
        done = sum(row.done is not None for line in lines for row in line.rounds.values())
        text = Text(no_wrap=True)
        text.append(f"{done} of {plural(lines[0].plan.models, 'model') if lines else '0 models'} done", palette.text)
        text.append(f", {plural(len(lines), 'job')}", palette.muted)
        bad = [line for line in lines if line.is_bad]
        for line in bad[:1]:
            more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
            trouble = f"   {printable(line.job.row.job.id)} is {line.state}{more}"
            text.append(trouble, f"bold {palette.bad}")
        self.head.update(text, layout=False)

    def _draw_table(self) -> None:
        if self.campaign is not None:
            plan, jobs = self.campaign.row.plan, self.campaign.jobs
            rows = drawing.in_rows(jobs, plan.criteria)
            self._lines = tuple(drawing.line(job, plan, self._today) for job in rows)
            self.grid.sheet = sheet(self._lines, plan, palette_of(self))

    def _draw_details(self) -> None:
        if self.here is None or not self.is_attached:
            return
        (line, round_), palette = self.here, palette_of(self)
        content = None if self.content is None else self.content.training
        known, job = line.measured(round_), line.job.row.job.id
        self._wanted = (job, round_)
        if content is not None and content.job == job:
            attempts, values = content.attempts, content.losses if content.round == round_ else ()
        else:
            attempts, values = (), ()
        room, is_whole = self._room()
        told = line.job.attempt.number if line.is_bad and line.job.attempt is not None else None
        parts = [
            drawing.headline(line, round_, palette),
            drawing.trouble(line, palette),
            drawing.training(values, known, palette, room=room),
            drawing.classes(known, line.plan.classes, palette, room=room) if is_whole else Text(),
            drawing.tries(attempts, palette, told=told) if is_whole else Text(),
        ]
        for part in parts:
            part.remove_suffix("\n")
        text = Text("\n\n" if is_whole else "\n").join([part for part in parts if part])
        lengths = tuple(map(len, text.plain.split("\n")))
        # The height counts as well: of two updates before the first is laid out, Textual may lay out only the first.
        is_same = lengths == self._lengths and self.details.size.height == len(lengths)
        self._lengths = lengths
        self.details.update(text, layout=not is_same)

    def _room(self) -> tuple[drawing.DrawingArea, bool]:
        """Return the room for the details, and whether it is enough for all of them."""
        is_wide, is_open = self.has_class("-wide"), self.cell.has_class("-open")
        spare = self.size.height - len(self._lines) - 3
        is_whole = is_wide or is_open or spare >= WHOLE
        high = self.size.height if is_wide else max(spare, int(0.75 * self.size.height) if is_open else 0)
        classes = max(3, min(12, high - 10))
        columns = (self.details.size.width or self.size.width) - 1
        return drawing.DrawingArea(columns, classes, is_ascii(self)), is_whole


def _job(facts: Mapping[str, str], plan: Plan) -> str:
    """Return the arm that facts are about; empty where they name none."""
    if not facts.get("trial", "").isdecimal():
        return ""
    return Job(JobKind.ARM, int(facts["trial"]), facts.get("criterion") or plan.leading).id


ENTRIES = (Tab("rounds", RoundsPane, ACTIONS),)
