"""What a campaign amounts to: who is ahead, what the paper's claims came to, and what to look at when random wins."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from campaigns.core.ids import Job, JobKind
from campaigns.core.plan import Plan
from campaigns.home.picks import read_picks
from campaigns.reporting.claims import Claim, RoundVotes, claims
from campaigns.reporting.opening import headline
from campaigns.reporting.paper import readings_of
from campaigns.reporting.series import Result
from campaigns.reporting.standings import RANDOM, Standings, standings
from campaigns.services.results.causes import Picks, PossibleCause, checklist
from campaigns.services.results.cost import load_cost
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign
from campaigns.store.rows import CampaignRow


@dataclass(frozen=True, slots=True)
class Findings:
    """What a campaign amounts to."""

    campaign: CampaignRow
    result: Result
    standings: Standings
    claims: tuple[Claim, ...]
    votes: tuple[RoundVotes, ...]
    """Of the leading criterion's rounds, the baseline's first, trial by trial."""
    checklist: tuple[PossibleCause, ...]
    """Why a criterion may not be better than random: likely causes first; empty when every one is better."""
    headline: tuple[str, ...]
    """Whether the criteria are better than random, in sentences: what is said first, and what is not better first."""


def findings(workspace: Workspace, name: str, *, classes: Sequence[str] = (), picks: Picks | None = None) -> Findings:
    """Return everything that statistics can say of a campaign so far, as a mean over all classes, or some.

    Whoever has read the picks of all rounds hands them in, so that no file is read twice.

    Raises:
        NoSuchName: there is no campaign of that name.
        UsageError: one of the classes cannot be averaged over.
        Damaged: a file of a round is not what a worker writes.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    curves = load_curves(workspace, row.id, classes=classes)
    ranking = standings(row.plan, curves)
    spent = load_cost(workspace, row.id)
    needed = {row.plan.leading, *(() if not ranking.not_better else (RANDOM, *ranking.not_better))}
    known = picks_of(workspace, row, needed, known=picks or {})
    votes = _votes(row.plan, known)
    told = claims(
        row.plan, curves, votes=votes, delta_ag_percent=spent.first_delta_ag_percent, is_ag_bound=spent.is_first_bound,
        figures=readings_of(row),
    )  # fmt: skip
    causes = checklist(workspace, row, curves, ranking, picks=known)
    return Findings(row, curves, ranking, told, votes, causes, headline(row.plan, ranking))


def picks_of(workspace: Workspace, row: CampaignRow, criteria: Container[str], *, known: Picks) -> Picks:
    """Return what every round of the baselines and of these criteria's arms has picked, those known already included.

    Raises:
        Damaged: a file is not what a worker writes.
    """
    all_picks, paths = dict(known), workspace.home.campaign(row.id)
    for job in row.plan.jobs:
        if job.kind is JobKind.BASELINE or job.criterion in criteria:
            for number in row.plan.schedule.rounds if job.kind is JobKind.ARM else range(1):
                if (job.id, number) not in all_picks:
                    picked = read_picks(paths.job(job.id).round(number).picks)
                    if picked is not None:
                        all_picks[job.id, number] = picked.brief(0)
    return all_picks


def _votes(plan: Plan, picks: Picks) -> tuple[RoundVotes, ...]:
    """Return votes of the baseline's round, which all arms share, and the later ones of the leading criterion's arm."""
    votes = []
    for trial in range(plan.trials):
        for number in plan.schedule.rounds:
            job = Job(JobKind.ARM, trial, plan.leading) if number else Job(JobKind.BASELINE, trial)
            if picked := picks.get((job.id, number)):
                votes.append(RoundVotes(trial, number, tuple(picked.agreement.votes.tolist())))
    return tuple(votes)
