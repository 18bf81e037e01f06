"""How far campaigns and their jobs are: state, share of the work, time left. Nothing is read here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.ids import Job, JobId, JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import AttemptState, CampaignState, JobState, campaign_state
from campaigns.store.campaigns import list_jobs
from campaigns.store.rows import AttemptRow, CampaignRow, JobRow, standing_of_needs
from campaigns.store.store import Store


def state_of(store: Store, row: CampaignRow) -> CampaignState:
    """Return what a campaign is doing."""
    return state(row, list_jobs(store, row.id))


FIRST_EPOCHS = 3
"""Epochs that a time left is not built on: the first ones warm up."""


@dataclass(frozen=True, slots=True)
class CampaignProgress:
    """How far a campaign is."""

    shares: tuple[float, ...]
    """Of the work of each job that is done, in [0, 1], in the order of the jobs."""
    done: float
    """Work that is done, in training images."""
    left: float
    """Work still to do, likewise; at most, where the plan is open-ended."""

    @property
    def share(self) -> float:
        """Of all work that is done, in [0, 1]."""
        return self.done / (self.done + self.left)


def state(row: CampaignRow, jobs: Sequence[JobRow]) -> CampaignState:
    """Return what a campaign is doing, from its jobs."""
    return campaign_state(row.intent, standing_of_needs(jobs), wanting=[j.is_wanting for j in jobs])


def progress(
    plan: Plan,
    jobs: Sequence[JobRow],
    *,
    attempts: Mapping[JobId, AttemptRow],
    finished: Mapping[JobId, Collection[int]],
) -> CampaignProgress:
    """Return how far a campaign is, from the last attempt at each job and the complete rounds of each job."""
    # All jobs of a kind do the same work; a campaign has three kinds and may have hundreds of jobs.
    # Who scores for another one does what is counted there.
    work = {kind: plan.work(Job(kind)) for kind in JobKind}
    totals = [work[job.job.kind] for job in jobs]
    parts = [_work_done(plan, job.job, attempts.get(job.job.id), finished.get(job.job.id, ())) for job in jobs]
    shares = tuple(
        1.0 if job.state is JobState.DONE else part / total if total else 0.0
        for job, part, total in zip(jobs, parts, totals, strict=True)
    )
    done = sum(total * share for total, share in zip(totals, shares, strict=True))
    return CampaignProgress(shares, done, sum(totals) - done)


def _work_done(plan: Plan, job: Job, attempt: AttemptRow | None, finished: Collection[int]) -> float:
    """Work of a job that is done, in training images."""
    images = sum(plan.training(job, number) + plan.looking(job, number) for number in finished)
    if attempt is not None and attempt.round is not None and attempt.round not in finished and attempt.epochs:
        before = plan.trained_before(job, attempt.round)
        share = max(0, (attempt.epoch or 0) - before) / (attempt.epochs - before)
        images += plan.training(job, attempt.round) * share
    return images


def seconds_left(
    state: CampaignState, attempts: Iterable[AttemptRow], left: float, seconds_per_pass: float | None
) -> float | None:
    """Estimate the time left, from the last attempt at each job; None when nothing runs, and before there is a pace."""
    running = sum(attempt.state is AttemptState.RUNNING for attempt in attempts)
    if state is not CampaignState.RUNNING or seconds_per_pass is None or not running:
        return None
    return left * seconds_per_pass / running
