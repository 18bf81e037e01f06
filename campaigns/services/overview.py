"""All campaigns at once: a line each, who waits for what, what happened. What the station screen reads."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.plan import Plan
from campaigns.core.states import CampaignState, JobState
from campaigns.services.attendance import UNATTENDED, Attendance, attendance
from campaigns.services.devices import Device, Gauges, devices
from campaigns.services.progress import FIRST_EPOCHS, progress, seconds_left, state
from campaigns.services.workspace import Workspace
from campaigns.station.station import queue_of
from campaigns.store.attempts import finished_rounds, last_moves, list_attempts, list_means, pace, running_attempts
from campaigns.store.campaigns import (
    campaign_names,
    list_campaigns,
    list_jobs,
    list_stamps,
    read_news,
    unfinished_campaigns,
)
from campaigns.store.rows import CampaignRow, MeanRow, StampRow
from campaigns.store.store import Store

RANDOM = "random"
"""The criterion that others are measured against."""


@dataclass(frozen=True, slots=True)
class Leader:
    """The best criterion at the last budget at which any is complete over trials."""

    criterion: str
    mean: float
    """Mean average precision over trials, in [0, 1]."""
    labelled: int
    """The budget, in images."""
    gap: float | None
    """What it is ahead of `random` there; 0 when that leads, None while that is not complete there."""


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in one line of a list."""

    row: CampaignRow
    state: CampaignState
    done: int
    """Jobs that are done, here and below."""
    failed: int
    running: int
    progress: float
    """Share of all work that is done, in [0, 1]."""
    seconds_left: float | None
    """An estimate; None before there is something to build it on, and when nothing runs."""
    best: Leader | None
    """None before any criterion is complete over trials."""
    touched: float
    """When something last happened: a note, a round that ended, an attempt that started or ended."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A job that waits."""

    campaign: str
    """Name of the campaign."""
    job: JobId
    reason: str
    """Why it waits; `next` when it may start, UNATTENDED when it may but nobody is there to start it."""


@dataclass(frozen=True, slots=True)
class FeedLine:
    """Something that happened in one of the campaigns, for a person; the text may hold anything, lines too."""

    id: int
    at: float
    """Seconds since the epoch."""
    campaign: str
    """Name of the campaign."""
    job: JobId | None
    is_warning: bool
    text: str


@dataclass(frozen=True, slots=True)
class StationView:
    """A home at one moment."""

    lines: tuple[CampaignLine, ...]
    """Every campaign, newest last. A campaign in which nothing happened is the very same object as before."""
    queue: tuple[QueueLine, ...]
    feed: tuple[FeedLine, ...]
    """Oldest first."""
    devices: tuple[Device, ...]
    has_station: bool


@dataclass(slots=True)
class Kept:
    """What whoever looks often keeps between two looks. It belongs to one reader at a time."""

    lines: dict[CampaignId, tuple[StampRow, CampaignLine]] = field(default_factory=dict)
    """Of campaigns that are over: nothing more happens in them unless somebody asks, and then their stamp changes."""
    gauges: Gauges | None = None
    """Opened by the first look."""


def overview(workspace: Workspace, *, kept: Kept | None = None) -> list[CampaignLine]:
    """Every campaign, newest last.

    Raises:
        BadHome: the store cannot be opened.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        return _lines(store, kept or Kept(), present)


def queue(workspace: Workspace) -> list[QueueLine]:
    """Every waiting job of the campaigns that are meant to run: first those that may start, then the station's order.

    Raises:
        BadHome: the store cannot be opened.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        return _queue(workspace, store, present)


def news(workspace: Workspace, *, after: int = 0, last: int = 200) -> list[FeedLine]:
    """What happened in all campaigns since the entry `after`, oldest first, at most the `last` newest.

    Raises:
        BadHome: the store cannot be opened.
    """
    with workspace.store() as store:
        return _news(store, after=after, last=last)


def station_view(workspace: Workspace, *, last: int = 50, kept: Kept | None = None) -> StationView:
    """All that the station screen shows, as of one moment; with the same `kept` every time, a look is cheap.

    Raises:
        BadHome: the store cannot be opened.
    """
    kept, present = Kept() if kept is None else kept, attendance(workspace)
    with workspace.store() as store, store.reading():
        lines = tuple(_lines(store, kept, present))
        waiting = tuple(_queue(workspace, store, present))
        feed = tuple(_news(store, after=0, last=last))
        running = [attempt for attempt in running_attempts(store) if not present.is_stranded(attempt)]
    names = {line.row.id: line.row.name for line in lines}
    workers: dict[str, list[str]] = defaultdict(list)
    for attempt in running:
        workers[attempt.slot].append(f"{names[attempt.campaign]} {attempt.job}")
    kept.gauges = kept.gauges or Gauges.open()
    return StationView(lines, waiting, feed, devices(workers, kept.gauges), present.has_station)


def leader(plan: Plan, means: Iterable[MeanRow]) -> Leader | None:
    """Who leads; None before any criterion is complete over trials at any budget."""
    complete = [row for row in means if row.trials == plan.trials]
    if not complete:
        return None
    last = max(row.round for row in complete)
    there = {row.criterion: row for row in complete if row.round == last}
    best = max(there.values(), key=lambda row: row.mean)
    gap = best.mean - there[RANDOM].mean if RANDOM in there else None
    return Leader(best.criterion, best.mean, best.labelled, gap)


def _lines(store: Store, kept: Kept, present: Attendance) -> list[CampaignLine]:
    stamps = list_stamps(store)
    same = {stamp.campaign for stamp in stamps if kept.lines.get(stamp.campaign, (None,))[0] == stamp}
    rows = {row.id: row for row in list_campaigns(store, but=same)}
    unfinished = unfinished_campaigns(store)
    moves = last_moves(store) if rows.keys() - unfinished else {}
    lines = []
    for stamp in stamps:
        id_ = stamp.campaign
        if id_ in same:
            lines.append(kept.lines[id_][1])
        elif id_ in unfinished:
            lines.append(_unfinished(store, rows[id_], stamp, present))
        else:
            lines.append(_finished(store, rows[id_], max(stamp.noted_at or 0, moves.get(id_, 0))))
    kept.lines = {s.campaign: (s, line) for s, line in zip(stamps, lines, strict=True) if line.state.is_over}
    return lines


def _finished(store: Store, row: CampaignRow, touched: float) -> CampaignLine:
    """The line of a campaign whose jobs are all done, from as little as possible: a home has many of these."""
    best = leader(row.plan, list_means(store, row.id, since=row.plan.schedule.last))
    return CampaignLine(
        row, CampaignState.DONE, done=len(row.plan.jobs), failed=0, running=0, progress=1.0, seconds_left=None,
        best=best, touched=max(row.created, touched),
    )  # fmt: skip


def _unfinished(store: Store, row: CampaignRow, stamp: StampRow, present: Attendance) -> CampaignLine:
    jobs = list_jobs(store, row.id)
    attempts = {attempt.job: attempt for attempt in list_attempts(store, row.id)}
    finished = finished_rounds(store, row.id)
    now = progress(row.plan, jobs, attempts=attempts, finished=finished)
    doing = present.seen(state(row, jobs), attempts.values())
    speed = pace(store, row.id, skip=FIRST_EPOCHS) if doing is CampaignState.RUNNING else None
    moves = [attempt.ended or attempt.started for attempt in attempts.values()]
    ends = [at for rounds in finished.values() for at in rounds.values()]
    states = [job.state for job in jobs]
    return CampaignLine(
        row,
        doing,
        done=states.count(JobState.DONE),
        failed=states.count(JobState.FAILED),
        running=sum(j.state is JobState.RUNNING and not present.is_stranded(attempts.get(j.job.id)) for j in jobs),
        progress=now.share,
        seconds_left=seconds_left(doing, attempts.values(), now.left, speed),
        best=leader(row.plan, list_means(store, row.id)) if finished else None,
        touched=max(row.created, stamp.noted_at or 0, *moves, *ends),
    )


def _queue(workspace: Workspace, store: Store, present: Attendance) -> list[QueueLine]:
    names = campaign_names(store)
    turns = sorted(queue_of(workspace.home, store), key=lambda turn: turn.slot is None)
    now = UNATTENDED if present.is_nobody else "next"
    return [QueueLine(names[turn.job.campaign], turn.job.job.id, turn.reason or now) for turn in turns]


def _news(store: Store, *, after: int, last: int) -> list[FeedLine]:
    return [
        FeedLine(row.id, row.at, name, row.job, row.is_warning, row.text)
        for name, row in read_news(store, after=after, last=last)
    ]
