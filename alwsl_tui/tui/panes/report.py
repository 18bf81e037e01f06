"""What a campaign amounts to: against random, the paper's claims, and the numbers behind them."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from alwsl_tui.drawing.report import page
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.messages import Told
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import palette_of
from campaigns.services.results.findings import Findings, findings
from campaigns.services.workspace import Workspace

ACTIONS = (
    Action("report", "copy", "y", "Copy the report", "alwsl-tui report {name} --plain", short="copy"),
)  # fmt: skip


class ReportPane(Pane[Findings]):
    """The same as `alwsl-tui report NAME --plain`, while it comes about."""

    PLACE = "report"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]
    EVERY = 10.0
    DEFAULT_CSS = """
    ReportPane { height: 1fr; layout: vertical; padding: 0 1; }
    ReportPane VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    ReportPane #report-text { height: auto; }
    """

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self._measured: int | None = None
        """Rounds that were measured when it was looked at last; None before the campaign's screen has said."""

    def compose(self) -> ComposeResult:
        """Compose one text."""
        with VerticalScroll():
            yield Static("Comparing criteria …", id="report-text", markup=False)

    def enter(self) -> None:
        """Let keys move through the text."""
        self.query_one(VerticalScroll).focus()
        self.look()

    def is_due(self) -> bool:
        """Leave it to `look`: it follows what the campaign's screen has seen."""
        return True

    def look(self) -> None:
        """Look, unless nothing has been measured since: comparing takes a second of the processor."""
        rounds = None if self.campaign is None else [row for job in self.campaign.jobs for row in job.rounds]
        measured = None if rounds is None else sum(row.value is not None for row in rounds)
        is_due = self.content is None or measured is None or measured != self._measured
        if is_due and not self._is_reading:
            self._measured = measured
            super().look()

    def facts(self) -> dict[str, str]:
        """Return the campaign."""
        return {"name": self.name_}

    def read(self) -> Findings:
        """Read all comparisons of what is measured so far."""
        return findings(self.workspace, self.name_)

    def show(self, content: Findings) -> None:
        """Draw it."""
        self._draw()

    def on_resize(self, event: Resize) -> None:
        """Draw as wide as there is room."""
        self._draw()

    def action_copy(self) -> None:
        """Copy all of it as text."""
        if self.content is not None:
            text = page(self.content, width=100, palette=palette_of(self)).plain
            self.app.copy_to_clipboard(text)
            self.post_message(Told(f"the report of {self.name_} is copied", f"alwsl-tui report {self.name_} --plain"))

    def _draw(self) -> None:
        width = self.query_one(VerticalScroll).size.width - 2
        if self.content is not None and width > 0:
            self.query_one("#report-text", Static).update(page(self.content, width=width, palette=palette_of(self)))


ENTRIES = (Tab("report", ReportPane, ACTIONS),)
