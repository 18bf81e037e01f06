"""What workers logged: any job, any attempt."""

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from alwsl_tui.drawing.states import badge
from alwsl_tui.drawing.units import size
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import Failed
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.parts.logview import LogView, Wanted
from alwsl_tui.tui.questions import AskOne, AskText
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import palette_of
from campaigns.core.states import AttemptState
from campaigns.core.text import printable
from campaigns.errors import AlwslError
from campaigns.services.logs.file import LogFile, LogOf, logs_of
from campaigns.services.logs.matches import Matching, save_lines
from campaigns.services.workspace import Workspace

STEP = 1 << 24
"""Bytes looked at in one go."""
PATTERN_HINT = "A regular expression. Leave it empty to clear the previous one."


TITLES = {
    Wanted.SEARCH: "Search for",
    Wanted.IN: "Show only lines that match",
    Wanted.OUT: "Hide lines that match",
}

_LOGS = "alwsl-tui logs {name} --job {job} --attempt {attempt}"
ACTIONS = (
    Action("logs", "next_log", "l", "Next log: job and attempt", _LOGS, short="log"),
)  # fmt: skip


class LogsPane(Pane[tuple[LogOf, ...]]):
    """One log at a time, the most urgent one first."""

    PLACE = "logs"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(ACTIONS)]

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.chosen: tuple[str, int] | None = None
        """Job and attempt that the reader asked for; None follows whatever is most urgent."""

    def compose(self) -> ComposeResult:
        """Compose which log it is, and the log."""
        yield Static(id="log-about")
        yield LogView(id="log")

    def enter(self) -> None:
        """Let keys go to the log."""
        self.query_one(LogView).focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return what command lines of this tab are about."""
        log = self._log
        return {} if log is None else {"job": log.job, "attempt": str(log.attempt), "file": self._file(log).name}

    def point_at(self, facts: Mapping[str, str]) -> None:
        """Turn to the newest log of a job."""
        if "job" in facts:
            logs = [log for log in self.content or () if log.job == facts["job"]]
            self.chosen = (facts["job"], max((log.attempt for log in logs), default=1))
            self._open()

    def read(self) -> tuple[LogOf, ...]:
        """Read which logs there are."""
        return logs_of(self.workspace, self.name_)

    def show(self, content: tuple[LogOf, ...]) -> None:
        """Keep to the log that is open; open the first one otherwise."""
        view = self.query_one(LogView)
        if self.chosen is None and content and view.path is None:
            self.chosen = (content[0].job, content[0].attempt)
        self._open()

    def on_log_view_ask_pattern(self, message: LogView.AskPattern) -> None:
        """Open a line to write a pattern on."""
        view = self.query_one(LogView)

        def given(text: str | None) -> None:
            if text is None:
                return
            try:
                view.give(message.kind, text)
            except AlwslError as error:
                self.post_message(Failed(error))

        titles = {
            Wanted.SEARCH: "Search for",
            Wanted.IN: "Show only lines that match",
            Wanted.OUT: "Hide lines that match",
        }
        ask_over(self, AskText(titles[message.kind], value=message.before, hint=PATTERN_HINT), given)

    def on_log_view_save(self, message: LogView.Save) -> None:
        """Save all lines that the filters let through in the folder the program was started in."""
        log = self._log
        if log is None:
            return
        target = self._file(log)

        def save() -> None:
            matching = Matching(LogFile(message.path), message.sieve)
            while matching.extend(STEP):
                pass
            save_lines(matching, target)

        self.ask(f"saved {target}", f"alwsl-tui logs {self.name_} --job {log.job} > {target.name}", save)

    def action_next_log(self) -> None:
        """Ask for another log."""
        logs = self.content or ()
        choices = [
            (f"{log.job}#{log.attempt}", f"{log.job} attempt {log.attempt}  {log.state}  {log.slot}  {size(log.size)}")
            for log in logs
        ]

        def chosen(key: str | None) -> None:
            if key is not None:
                job, _, attempt = key.rpartition("#")
                self.chosen = (job, int(attempt))
                self._open()

        now = None if self._log is None else f"{self._log.job}#{self._log.attempt}"
        ask_over(self, AskOne("Log of", choices, chosen=now), chosen)

    @property
    def _log(self) -> LogOf | None:
        return next((log for log in self.content or () if (log.job, log.attempt) == self.chosen), None)

    def _file(self, log: LogOf) -> Path:
        return Path.cwd() / f"{self.name_}-{log.job}-{log.attempt}.log"

    def _open(self) -> None:
        palette, log = palette_of(self), self._log
        about = Text(" ", no_wrap=True)
        if log is None:
            about.append("No log yet. The first line appears when a worker starts.", palette.muted)
        else:
            about.append(f"{printable(log.job)} ", f"bold {palette.accent}")
            about.append(f"attempt {log.attempt}  ", palette.text)
            about += badge(log.state, palette)
            about.append(f"  {log.slot}  {size(log.size)}", palette.muted)
            logs = self.content or ()
            about.append(f"   log {logs.index(log) + 1}/{len(logs)}", palette.muted)
            view = self.query_one(LogView)
            if view.path != log.path:
                view.path = log.path
            view.is_over = log.state is not AttemptState.RUNNING
        self.query_one("#log-about", Static).update(about, layout=False)


ENTRIES = (Tab("logs", LogsPane, ACTIONS),)
