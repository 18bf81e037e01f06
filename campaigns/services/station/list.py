"""All campaigns at once, a line each."""

from dataclasses import dataclass, field, replace

from campaigns.core.ids import CampaignId, JobKind
from campaigns.core.states import CampaignState, JobState, standing
from campaigns.reporting.leader import Leader, leader
from campaigns.services.monitor.presence import Attendance, attendance
from campaigns.services.monitor.progress import FIRST_EPOCHS, progress, seconds_left, state
from campaigns.services.station.devices import Gauges
from campaigns.services.station.leaders import leader_today
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import finished_rounds, last_moves, list_attempts, list_values
from campaigns.store.campaigns import (
    list_campaigns,
    list_jobs,
    list_stamps,
    unfinished_campaigns,
)
from campaigns.store.pace import pace
from campaigns.store.rows import CampaignRow, StampRow
from campaigns.store.store import Store


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in one line of a list."""

    row: CampaignRow
    state: CampaignState
    done: int
    """Jobs that are done, here and below."""
    failed: int
    running: int
    """At work; not those that wait in an engine's queue."""
    progress: float
    """Share of all work that is done, in [0, 1]."""
    seconds_left: float | None
    """An estimate, an upper limit where `row.plan` is open-ended; None before there is something to build it on, and
    when nothing runs."""
    best: Leader | None
    """None while nothing is known to beat random."""
    touched: float
    """When something last happened: a note, a round that ended, an attempt that started or ended."""
    queued: int = 0
    """Jobs in an engine's queue."""

    @property
    def standing(self) -> str:
        """What it is called for a person."""
        return standing(self.state, self.running, self.queued)


@dataclass(slots=True)
class Kept:
    """What whoever looks often keeps between two looks. It belongs to one reader at a time."""

    lines: dict[CampaignId, tuple[StampRow, CampaignLine]] = field(default_factory=dict)
    """Of campaigns that are over: nothing more happens in them unless somebody asks, and then their stamp changes."""
    today: dict[CampaignId, CampaignLine] = field(default_factory=dict)
    """Of campaigns whose leader is another one, or worth something else, by today's labels."""
    gauges: Gauges | None = None
    """Opened by the first look."""


def load_campaigns(workspace: Workspace, *, kept: Kept | None = None) -> list[CampaignLine]:
    """Return every campaign, newest last.

    Raises:
        BadHome: the store cannot be opened.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        return campaign_lines(workspace, store, kept or Kept(), present)


def campaign_lines(workspace: Workspace, store: Store, kept: Kept, present: Attendance) -> list[CampaignLine]:
    """Return a line for every campaign, newest last; those in which nothing happened come from `kept`."""
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
    by_people = {name for name in {line.row.dataset for line in lines} if workspace.home.labels(name).answers.exists()}
    return [
        _by_todays_labels(workspace, store, line, kept) if line.row.dataset in by_people else line for line in lines
    ]


def _by_todays_labels(workspace: Workspace, store: Store, line: CampaignLine, kept: Kept) -> CampaignLine:
    """Return a line with who leads by today's labels: the very same object as long as nothing changes."""
    best = leader_today(workspace, store, line.row, line.best)
    if best == line.best:
        return line
    now = replace(line, best=best)
    kept.today[line.row.id] = kept.today[line.row.id] if kept.today.get(line.row.id) == now else now
    return kept.today[line.row.id]


def _finished(store: Store, row: CampaignRow, touched: float) -> CampaignLine:
    """Return the line of a campaign whose jobs are all done, from as little as possible: a home has many of these."""
    best = leader(row.plan, list_values(store, row.id, since=row.plan.schedule.last))
    return CampaignLine(
        row, CampaignState.DONE, done=len(row.plan.jobs), failed=0, running=0, progress=1.0, seconds_left=None,
        best=best, touched=max(row.created, touched),
    )  # fmt: skip


def _unfinished(store: Store, row: CampaignRow, stamp: StampRow, present: Attendance) -> CampaignLine:
    jobs = list_jobs(store, row.id)
    attempts = {attempt.job: attempt for attempt in list_attempts(store, row.id)}
    finished = finished_rounds(store, row.id)
    now = progress(row.plan, jobs, attempts=attempts, finished=finished)
    doing = present.state_of(state(row, jobs), attempts.values())
    speed = pace(store, row.id, skip=FIRST_EPOCHS) if doing is CampaignState.RUNNING else None
    moves = [attempt.ended or attempt.started for attempt in attempts.values()]
    ends = [at for rounds in finished.values() for at in rounds.values()]
    states = [job.state for job in jobs if job.job.kind is not JobKind.SCORE]
    running = [attempts.get(job.job.id) for job in jobs if job.state is JobState.RUNNING]
    queued = sum(attempt is not None and attempt.is_queued for attempt in running)
    return CampaignLine(
        row,
        doing,
        done=states.count(JobState.DONE),
        failed=states.count(JobState.FAILED),
        running=sum(not present.is_stranded(attempt) for attempt in running) - queued,
        progress=now.share,
        seconds_left=seconds_left(doing, attempts.values(), now.left, speed),
        best=leader(row.plan, list_values(store, row.id)) if finished else None,
        touched=max(row.created, stamp.noted_at or 0, *moves, *ends),
        queued=queued,
    )
