"""What a campaign has found: curves, rounds, picks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from campaigns.core.ids import Job, JobId, JobKind
from campaigns.core.picks import read_picks
from campaigns.errors import NotNow, UsageError, none_such
from campaigns.reporting.series import Result, result
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts, list_rounds
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import CampaignRow, JobRow, RoundRow


@dataclass(frozen=True, slots=True)
class RoundsOf:
    """Every round a campaign has, with the job it belongs to."""

    campaign: CampaignRow
    rounds: tuple[tuple[JobRow, RoundRow], ...]


@dataclass(frozen=True, slots=True)
class PicksOf:
    """What one round sent for labelling."""

    campaign: CampaignRow
    criterion: str
    trial: int
    round: int
    content: dict[str, Any]
    """`picks.json` as the worker left it: agreement of the criteria, and the picks with their provenance."""


def curves(workspace: Workspace, name: str, *, classes: Sequence[str] = (), criteria: Sequence[str] = ()) -> Result:
    """The learning curves of a campaign so far: of all its criteria, or of some, in the campaign's order.

    Raises:
        NoSuchName: there is no campaign of that name, or it has no such criterion.
        UsageError: one of the classes cannot be averaged over.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        for criterion in criteria:
            arm_of(row, criterion)
        jobs, rounds_, attempts = list_jobs(store, row.id), list_rounds(store, row.id), list_attempts(store, row.id)
    found = result(row.plan, jobs, rounds_, classes=classes, attempts=attempts)
    wanted = set(criteria) or set(row.plan.criteria)
    return replace(found, curves=tuple(curve for curve in found.curves if curve.criterion in wanted))


def rounds(workspace: Workspace, name: str) -> RoundsOf:
    """Every round of a campaign, in the order of its jobs.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs = list_jobs(store, row.id)
        found = list_rounds(store, row.id)
    by_job: dict[JobId, list[RoundRow]] = defaultdict(list)
    for round_ in found:
        by_job[round_.job].append(round_)
    return RoundsOf(row, tuple((job, round_) for job in jobs for round_ in by_job[job.job.id]))


def picks(workspace: Workspace, name: str, *, criterion: str | None, trial: int, round_: int) -> PicksOf:
    """What a round of an arm sent for labelling, and why; the campaign's first criterion when none is named.

    Raises:
        NoSuchName: there is no such campaign, or the campaign has no such criterion.
        UsageError: there is no such trial or round.
        NotNow: the round has not picked yet.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    job = arm_of(row, criterion, trial)
    if not 0 <= round_ < row.plan.schedule.last:
        raise UsageError(f"round {round_} picks nothing", hint=f"rounds 0 to {row.plan.schedule.last - 1} do")
    content = read_picks(workspace.home.campaign(row.id).job(job.id).round(round_).picks)
    if content is None:
        raise NotNow(f"{job.id} has not picked in round {round_} yet", hint=f"see: alwsl-tui rounds {name}")
    return PicksOf(row, job.criterion or "", trial, round_, content)


def arm_of(row: CampaignRow, criterion: str | None, trial: int = 0) -> Job:
    """The arm of a criterion in a trial; the campaign's first criterion when none is named.

    Raises:
        NoSuchName: the campaign has no such criterion.
        UsageError: there is no such trial.
    """
    plan = row.plan
    chosen = criterion or plan.leading
    if chosen not in plan.criteria:
        raise none_such("criterion in this campaign", chosen, plan.criteria)
    if not 0 <= trial < plan.trials:
        raise UsageError(f"there is no trial {trial}", hint=f"trials are 0 to {plan.trials - 1}")
    return Job(JobKind.ARM, trial, chosen)
