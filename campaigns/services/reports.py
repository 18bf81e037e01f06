"""What a campaign has found: curves, rounds, picks."""

from dataclasses import dataclass
from typing import Any

from campaigns.core.files import read_json
from campaigns.core.ids import JobKind
from campaigns.errors import NotNow, UsageError, none_such
from campaigns.reporting.series import Result, result
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_rounds
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


def curves(workspace: Workspace, name: str, *, classes: tuple[str, ...] = ()) -> Result:
    """The learning curves of a campaign so far.

    Raises:
        NoSuchName: there is no campaign of that name.
        UsageError: one of the classes cannot be averaged over.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        return result(row.plan, list_jobs(store, row.id), list_rounds(store, row.id), classes=classes)


def rounds(workspace: Workspace, name: str) -> RoundsOf:
    """Every round of a campaign, in the order of its jobs.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        jobs = list_jobs(store, row.id)
        found = list_rounds(store, row.id)
    return RoundsOf(row, tuple((job, round_) for job in jobs for round_ in found if round_.job == job.job.id))


def picks(workspace: Workspace, name: str, *, criterion: str | None, trial: int, round_: int) -> PicksOf:
    """What a round of an arm sent for labelling, and why; the campaign's first criterion when none is named.

    Raises:
        NoSuchName: there is no such campaign, or the campaign has no such criterion.
        UsageError: there is no such trial or round.
        NotNow: the round has not picked yet.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    plan = row.plan
    chosen = criterion or plan.criteria[0]
    if chosen not in plan.criteria:
        raise none_such("criterion in this campaign", chosen, plan.criteria)
    if not 0 <= trial < plan.trials:
        raise UsageError(f"there is no trial {trial}", hint=f"trials are 0 to {plan.trials - 1}")
    if not 0 <= round_ < plan.schedule.last:
        raise UsageError(f"round {round_} picks nothing", hint=f"rounds 0 to {plan.schedule.last - 1} do")
    job = next(j for j in plan.jobs if (j.kind, j.trial, j.criterion) == (JobKind.ARM, trial, chosen))
    content = read_json(workspace.home.campaign(row.id).job(job.id).round(round_).picks)
    if content is None:
        raise NotNow(f"{job.id} has not picked in round {round_} yet", hint=f"see: alwsl-tui rounds {name}")
    return PicksOf(row, chosen, trial, round_, content)
