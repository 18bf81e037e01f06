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
from alwsl_tui.drawing.units import time_left
from campaigns.core.percent import percent
from campaigns.core.states import CampaignState, JobState
from campaigns.services.monitor.feed import load_feed
from campaigns.services.monitor.pulse import Pulse
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.results.curves import load_curves
from campaigns.services.results.rounds import view_today
from campaigns.services.workspace import Workspace, ensure_station

POLL = 0.25
"""Seconds between two looks."""
LONGEST_POLL = 2.0
"""The most, where a look takes long."""
SHARE = 0.004
"""Of a core, which looking may take: what trains beside it needs all of them."""

TURNS = frozenset({JobState.WAITING, JobState.RUNNING})
"""What arms that take turns are, now and then: while their campaign runs, their rounds tell enough."""

Show = Callable[[CampaignView], None]


def follow(place: Workspace, name: str, *, is_plain: bool) -> CampaignView:
    """Show a campaign until it is over; how it was then. Keeps a station at work."""
    with _plain(place) if is_plain else _live(place) as show:
        pulse = Pulse(place)
        while True:
            began = time.thread_time()
            if pulse.has_moved():
                view = watch(place, name)
                show(view)
                if view.state.is_over:
                    return view
                if not view.has_station:
                    ensure_station(place)
            time.sleep(min(LONGEST_POLL, max(POLL, (time.thread_time() - began) / SHARE)))


def is_terminal() -> bool:
    """Return whether a person sees stderr move."""
    return sys.stderr.isatty()


def news(before: CampaignView | None, after: CampaignView) -> list[tuple[float | None, str]]:
    """Return what has changed between two looks at a campaign, a line each, with when it happened where that is known.

    In seconds since the epoch; what is seen at the first look may have happened long ago.
    """
    known = {job_view.row.job.id: job_view for job_view in before.jobs} if before else {}
    lines: list[tuple[float | None, str]] = []
    for job_view in after.jobs:
        job, old = job_view.row.job.id, known.get(job_view.row.job.id)
        measured = {row.number for row in old.rounds if row.value is not None} if old else set()
        word = after.row.plan.yardstick.title
        for row in job_view.rounds:
            if row.value is not None and row.number not in measured:
                text = f"{job} round {row.number}: {word} {percent(row.value)} on {row.labelled} images"
                ended = None if job_view.attempt is None else job_view.attempt.ended
                lines.append((row.done or ended, f"{text} ({row.train_seconds:.0f} s of training)"))
        state = old.row.state if old else JobState.WAITING
        is_turn = bool(measured) and _runs_on(before, after) and job_view.row.state in TURNS
        if job_view.row.state is not state and not is_turn:
            attempt = job_view.attempt
            lines.append((None if attempt is None else attempt.ended or attempt.started, f"{job} {job_view.row.state}"))
    if before is None or after.state is not before.state:
        ends = [
            view.attempt.ended for view in after.jobs if view.attempt is not None and view.attempt.ended is not None
        ]
        lines.append(
            (max(ends, default=None) if after.state.is_over else None, f"{after.row.name} is {after.standing}")
        )
    return lines


def _runs_on(before: CampaignView | None, after: CampaignView) -> bool:
    return before is not None and before.state is after.state is CampaignState.RUNNING


@contextmanager
def _plain(place: Workspace) -> Iterator[Show]:
    before: CampaignView | None = None
    heard = 0

    def show(view: CampaignView) -> None:
        nonlocal before, heard
        for row in load_feed(place, view.row.name, heard):
            text = "; ".join(row.text.splitlines())
            narrate(f"{_stamp(row.at)} {row.job or view.row.name}: {text}")
            heard = row.id
        is_open_ended = view.row.plan.is_open_ended
        left = "" if view.seconds_left is None else f", {time_left(view.seconds_left, is_open_ended=is_open_ended)}"
        # What was there before we looked is dated when it happened.
        now = time.time()
        changes = news(before, view)
        if before is None:
            changes.sort(key=lambda change: now if change[0] is None else change[0])
        for at, line in changes:
            narrate(f"{_stamp(now if at is None else at)} {line} [{100 * view.progress:.0f} %{left}]")
        before = view

    yield show


@contextmanager
def _live(place: Workspace) -> Iterator[Show]:
    # Drawn when something is new, not so many times a second: it runs beside what trains.
    with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:

        def show(view: CampaignView) -> None:
            bar = ProgressBar(total=1, completed=view.progress, width=40)
            curves, today = load_curves(place, view.row.name), view_today(place, view)
            live.update(
                Group(head_line(view), bar, trial_grid(today, curves), Text(waiting_line(view), "dim")), refresh=True
            )

        yield show


def _stamp(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
