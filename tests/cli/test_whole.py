"""The program as a newcomer meets it: the demo, and the live view in a real terminal."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.services.workspace import Workspace
from tests.cli.calling import call
from tests.patience import patience
from tests.stage import said, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[list[str]]:
    """A tmux server of its own, as the start of a command."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    tmux = ["tmux", "-f", "/dev/null", "-S", str(tmp_path / "tmux")]
    yield tmux
    subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)


def test_a_terminal_shows_the_grid_while_it_runs_and_the_curves_at_the_end(
    place: Workspace, terminal: list[str]
) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in {"TMUX", "COLUMNS", "LINES"}}
    run = [sys.executable, "-m", "alwsl_tui.cli.app", "run", "smoke", "--home", str(place.home.folder)]
    command = f"{shlex.join(run)}; echo it ended with $?; exec sleep 3600"
    subprocess.run(
        [*terminal, "new-session", "-d", "-x", "100", "-y", "50", command],
        check=True,
        env=environment,
        timeout=patience(),
    )

    def screen() -> str:
        shown = subprocess.run(
            [*terminal, "capture-pane", "-p"], capture_output=True, text=True, check=True, timeout=patience()
        )
        return shown.stdout

    def shows(*words: str) -> str | None:
        text = screen()
        return text if all(word in text for word in words) else None

    def failure() -> str:
        return f"{screen()}\n{said(place)}"

    wait_for(lambda: shows("smoke  running", "trial 0", "baseline", "▶ r0 ", "full", "random"), on_failure=failure)
    end = wait_for(lambda: shows("it ended with 0"), on_failure=failure)
    assert "labelled images" in end
    assert "criterion" in end
    assert "± standard deviation" not in end, "one trial has none"
    assert "trial 0" not in end, "the live table goes away with the work"


@pytest.mark.long  # `.ci/run` sets up with the demo itself
def test_the_demo_ends_in_learning_curves(place: Workspace) -> None:
    found = call(place, "demo", "--headless")
    assert found.code == 0, f"{found.err}\n{said(place)}"
    assert "labelled images" in found.out
    assert all(name in found.out for name in ("ag", "unc", "sepmin", "random"))
    assert "± standard deviation over 2 trials" in found.out
