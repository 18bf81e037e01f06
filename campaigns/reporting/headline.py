"""The first thing to say of a campaign: whether its criteria are better than random, in sentences."""

from collections.abc import Iterable

from campaigns.core.plan import Plan
from campaigns.reporting.duels import Duel
from campaigns.reporting.standings import RANDOM, Standings
from campaigns.reporting.statistics import ALPHA, least_trials


def headline(plan: Plan, standings: Standings) -> tuple[str, ...]:
    """What is not better than random comes first, and the leading criterion before all others."""
    if RANDOM not in plan.criteria:
        return (
            "Nothing can be said against random: it is not among the criteria. A campaign without it cannot tell "
            "whether choosing helps at all.",
        )
    duels = standings.against(RANDOM)
    if not duels:
        return ("Nothing can be said against random yet: no trial of random and another criterion is complete.",)
    ordered = sorted(duels, key=lambda one: (one.criterion != plan.leading, -one.test.mean))
    worse = [one for one in ordered if one.is_worse]
    level = [one for one in ordered if not one.is_worse and not one.is_better]
    better = [one for one in ordered if one.is_better]
    late = [name for name in standings.not_better if name not in {one.criterion for one in duels}]
    said = []
    if worse:
        said.append(f"WORSE than random: {_listed(worse)}.")
    if level:
        said.append(f"NOT shown to be better than random: {_listed(level)}.{_too_few(level)}")
    if late:
        said.append(f"Not compared with random yet, as no trial is complete: {', '.join(late)}.")
    if better:
        said.append(f"Better than random: {_listed(better)}.")
    return tuple(said)


def how_tested(standings: Standings, rival: str = RANDOM) -> str:
    """What the tests of a table are, how many, and how many would come out by chance."""
    duels = standings.against(rival)
    if not duels:
        return ""
    trials = sorted({one.test.trials for one in duels})
    over = f"{trials[0]}" if len(trials) == 1 else f"{trials[0]} to {trials[-1]}"
    exact = "exact" if all(one.test.is_exact for one in duels) else "partly drawn"
    least = max(one.test.least for one in duels)
    return (
        f"Area: mean mAP from {standings.budgets[0]} to {standings.budgets[-1]} labelled images. p: paired sign-flip "
        f"test over {over} trial{'' if over == '1' else 's'}, two-sided, {exact}; the least p that "
        f"{'these' if len(trials) > 1 else over} can come to is {least:.2g}. {len(duels)} tests a column: where "
        f"nothing differs, {len(duels) * ALPHA:.2g} of them come below {ALPHA:g} by chance; Holm's p allows for that."
    )


def _listed(duels: Iterable[Duel]) -> str:
    return ", ".join(
        f"{one.criterion} ({100 * one.test.mean:+.2f} mAP points, p = {p_text(one.test.p)})" for one in duels
    )


def _too_few(duels: Iterable[Duel]) -> str:
    blind = [one for one in duels if not one.test.can_tell]
    if not blind:
        return ""
    least = max(one.test.least for one in blind)
    return (
        f" So few trials cannot tell: p cannot go below {least:.3g}, whatever the difference; "
        f"{least_trials()} trials are the fewest."
    )


def p_text(p: float) -> str:
    """A p with two digits that count, and never one that looks smaller than `ALPHA` when it is not."""
    text = f"{p:.2g}" if p < 0.1 else f"{p:.2f}"
    return text if (float(text) <= ALPHA) == (p <= ALPHA) else f"{p:.4g}"
