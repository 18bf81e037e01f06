"""What a campaign is doing now: state, progress, time left, why a job waits, what went wrong."""

import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.ids import CampaignId, JobId
from campaigns.core.states import AttemptState, CampaignState, Intent, JobState, campaign_state
from campaigns.errors import INTERRUPTED, BadInput, JobFailed, OutOfMemory
from campaigns.services.workspace import Workspace, has_station
from campaigns.station.local import Worker, is_alive
from campaigns.station.station import queue_of
from campaigns.store.attempts import list_attempts, list_rounds, pace
from campaigns.store.campaigns import get_campaign, list_campaigns, list_jobs, read_feed
from campaigns.store.rows import AttemptRow, CampaignRow, FeedRow, JobRow, RoundRow
from campaigns.store.store import Store

FIRST_EPOCHS = 3
"""Epochs that a time left is not built on: the first ones warm up."""


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

    @property
    def mean_ap(self) -> float | None:
        """Of its last measured round."""
        measured = [row.mean_ap for row in self.rounds if row.mean_ap is not None]
        return measured[-1] if measured else None


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign as a person wants to see it."""

    row: CampaignRow
    state: CampaignState
    progress: float
    """Share of all work that is done, in [0, 1]."""
    seconds_left: float | None
    """An estimate; None before there is something to build it on, and when nothing runs."""
    jobs: tuple[JobView, ...]
    has_station: bool
    last_feed: int = 0


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in one line of a list."""

    row: CampaignRow
    state: CampaignState
    done: int
    """Jobs that are done."""
    best: tuple[str, float] | None
    """Criterion and mean over trials of the last round that all its trials have; None before there is one."""


def state_of(store: Store, row: CampaignRow) -> CampaignState:
    """What a campaign is doing."""
    return _state(row, list_jobs(store, row.id))


def overview(workspace: Workspace) -> list[CampaignLine]:
    """Every campaign, newest last."""
    with workspace.store() as store:
        rows = list_campaigns(store)
        jobs: dict[CampaignId, list[JobRow]] = defaultdict(list)
        for job in list_jobs(store):
            jobs[job.campaign].append(job)
        rounds: dict[CampaignId, list[RoundRow]] = defaultdict(list)
        for round_ in list_rounds(store):
            rounds[round_.campaign].append(round_)
    return [
        CampaignLine(
            row,
            _state(row, jobs[row.id]),
            sum(job.state is JobState.DONE for job in jobs[row.id]),
            _best(jobs[row.id], rounds[row.id]),
        )
        for row in rows
    ]


def watch(workspace: Workspace, name: str) -> CampaignView:
    """A campaign and all its jobs, as of now.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    supervised = has_station(workspace)
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs = list_jobs(store, row.id)
        attempts = {attempt.job: attempt for attempt in list_attempts(store, row.id)}
        rounds: dict[JobId, list[RoundRow]] = defaultdict(list)
        for round_ in list_rounds(store, row.id):
            rounds[round_.job].append(round_)
        reasons = {}
        if row.intent is Intent.RUN:
            turns = queue_of(workspace.home, store)
            reasons = {turn.job.job.id: turn.reason or "next" for turn in turns if turn.job.campaign == row.id}
        seconds_per_pass = pace(store, row.id, skip=FIRST_EPOCHS)
        feed = read_feed(store, row.id)
    views = tuple(
        JobView(
            job,
            attempt := attempts.get(job.job.id),
            tuple(rounds[job.job.id]),
            _progress(row, job, attempt, rounds[job.job.id]),
            not supervised and job.state is JobState.RUNNING and not _is_alive(attempt),
            reasons.get(job.job.id, ""),
        )
        for job in jobs
    )
    state = _state(row, jobs)
    done, left = _work(row, views)
    return CampaignView(
        row, state, done / (done + left), _seconds_left(state, views, left, seconds_per_pass), views, supervised,
        feed[-1].id if feed else 0,
    )  # fmt: skip


def feed(workspace: Workspace, name: str, after: int = 0) -> list[FeedRow]:
    """What happened in a campaign since feed entry `after`.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    with workspace.store() as store:
        return read_feed(store, get_campaign(store, name).id, after)


def _state(row: CampaignRow, jobs: Sequence[JobRow]) -> CampaignState:
    states: Mapping[JobId, JobState] = {job.job.id: job.state for job in jobs}
    return campaign_state(row.intent, [(j.state, states[j.job.needs.id] if j.job.needs else None) for j in jobs])


def _is_alive(attempt: AttemptRow | None) -> bool:
    if attempt is None or attempt.pid is None or attempt.born is None:
        return False
    return is_alive(Worker(attempt.pid, attempt.born))


def _best(jobs: Sequence[JobRow], rounds: Sequence[RoundRow]) -> tuple[str, float] | None:
    """The criterion that leads at the last budget at which anything is complete over trials."""
    criterion = {job.job.id: job.job.criterion for job in jobs if job.job.criterion is not None}
    trials = len({job.job.trial for job in jobs if job.job.trial is not None})
    values: dict[tuple[int, str], list[float]] = defaultdict(list)
    for row in rounds:
        if row.mean_ap is not None and row.job in criterion:
            values[row.number, criterion[row.job]].append(row.mean_ap)
    complete = {key: statistics.fmean(found) for key, found in values.items() if len(found) == trials}
    if not complete:
        return None
    last = max(number for number, _ in complete)
    return max(((name, mean) for (number, name), mean in complete.items() if number == last), key=lambda pair: pair[1])


def _progress(campaign: CampaignRow, job: JobRow, attempt: AttemptRow | None, rounds: Sequence[RoundRow]) -> float:
    plan = campaign.plan
    if job.state is JobState.DONE:
        return 1.0
    finished = {row.number for row in rounds if row.done is not None}
    seen = sum(plan.training(job.job, number) + plan.looking(job.job, number) for number in finished)
    if attempt is not None and attempt.round is not None and attempt.round not in finished and attempt.epochs:
        seen += plan.training(job.job, attempt.round) * (attempt.epoch or 0) / attempt.epochs
    return seen / plan.work(job.job)


def _work(campaign: CampaignRow, views: Sequence[JobView]) -> tuple[float, float]:
    """Work done and still to do, in training images."""
    totals = [campaign.plan.work(view.row.job) for view in views]
    done = sum(total * view.progress for total, view in zip(totals, views, strict=True))
    return done, sum(totals) - done


def _seconds_left(
    state: CampaignState, views: Sequence[JobView], left: float, seconds_per_pass: float | None
) -> float | None:
    running = [view for view in views if view.attempt is not None and view.attempt.state is AttemptState.RUNNING]
    if state is not CampaignState.RUNNING or seconds_per_pass is None or not running:
        return None
    return left * seconds_per_pass / len(running)


@dataclass(frozen=True, slots=True)
class EndingOf:
    """How a campaign ended, for whoever waited for it."""

    code: int
    """Exit code: 0 when there is nothing to worry about."""
    why: str
    hint: str


def ending(workspace: Workspace, name: str, *, is_partial: bool = False) -> EndingOf:
    """How a campaign ended; with `is_partial`, resting at the round it was asked to go to is a good end.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    seen = watch(workspace, name)
    failed = [one for one in seen.jobs if one.row.state is JobState.FAILED and one.attempt is not None]
    is_resting = is_partial and seen.state is CampaignState.PAUSED
    if seen.state is CampaignState.DONE or (is_resting and not failed):
        return EndingOf(0, "", "")
    if seen.state is CampaignState.FAILED or is_resting:
        codes = [one.attempt.exit_code for one in failed if one.attempt is not None]
        # Bad input explains the rest, and running out of memory is worth knowing before "a job failed".
        code = next((c for c in (BadInput.exit_code, OutOfMemory.exit_code) if c in codes), JobFailed.exit_code)
        words = [f"{one.row.job.id}: {one.attempt.last_words}" for one in failed if one.attempt is not None]
        return EndingOf(
            code, f"{name} has failed\n" + "\n".join(words), f"alwsl-tui logs {name}; alwsl-tui retry {name}"
        )
    return EndingOf(INTERRUPTED, f"{name} is {seen.state}", f"go on with: alwsl-tui run {name}")
