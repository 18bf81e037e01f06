"""What a reader must know first: is choosing better than not choosing, and can these trials tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.core.ids import JobKind
from campaigns.core.plan import Plan
from campaigns.core.states import CampaignState
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.standings import RANDOM
from campaigns.reporting.statistics import least_trials
from campaigns.reporting.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Headline:
    """One sentence, and how good the news is: `good`, `bad`, or `open`."""

    tone: str
    text: str
    more: tuple[str, ...] = ()
    """Sentences that belong to it."""


def headline(dossier: Dossier) -> Headline:
    """The first thing a report says."""
    told = _against_random(dossier)
    return Headline(told.tone, told.text, (*told.more, *_claims(dossier), *_unfinished(dossier)))


def _against_random(dossier: Dossier) -> Headline:
    standings = dossier.standings
    if not standings.budgets:
        return Headline("open", "Nothing is measured yet.")
    if RANDOM not in dossier.criteria:
        text = "Random is not in this campaign, so nothing here says whether choosing is better than not choosing."
        return Headline("open", text)
    duels = standings.against(RANDOM)
    if not duels:
        return Headline("open", "No trial has both random and another criterion complete yet: nothing can be compared.")
    worse = [one.criterion for one in duels if one.is_worse]
    same = [name for name in standings.not_better if name not in worse]
    trials = max(one.test.trials for one in duels)
    more = []
    if trials < least_trials():
        more.append(
            f"{trials} trial{'s' * (trials > 1)} cannot tell anything apart at p ≤ 0.05 (the sign-flip test needs "
            f"{least_trials()}): not shown means not shown, neither better nor worse."
        )
    if worse or same:
        parts = [f"Worse than random: {_and(worse)}."] if worse else []
        parts += [f"Not shown to be better than random: {_and(same)}."] if same else []
        better = [one.criterion for one in duels if one.is_better]
        if better:
            more.insert(0, f"Better than random, by the area under the learning curve: {_and(better)}.")
        return Headline("bad" if worse or not better else "open", " ".join(parts), tuple(more))
    text = "Every criterion is better than random, by the area under the learning curve."
    return Headline("good", text, tuple(more))


def _claims(dossier: Dossier) -> tuple[str, ...]:
    counts = {verdict: sum(one.verdict is verdict for one in dossier.claims) for verdict in Verdict}
    return (
        (
            f"Of {len(dossier.claims)} claims of the paper {counts[Verdict.HOLDS]} hold here, "
            f"{counts[Verdict.FAILS]} do not, and of {counts[Verdict.UNKNOWN]} nothing can be told yet."
        ,)
        if dossier.claims and dossier.standings.budgets
        else ()
    )  # fmt: skip


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


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
