"""Calling the program: in this process where its text is the point, as a process of its own where signals are."""

import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psutil

from alwsl_tui.cli.app import main
from alwsl_tui.cli.options import SCHEMA
from campaigns.core.states import AttemptState, CampaignState
from campaigns.core.text import printable
from campaigns.services.campaigns.find import campaign_exists
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from tests.patience import patience
from tests.stage import TINY, said, wait_for

QUICK = tuple(
    word for override in (*TINY, 'criteria.names=["random"]', "protocol.full=false") for word in ("--set", override)
)
"""Two workers, one after the other, a second each."""
ESCAPES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Characters that a terminal obeys; line ends and tabs apart."""


@dataclass(frozen=True, slots=True)
class Said:
    """How a call ended and what it said."""

    code: int
    out: str
    err: str

    def json(self, kind: str) -> Any:
        """The one object on stdout, which must be of this kind."""
        found = json.loads(self.out)
        assert (found["schema"], found["kind"]) == (SCHEMA, kind), self
        return found


def call(place: Workspace | Path | None, *arguments: str | Path) -> Said:
    """What `alwsl-tui` does with these arguments and that home, which none is added for when None."""
    folder = place.home.folder if isinstance(place, Workspace) else place
    words = ["alwsl-tui", *map(str, arguments), *([] if folder is None else ["--home", str(folder)])]
    out, err, code = io.StringIO(), io.StringIO(), 0
    # What the system hands to a program is its surroundings, not our own code.
    surroundings = patch.object(sys, "argv", words), patch.object(sys, "stdin", io.StringIO())
    with surroundings[0], surroundings[1], redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else -1
    return Said(code, out.getvalue(), err.getvalue())


def good(place: Workspace | Path | None, *arguments: str | Path) -> str:
    """Stdout of a call that must go well."""
    found = call(place, *arguments)
    assert found.code == 0, found
    return found.out


def refused(place: Workspace | Path | None, code: int, *arguments: str | Path) -> Said:
    """A call that must be refused: one clear message, and the same as JSON."""
    found = call(place, *arguments)
    assert (found.code, found.out) == (code, ""), found
    assert found.err.startswith("error: "), found
    assert found.err.count("error: ") == 1, found
    assert "Traceback" not in found.err
    assert not ESCAPES.search(found.err), found
    same = call(place, *arguments, "--json")
    told = same.json("error")
    assert (same.code, told["code"], same.err) == (code, code, found.err)
    assert printable(told["error"]) in found.err
    lines = [printable(f"  {mistake['where']}: {mistake['what']}\n") for mistake in told["mistakes"]]
    assert all(line in found.err for line in lines)
    return found


def left_behind(place: Workspace) -> list[str]:
    """Names of campaigns in the store, and of everything in the folder of campaigns."""
    folder = place.home.campaigns
    return [line.row.name for line in load_campaigns(place)] + sorted(p.name for p in folder.glob("*"))


def _as_a_terminal() -> None:
    # Under nohup or in the background of a script, these are ignored, and a child inherits that.
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def begin(place: Workspace, *arguments: str) -> subprocess.Popen[str]:
    """The program in a session of its own, as a terminal starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "alwsl_tui.cli.app", *arguments, "--home", str(place.home.folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=_as_a_terminal,
    )  # fmt: skip


def wait_until(place: Workspace, name: str, is_so: Callable[[CampaignView], bool]) -> CampaignView:
    """The campaign as soon as it exists and is so."""

    def look() -> CampaignView | None:
        if not campaign_exists(place, name):
            return None
        seen = watch(place, name)
        assert is_so(seen) or seen.state is not CampaignState.FAILED, said(place)
        return seen if is_so(seen) else None

    return wait_for(look, on_failure=lambda: said(place))


def is_training(seen: CampaignView) -> bool:
    """Some worker is at it, and has finished an epoch that is not its round's last."""
    attempts = [one.attempt for one in seen.jobs if one.attempt is not None]
    return any(a.state is AttemptState.RUNNING and a.epoch and a.epochs and a.epoch < a.epochs for a in attempts)


def state_of(place: Workspace, name: str) -> CampaignState:
    """What a campaign is doing."""
    return watch(place, name).state


def stop(process: subprocess.Popen[str]) -> None:
    """End a process that a test began, however the test ended."""
    if process.poll() is None:
        psutil.Process(process.pid).kill()
    process.communicate(timeout=patience())
