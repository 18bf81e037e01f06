"""A log on a stage of its own, and what can be seen of it."""

from collections.abc import Callable
from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from alwsl_tui.tui.parts.logview import LogView
from tests.patience import Deadline


class Stage(App[None]):
    """One log, and what it asks for."""

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self.view = LogView(path)
        self.heard: list[LogView.AskPattern | LogView.Save] = []

    def compose(self) -> ComposeResult:
        yield self.view

    def on_mount(self) -> None:
        self.view.focus()

    def on_log_view_ask_pattern(self, message: LogView.AskPattern) -> None:
        self.heard.append(message)

    def on_log_view_save(self, message: LogView.Save) -> None:
        self.heard.append(message)


def numbered(path: Path, count: int = 1000, **others: str) -> Path:
    """Lines `line 0` and on; some are others."""
    path.write_text("".join(others.get(f"at{n}", f"line {n}") + "\n" for n in range(count)))
    return path


def seen(view: LogView) -> list[str]:
    """What stands on the screen, gutter included, without the empty rows below."""
    rows = [view.render_line(y).text.rstrip() for y in range(view.size.height)]
    while rows and not rows[-1]:
        rows.pop()
    return rows


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Let the screen go on until it shows something."""
    stage = pilot.app
    assert isinstance(stage, Stage)
    deadline = Deadline()
    while not condition():
        deadline.require_time(lambda: "\n".join([*seen(stage.view), str(stage.view.border_subtitle)]))
        await pilot.pause(deadline.pause())
