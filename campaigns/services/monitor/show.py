"""What a campaign is doing now: state, progress, time left, why a job waits, what went wrong."""

from collections import defaultdict
from dataclasses import dataclass

from campaigns.core.execution import EngineStanding
from campaigns.core.ids import JobId, JobKind
from campaigns.core.states import CampaignState, Intent, JobState, standing
from campaigns.services.monitor.presence import attendance
from campaigns.services.monitor.progress import FIRST_EPOCHS, progress, seconds_left, state
from campaigns.services.workspace import Workspace
from campaigns.station.executors.local import pid_of
from campaigns.station.executors.opening import open_executor
from campaigns.station.waiting import queue_of
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import get_campaign, last_entry, list_jobs
from campaigns.store.pace import pace
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, RoundRow


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as a person wants to see it."""

    row: JobRow
    attempt: AttemptRow | None
    """The last one."""
    rounds: tuple[RoundRow, ...]
    progress: float
    """Share of its work that is done, in [0, 1]."""
    is_stranded: bool
    """It was running when last heard of, but its process is gone and no station has noticed yet."""
    reason: str
    """Why it waits; empty when it does not."""
    is_open_ended: bool = False
    """Its rounds may end before their epochs do."""

    @property
    def standing(self) -> str:
        """What it is called for a person."""
        if self.is_stranded:
            return CampaignState.STRANDED
        return EngineStanding.QUEUED if self.is_queued else self.row.state

    @property
    def is_queued(self) -> bool:
        """True while its attempt waits in an engine's queue."""
        return self.row.state is JobState.RUNNING and self.attempt is not None and self.attempt.is_queued

    @property
    def pid(self) -> int | None:
        """Number of the process that the last attempt runs or ran in; None before it has one."""
        return pid_of(self.attempt.handle) if self.attempt else None

    @property
    def value(self) -> float | None:
        """Of its last measured round."""
        measured = [row.value for row in self.rounds if row.value is not None]
        return measured[-1] if measured else None


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as a person wants to see it."""

    row: CampaignRow
    state: CampaignState
    progress: float
    """Share of all work that is done, in [0, 1]."""
    seconds_left: float | None
    """An estimate, an upper limit where `row.plan` is open-ended; None before there is something to build it on, and
    when nothing runs."""
    jobs: tuple[JobView, ...]
    has_station: bool
    last_feed: int = 0

    @property
    def seconds_to_first(self) -> float | None:
        """Seconds until the first baseline is measured, as an estimate; None where one is, or where there is no pace.

        The pace is that of `seconds_left`, so this is an upper limit where that is one.
        """
        baselines = [job for job in self.jobs if job.row.job.kind is JobKind.BASELINE]
        running = sum(job.row.state is JobState.RUNNING for job in self.jobs)
        left = sum(self.row.plan.work(job.row.job) * (1 - job.progress) for job in self.jobs)
        is_measured = any(job.value is not None for job in baselines)
        if self.seconds_left is None or is_measured or not baselines or not running or not left:
            return None
        nearest = min(self.row.plan.work(job.row.job) * (1 - job.progress) for job in baselines)
        return self.seconds_left * running * nearest / left

    @property
    def standing(self) -> str:
        """What it is called for a person."""
        queued = sum(job.is_queued for job in self.jobs)
        return standing(self.state, sum(job.row.state is JobState.RUNNING for job in self.jobs) - queued, queued)


def watch(workspace: Workspace, name: str) -> CampaignView:
    """Return a campaign and all its jobs, as of now.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    present = attendance(workspace)
    with workspace.store() as store, store.reading():
        row = get_campaign(store, name)
        jobs = list_jobs(store, row.id)
        attempts = {attempt.job: attempt for attempt in list_attempts(store, row.id)}
        rounds: dict[JobId, list[RoundRow]] = defaultdict(list)
        for round_ in list_rounds(store, row.id):
            rounds[round_.job].append(round_)
        reasons = {}
        if row.intent is Intent.RUN:
            turns = queue_of(workspace.home, store, open_executor())
            now = present.when_due
            reasons = {turn.job.job.id: turn.reason or now for turn in turns if turn.job.campaign == row.id}
        seconds_per_pass = pace(store, row.id, skip=FIRST_EPOCHS)
        last_feed = last_entry(store, row.id)
    finished = {id_: {row_.number for row_ in of_job if row_.done is not None} for id_, of_job in rounds.items()}
    far = progress(row.plan, jobs, attempts=attempts, finished=finished)
    doing = present.state_of(state(row, jobs), attempts.values())
    views = tuple(
        JobView(
            job,
            attempt := attempts.get(job.job.id),
            tuple(rounds[job.job.id]),
            share,
            job.state is JobState.RUNNING and present.is_stranded(attempt),
            reasons.get(job.job.id, ""),
            row.plan.is_open_ended,
        )
        for job, share in zip(jobs, far.shares, strict=True)
    )
    left = seconds_left(doing, attempts.values(), far.left, seconds_per_pass)
    return CampaignView(row, doing, far.share, left, views, present.has_station, last_feed)
