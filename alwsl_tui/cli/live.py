"""Following a running campaign: live on a terminal, dated lines elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.text import Text

from alwsl_tui.cli.options import narrate
from alwsl_tui.cli.text.campaigns import head_line, trial_grid, waiting_line
from alwsl_tui.drawing.units import age
from campaigns.core.states import JobState
from campaigns.services.monitor.feed import load_feed
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace, ensure_station

POLL = 0.25
"""Seconds between two looks."""

Show = Callable[[CampaignView], None]


def follow(place: Workspace, name: str, *, is_plain: bool) -> CampaignView:
    """Show a campaign until it is over; how it was then. Keeps a station at work."""
    with _plain(place) if is_plain else _live(place) as show:
        while True:
            seen = watch(place, name)
            show(seen)
            if seen.state.is_over:
                return seen
            if not seen.has_station:
                ensure_station(place)
            time.sleep(POLL)


def is_terminal() -> bool:
    """True when a person sees stderr move."""
    return sys.stderr.isatty()


def news(before: CampaignView | None, after: CampaignView) -> list[str]:
    """What has changed between two looks at a campaign, a line each."""
    known = {one.row.job.id: one for one in before.jobs} if before else {}
    lines = []
    for one in after.jobs:
        job, old = one.row.job.id, known.get(one.row.job.id)
        measured = {row.number for row in old.rounds if row.mean_ap is not None} if old else set()
        for row in one.rounds:
            if row.mean_ap is not None and row.number not in measured:
                text = f"{job} round {row.number}: mAP {row.mean_ap:.4f} on {row.labelled} images"
                lines.append(f"{text} ({row.train_seconds:.0f} s of training)")
        state = old.row.state if old else JobState.WAITING
        if one.row.state is not state:
            lines.append(f"{job} {one.row.state}")
    if before is None or after.state is not before.state:
        lines.append(f"{after.row.name} is {after.state}")
    return lines


@contextmanager
def _plain(place: Workspace) -> Iterator[Show]:
    before: CampaignView | None = None
    heard = 0

    def show(seen: CampaignView) -> None:
        nonlocal before, heard
        for row in load_feed(place, seen.row.name, heard):
            text = "; ".join(row.text.splitlines())
            narrate(f"{_stamp(row.at)} {row.job or seen.row.name}: {text}")
            heard = row.id
        left = "" if seen.seconds_left is None else f", about {age(seen.seconds_left)} left"
        for line in news(before, seen):
            narrate(f"{_stamp(time.time())} {line} [{100 * seen.progress:.0f} %{left}]")
        before = seen

    yield show


@contextmanager
def _live(place: Workspace) -> Iterator[Show]:
    with Live(console=Console(stderr=True), refresh_per_second=8, transient=True) as live:

        def show(seen: CampaignView) -> None:
            bar = ProgressBar(total=1, completed=seen.progress, width=40)
            found = load_curves(place, seen.row.name)
            live.update(Group(head_line(seen), bar, trial_grid(seen, found), Text(waiting_line(seen), "dim")))

        yield show


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
