"""A home in a crowd, all at the same moment: `python -m tests.benchmarks.crowd [--minutes 10]`.

One station, eight viewers, two `run` of the same campaign, a `new` and a `delete`, and somebody who changes his mind.
It fails when anybody meets an error, when two stations were at work at once, or when something asked did not happen.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaigns.core.states import AttemptState, CampaignState
from campaigns.errors import NoSuchName
from campaigns.services.campaigns.find import campaign_exists
from campaigns.services.campaigns.wait import wait
from campaigns.services.monitor.show import watch
from campaigns.services.station.list import Kept
from campaigns.services.station.station import station_view
from campaigns.services.workspace import Workspace, open_workspace
from campaigns.store.attempts import list_attempts
from tests.patience import patience
from tests.stage import TINY, clear, program, said, tiny

ROOT = Path(__file__).resolve().parents[2]
VIEWERS, POLL = 8, 0.1
"""Processes that look, and seconds between two looks of each."""
BRIEF = ("protocol.full=false", 'criteria.names=["random"]')
"""Two workers, one after the other."""
SLOW = (*BRIEF, "protocol.epochs=[2, 400, 2]")
"""Long enough to be paused in the middle of it."""
AT_IT = {CampaignState.RUNNING, CampaignState.STRANDED}
"""What a campaign does that was asked to run; the latter where a station takes long to start on a crowded machine."""


@dataclass(slots=True)
class Crowd:
    """What everybody met."""

    commands: dict[str, int] = field(default_factory=dict)
    looks: int = 0
    worst: float = 0.0
    """Seconds of the longest look."""
    stations: int = 0
    """That were at work, one after the other."""
    problems: list[str] = field(default_factory=list)
    _alone: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def ask(self, place: Workspace, *words: str, but: str = "\0") -> subprocess.CompletedProcess[str]:
        """The program; anything but success is a problem, unless it is refused with the words of `but`."""
        found = program(place, *words)
        with self._alone:
            self.commands[words[0]] = self.commands.get(words[0], 0) + 1
            is_refused = found.returncode == 2 and but in found.stderr
            if (found.returncode and not is_refused) or "Traceback" in found.stderr or "locked" in found.stderr:
                self.problems.append(f"{' '.join(words)}: {found.returncode} {found.stderr[-2000:]}")
        return found

    def expect(self, is_so: bool, what: str) -> None:
        """Something that must be so."""
        if not is_so:
            self.problems.append(what)


Role = Callable[[Workspace, Crowd, float], None]
"""What somebody does until a moment on the monotonic clock."""


def crowd(place: Workspace, seconds: float, *, roles: Sequence[Role] = (), viewers: int = VIEWERS) -> Crowd:
    """Everybody at once for so long, or only these; each ends what he has begun."""
    met, until = Crowd(), time.monotonic() + seconds
    roles = roles or (run_together, make_and_delete, change_ones_mind)
    lookers = [viewer(place, seconds) for _ in range(viewers)]
    with ThreadPoolExecutor(len(roles)) as several:
        for role in [several.submit(role, place, met, until) for role in roles]:
            role.result()
    for one in lookers:
        out, err = one.communicate(timeout=patience())
        met.expect(one.returncode == 0 and not err, f"a viewer: {one.returncode} {err[-2000:]}")
        told: dict[str, Any] = json.loads(out) if out else {"looks": 0, "worst": 0.0}
        met.looks += told["looks"]
        met.worst = max(met.worst, told["worst"])
    met.stations = stations(place, met)
    return met


def run_together(place: Workspace, met: Crowd, until: float) -> None:
    """Two `run` of the same campaign; both see it done, and every job of it was begun once."""
    number = 0
    while not number or time.monotonic() < until:
        number += 1
        row = tiny(place, *BRIEF, f"protocol.seed={number}", name=f"run-{number}")
        with ThreadPoolExecutor(2) as both:
            ends = [both.submit(met.ask, place, "run", row.name, "--headless", "--json") for _ in range(2)]
            states = [json.loads(end.result().stdout or "{}").get("state") for end in ends]
        met.expect(states == ["done", "done"], f"{row.name} ended as {states}\n{said(place)}")
        with place.store() as store:
            tries = [(one.job, one.number, one.state) for one in list_attempts(store, row.id)]
        met.expect(all(n == 1 and state is AttemptState.DONE for _, n, state in tries), f"{row.name}: {tries}")


def make_and_delete(place: Workspace, met: Crowd, until: float) -> None:
    """A campaign is made while the one before is deleted; then one is there and the other is not."""
    settings = [word for override in (*TINY, *BRIEF) for word in ("--set", override)]
    number = 0
    met.ask(place, "new", "--recipe", "smoke", "--name", "brief-0", *settings, "--start")
    while not number or time.monotonic() < until:
        number += 1
        was, now = f"brief-{number - 1}", f"brief-{number}"
        met.ask(place, "cancel", was, but="is done")
        wait(place, was, timeout=patience())
        with ThreadPoolExecutor(2) as both:
            making = both.submit(met.ask, place, "new", "--recipe", "smoke", "--name", now, *settings, "--start")
            both.submit(met.ask, place, "delete", was, "--yes").result()
            making.result()
        met.expect(campaign_exists(place, now), f"{now} was not made")
        met.expect(not campaign_exists(place, was), f"{was} was not deleted")
    met.ask(place, "cancel", f"brief-{number}", but="is done")


def change_ones_mind(place: Workspace, met: Crowd, until: float) -> None:
    """Start, pause, resume: after each the campaign does what was asked."""
    number, has_paused = 0, False
    while not has_paused or time.monotonic() < until:
        number += 1
        has_paused = True
        row = tiny(place, *SLOW, f"protocol.seed={number}", name=f"mind-{number}")
        met.ask(place, "start", row.name)
        for _ in range(3):
            if state_of(place, row.name) not in AT_IT:
                break
            met.ask(place, "pause", row.name, but="is done")
            state = wait(place, row.name, timeout=patience())
            met.expect(state in {CampaignState.PAUSED, CampaignState.DONE}, f"{row.name} is {state} after pause")
            if state is CampaignState.DONE or time.monotonic() > until:
                break
            met.ask(place, "resume", row.name)
            state = state_of(place, row.name)
            met.expect(state in {*AT_IT, CampaignState.DONE}, f"{row.name} is {state} after resume")
    if state_of(place, row.name) is not CampaignState.DONE:
        met.ask(place, "cancel", row.name, but="is done")


def state_of(place: Workspace, name: str) -> CampaignState:
    """What a campaign is doing."""
    return watch(place, name).state


def stations(place: Workspace, met: Crowd) -> int:
    """How many stations were at work; two at once are a problem."""
    open_, count = "", 0
    for line in place.home.station_log.read_text().splitlines():
        words = line.split()
        if words[2:3] != ["station"]:
            met.expect("Traceback" not in line, f"a station fell: {said(place)}")
            continue
        if words[4] == "opens":
            met.expect(not open_, f"station {words[3]} opens while {open_} is open")
            open_, count = words[3], count + 1
        else:
            open_ = ""
    return count


def viewer(place: Workspace, seconds: float) -> subprocess.Popen[str]:
    """A process that looks at everything, again and again."""
    words = ["--view", str(place.home.folder), "--minutes", str(seconds / 60)]
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.benchmarks.crowd", *words],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def view(place: Workspace, seconds: float) -> None:
    """What a viewer does; a campaign may be deleted between two looks."""
    kept, looks, worst, until = Kept(), 0, 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        seen = station_view(place, kept=kept)
        for line in seen.lines:
            try:
                watch(place, line.row.name)
            except NoSuchName:
                continue
        looks, worst = looks + 1, max(worst, time.monotonic() - began)
        time.sleep(POLL)
    sys.stdout.write(json.dumps({"looks": looks, "worst": worst}))


def main() -> int:
    """Gather, and say what everybody met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--view", type=Path, default=None, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.view is not None:
        view(open_workspace(wanted.view), wanted.minutes * 60)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        place = open_workspace(Path(folder) / "home")
        try:
            met = crowd(place, wanted.minutes * 60)
        finally:
            clear(place)
    print(f"{wanted.minutes:g} minutes: {met.looks} looks by {VIEWERS} viewers, the longest {met.worst:.2f} s")
    print(f"commands: {', '.join(f'{count} {name}' for name, count in sorted(met.commands.items()))}")
    print(f"stations, one after the other: {met.stations}")
    print(f"problems: {len(met.problems)}", *met.problems, sep="\n")
    return 1 if met.problems else 0


if __name__ == "__main__":
    sys.exit(main())
