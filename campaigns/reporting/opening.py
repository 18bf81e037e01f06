"""What a reader must know first: is choosing better than not choosing, can these trials tell, is it finished."""

from dataclasses import dataclass

from campaigns.core.ids import JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import CampaignState
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.standings import RANDOM
from campaigns.reporting.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Opening:
    """The first words of a report, and how good the news is: `good`, `bad`, or `open`."""

    tone: str
    text: str
    more: tuple[str, ...]
    """Sentences that belong to it."""


def opening(dossier: Dossier) -> Opening:
    """The first thing a report says."""
    if not dossier.standings.budgets:
        return Opening("open", "Nothing is measured yet.", _unfinished(dossier))
    first, *more = dossier.headline
    return Opening(_tone(dossier), first, (*more, *_claims(dossier), *_unfinished(dossier)))


def _tone(dossier: Dossier) -> str:
    duels = dossier.standings.against(RANDOM)
    if any(one.is_worse for one in duels):
        return "bad"
    return "open" if dossier.standings.not_better or not duels else "good"


def _claims(dossier: Dossier) -> tuple[str, ...]:
    if not dossier.claims:
        return ()
    counts = {verdict: sum(one.verdict is verdict for one in dossier.claims) for verdict in Verdict}
    return (
        f"Of {len(dossier.claims)} claims of the paper {counts[Verdict.HOLDS]} hold here, "
        f"{counts[Verdict.FAILS]} do not, and of {counts[Verdict.UNKNOWN]} nothing can be told yet.",
    )


def _unfinished(dossier: Dossier) -> tuple[str, ...]:
    far, plan = dossier.progress, dossier.campaign.plan
    if far.state is CampaignState.DONE:
        return ()
    return (
        f"The campaign is not finished ({far.state}, {100 * far.share:.0f} % of its work is done, {far.trials} of "
        f"{plan.trials} trials are complete): what follows is of what is measured so far.",
    )


def budgets_said(plan: Plan) -> str:
    """The schedule in a line: `19 + 19 + 19 + 92 = 187 images`."""
    parts = " + ".join(map(str, (plan.schedule.initial, *plan.schedule.add)))
    return f"{parts} = {plan.schedule.budget} images"


def arms(plan: Plan) -> int:
    """Arms of all trials."""
    return sum(job.kind is JobKind.ARM for job in plan.jobs)
