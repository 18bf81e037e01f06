"""What a reader must know first: is choosing better than not choosing, can these trials tell, is it finished."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from campaigns.core.ids import JobKind
from campaigns.core.percent import percent, points
from campaigns.core.plan import Plan
from campaigns.core.states import CampaignState
from campaigns.reporting.difference import minus
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.pairwise import Duel
from campaigns.reporting.series import Result
from campaigns.reporting.standings import RANDOM, Standings
from campaigns.reporting.statistics import ALPHA, least_p, least_trials, p_text, too_few
from campaigns.reporting.untested import untested
from campaigns.reporting.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Opening:
    """The first words of a report, and how good the news is: `good`, `bad`, or `open`."""

    tone: str
    text: str
    more: tuple[str, ...]
    """Sentences that belong to it."""


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """A number that a report begins with, and what it is."""

    value: str
    what: str


def numbers(dossier: Dossier) -> tuple[KeyNumber, ...]:
    """Return the three numbers that a report begins with; none before anything is measured.

    They are of the last budget that every measured criterion has reached: the best mean there, how far it is from the
    full model or how much is labelled, and what choosing is worth against random in the same trials.
    """
    result, plan = dossier.result, dossier.campaign.plan
    at = {curve.criterion: {point.labelled: point for point in curve.points} for curve in result.curves if curve.points}
    shared = set.intersection(*(set(points) for points in at.values())) if at else set()
    if not shared:
        return ()
    budget = max(shared)
    means = {name: points_of[budget].mean for name, points_of in at.items()}
    best = max(means, key=means.__getitem__)
    word = plan.yardstick.title
    share = f"{100 * budget / max(1, plan.train_images):.3g} %"
    among = f", the best of {len(means)} criteria," if len(means) > 1 else ""
    first = KeyNumber(f"{percent(means[best])} %", f"{word} of {best}{among} with {budget} labelled images")
    relative = result.relative(means[best])
    if relative is not None and result.full is not None:
        what = f"of the full model's {word}, {percent(result.full)} %, with {share} of its images"
        second = KeyNumber(f"{relative:.1f} %", what)
    else:
        second = KeyNumber(share, f"of the {plan.train_images} training images are labelled")
    return first, second, _against_random(result, budget, means)


def _against_random(result: Result, budget: int, means: Mapping[str, float]) -> KeyNumber:
    gaps = {
        curve.criterion: point
        for curve in minus(result).curves
        for point in curve.points
        if point.labelled == budget and curve.criterion != RANDOM
    }
    if not gaps:
        return KeyNumber("–", "No comparison with random yet" if RANDOM in means else "Random is not in this campaign")
    best = max(gaps, key=lambda name: gaps[name].mean)
    trials = len(gaps[best].trials)
    what = f"points of {result.yardstick.title}: {best} against random, {trials} trial{'' if trials == 1 else 's'}"
    return KeyNumber(points(gaps[best].mean), what)


def opening(dossier: Dossier) -> Opening:
    """Return the first thing a report says."""
    if not dossier.standings.budgets:
        unknown = untested(dossier.campaign.plan)
        text = f"{unknown[:1].upper()}{unknown[1:]}." if unknown else "Nothing measured yet."
        return Opening("open", text, _unfinished(dossier))
    first, *more = dossier.headline
    return Opening(_tone(dossier), first, (*more, *_claims(dossier), *_unfinished(dossier)))


def _tone(dossier: Dossier) -> str:
    duels = dossier.standings.against(RANDOM)
    if any(duel.is_worse for duel in duels):
        return "bad"
    return "open" if dossier.standings.not_better or not duels else "good"


def _claims(dossier: Dossier) -> tuple[str, ...]:
    if not dossier.claims:
        return ()
    counts = {verdict: sum(claim.verdict is verdict for claim in dossier.claims) for verdict in Verdict}
    return (
        f"The paper's claims that this campaign can test: {len(dossier.claims)}. "
        f"Confirmed: {counts[Verdict.HOLDS]}; refuted: {counts[Verdict.FAILS]}; undecided: {counts[Verdict.UNKNOWN]}.",
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
    """Write the schedule in a line: `19 + 19 + 19 + 92 = 187 images`."""
    parts = " + ".join(map(str, (plan.schedule.initial, *plan.schedule.add)))
    return f"{parts} = {plan.schedule.budget} images"


def arms(plan: Plan) -> int:
    """Count the arms of all trials."""
    return sum(job.kind is JobKind.ARM for job in plan.jobs)


def headline(plan: Plan, standings: Standings) -> tuple[str, ...]:
    """Say what is not better than random first, and the leading criterion before all others."""
    if unknown := untested(plan):
        return (f"{unknown[:1].upper()}{unknown[1:]}.",)
    if RANDOM not in plan.criteria:
        return (
            "No comparison with random: it is not one of the criteria. Without it a campaign cannot show "
            "whether choosing helps.",
        )
    duels = standings.against(RANDOM)
    if not duels:
        return ("No comparison with random yet: no trial has completed random and another criterion.",)
    ordered = sorted(duels, key=lambda entry: (entry.criterion != plan.leading, -entry.test.mean))
    worse = [entry for entry in ordered if entry.is_worse]
    level = [entry for entry in ordered if not entry.is_worse and not entry.is_better]
    better = [entry for entry in ordered if entry.is_better and entry.adjusted <= ALPHA]
    alone = [entry for entry in ordered if entry.is_better and entry.adjusted > ALPHA]
    late = [name for name in standings.not_better if name not in {entry.criterion for entry in duels}]
    sentences = []
    if worse:
        sentences.append(f"WORSE than random: {_listed(worse)}.")
    if level:
        sentences.append(f"NOT shown to be better than random: {_listed(level)}.{_too_few(level)}")
    if late:
        sentences.append(f"No complete trial yet, so not compared with random: {', '.join(late)}.")
    if alone:
        allowed = f"not after correcting for all {len(duels)} tests (Holm's p)"
        sentences.append(f"Better than random in single tests, but {allowed}: {_listed(alone, is_adjusted=True)}.")
    if better:
        sentences.append(f"Better than random: {_listed(better)}.")
    word = plan.yardstick.title
    return (*sentences, f"Numbers: area under the learning curve minus that of random, in points of {word}.")


def how_tested(standings: Standings, rival: str = RANDOM) -> str:
    """Say what the tests of a table are, how many, and how many would come out by chance."""
    duels = standings.against(rival)
    if not duels:
        return ""
    trials = sorted({entry.test.trials for entry in duels})
    over = f"{trials[0]}" if len(trials) == 1 else f"{trials[0]} to {trials[-1]}"
    exact = "exact" if all(entry.test.is_exact for entry in duels) else "partly drawn"
    return (
        f"Area: mean {standings.yardstick.title} from {standings.budgets[0]} to {standings.budgets[-1]} labelled "
        f"images. p: paired sign-flip test over {over} trial{'' if over == '1' else 's'}, two-sided, {exact}; smallest "
        f"possible p: {least_p(trials[0]):.2g}. {len(duels)} tests per column: without any difference, "
        f"{len(duels) * ALPHA:.2g} of them fall below {ALPHA:g} by chance; Holm's p corrects for that."
    )


def _listed(duels: Iterable[Duel], *, is_adjusted: bool = False) -> str:
    """List duels with the difference in points."""
    return ", ".join(
        f"{entry.criterion} ({points(entry.test.mean)}, p = {p_text(entry.test.p)}"
        + (f", Holm's {p_text(entry.adjusted)})" if is_adjusted else ")")
        for entry in duels
    )


def _too_few(duels: Iterable[Duel]) -> str:
    blind = [entry.test.trials for entry in duels if entry.test.trials < least_trials()]
    if not blind:
        return ""
    return f" {too_few(min(blind), least_trials())}."
