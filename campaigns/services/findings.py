"""What a campaign amounts to: who is ahead, what the paper's claims came to, and what to look at when random wins."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.reporting.claims import Claim, RoundVotes, claims
from campaigns.reporting.headline import headline
from campaigns.reporting.series import Result
from campaigns.reporting.standings import Standings, standings
from campaigns.services import agreements, costs, reports
from campaigns.services.suspects import Check, checklist
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
    checklist: tuple[Check, ...]
    """Why a criterion may not be better than random: likely causes first; empty when every one is better."""
    headline: tuple[str, ...]
    """Whether the criteria are better than random, in sentences: what is said first, and what is not better first."""


def findings(workspace: Workspace, name: str, *, classes: Sequence[str] = ()) -> Findings:
    """Everything that statistics can say of a campaign so far, as a mean over all classes, or some.

    Raises:
        NoSuchName: there is no campaign of that name.
        UsageError: one of the classes cannot be averaged over.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    found = reports.curves(workspace, name, classes=classes)
    seen = standings(row.plan, found)
    spent = costs.cost(workspace, name)
    votes = tuple(
        RoundVotes(trial, one.round, one.votes)
        for trial in range(row.plan.trials)
        for one in agreements.agreements(workspace, name, trial=trial)
    )
    told = claims(
        row.plan, found, seen, votes=votes, delta_ag_percent=spent.delta_ag_percent, is_ag_bound=spent.is_ag_bound
    )
    return Findings(row, found, seen, told, votes, checklist(workspace, row, found, seen), headline(row.plan, seen))
