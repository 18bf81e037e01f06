"""One rule for every claim, in both directions alike, so that nothing is rounded in anyone's favour.

- A claim about a level (at least 96 % of full) holds when the whole of Student's 95 % interval of the mean over trials
  is on the claimed side of the border, and does not hold when the whole of it is on the other. Two trials at least.
- A claim that one of some criteria is ahead of all others holds when one of them is ahead of each of the others in the
  mean and by the exact sign-flip test of paired trials. All these tests must come true, so the largest of their p
  counts (an intersection-union test: Berger 1982, Technometrics 24, 295), times the number of criteria that could have
  been the one; it must not exceed 0.05. The claim does not hold when the same can be said of one of the others against
  all of the first. With one criterion on either side this is the plain test. Six trials at least.
- Everything else is *cannot tell yet*, and the reason says what is missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from campaigns.core.percent import percent, points
from campaigns.reporting.pairwise import Duel, duel
from campaigns.reporting.series import Curve
from campaigns.reporting.standings import values_at
from campaigns.reporting.statistics import ALPHA, least_trials, p_text, student_mean, too_few, trials_to_tell

RULE = (
    "A level holds, or does not, when the whole of Student's 95 % interval of the mean over trials lies on one side of "
    "it; an order, when the exact paired sign-flip test says so in every comparison it takes (p at most 0.05). It is "
    "the same rule in both directions. The test set and the full model are the same for all trials: their own chance "
    "is in none of these numbers."
)


class Verdict(StrEnum):
    """What can be said of a claim."""

    HOLDS = "holds"
    FAILS = "does not hold"
    UNKNOWN = "cannot tell yet"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with what it stands on."""

    verdict: Verdict
    measured: str
    """In words and numbers; empty when nothing is measured."""
    reason: str
    trials: int
    """That it is about; 0 when nothing is measured."""


def missing(reason: str) -> Ruling:
    """Rule on a claim that nothing is measured of."""
    return Ruling(Verdict.UNKNOWN, "", reason, 0)


def level(values: Sequence[float], border: float, *, unit: str, is_more: bool = False) -> Ruling:
    """Rule whether the mean over trials is at least `border`, or more than it; in per cent, a value a trial.

    `unit` says what the values are per cent of.
    """
    if not values:
        return missing("no trial measured yet")
    interval, mean, trials = student_mean(values), fmean(values), len(values)
    measured = f"{beside(mean, border)} % {unit}"
    if interval is None:
        return Ruling(Verdict.UNKNOWN, measured, "1 trial has no spread; you need at least 2", 1)
    low, high = (beside(end, border) for end in (interval.low, interval.high))
    measured = f"{beside(mean, border)} % ({low} to {high}) {unit}"
    above, below = ("above", "not above") if is_more else ("not below", "below")
    if interval.low > border or (interval.low == border and not is_more):
        return Ruling(Verdict.HOLDS, measured, f"the whole 95 % interval is {above} {border:g} %", trials)
    if interval.high < border or (interval.high == border and is_more):
        return Ruling(Verdict.FAILS, measured, f"the whole 95 % interval is {below} {border:g} %", trials)
    needed = trials_to_tell([value - border for value in values])
    return Ruling(
        Verdict.UNKNOWN, measured, f"{border:g} % lies within the 95 % interval{more_trials(needed, trials)}", trials
    )


def ahead(
    curves: Mapping[str, Curve], firsts: Sequence[str], others: Sequence[str], *, budget: int, is_last: bool = False
) -> Ruling:
    """Rule whether one of `firsts` is ahead of all `others` at a budget; with `is_last`, behind all of them."""
    turn = -1 if is_last else 1  # who is last by some numbers is first by their negatives
    values = {
        name: {n: turn * value for n, value in values_at(curves[name], budget).items()} for name in (*firsts, *others)
    }
    if late := [name for name, by_trial in values.items() if not by_trial]:
        return missing(f"not measured at {budget} images yet: {', '.join(late)}")
    common = set.intersection(*(set(by_trial) for by_trial in values.values()))
    if not common:
        return missing(f"no trial has measured all of them at {budget} images yet")
    trials, shared = len(common), {name: {n: by_trial[n] for n in common} for name, by_trial in values.items()}
    known = [entry for first in firsts for other in others if (entry := duel(first, other, shared, budget=budget))]
    means = {name: fmean(by_trial[n] for n in sorted(common)) for name, by_trial in shared.items()}
    best, rival = max(firsts, key=means.__getitem__), max(others, key=means.__getitem__)
    of_best = next(entry for entry in known if (entry.criterion, entry.rival) == (best, rival))
    place = 1 + sum(means[other] > means[best] for other in others)
    measured = (
        f"{best} {percent(turn * means[best])}, {rival} {percent(turn * means[rival])}: "
        f"{points(turn * of_best.test.mean)} points"
    )
    if len(means) > 2:
        extreme, counted = ("last", f"number {len(means) + 1 - place}") if is_last else ("first", f"number {place}")
        measured += f"; {best} is {extreme if place == 1 else counted} of {len(means)} in the mean"
    word = "behind" if is_last else "ahead of"
    forth, back = _best_case(known, firsts, sign=1, word=word), _best_case(known, others, sign=-1, word=word)
    if forth.p <= ALPHA:
        return Ruling(Verdict.HOLDS, measured, forth.why, trials)
    if back.p <= ALPHA:
        return Ruling(Verdict.FAILS, measured, back.why, trials)
    fewest = least_trials(ALPHA / min(len(firsts), len(others)))
    if trials < fewest:
        reason = too_few(trials, fewest)
    elif of_best.test.mean == 0:
        reason = f"{best} and {rival} are level in the mean"
    else:
        case = forth if of_best.test.mean > 0 else back
        reason = f"{case.why}: not told apart{more_trials(case.needed, trials)}"
    return Ruling(Verdict.UNKNOWN, measured, reason, trials)


@dataclass(frozen=True, slots=True)
class _Case:
    """The best that can be said for one of a group."""

    p: float
    """The largest of its tests, times the size of the group."""
    why: str
    needed: int | None
    """Trials that would tell."""


def _best_case(duels: Sequence[Duel], group: Sequence[str], *, sign: int, word: str) -> _Case:
    """Make the case of the one of a group that is ahead most surely; `sign` is -1 when the group is the rivals.

    `word` says what it is to be ahead here.
    """
    cases = []
    for name in group:
        mine = [entry for entry in duels if name == (entry.criterion if sign > 0 else entry.rival)]
        p, hardest = max(
            ((entry.test.p if sign * entry.test.mean > 0 else 1.0, entry) for entry in mine), key=lambda at: at[0]
        )
        whom = hardest.rival if sign > 0 else hardest.criterion
        why = f"{name} is {word} {whom} by {percent(sign * hardest.test.mean)}, p = {p_text(p)}"
        if len(group) > 1:
            why += f" × {len(group)}, for it is one of {len(group)}"
        needed = trials_to_tell(hardest.differences, alpha=ALPHA / len(group))
        # Where several come to 1 together the one that is least behind is spoken of.
        cases.append((p, -sign * hardest.test.mean, _Case(min(1.0, p * len(group)), why, needed)))
    return min(cases, key=lambda case: case[:2])[2]


def more_trials(needed: int | None, trials: int) -> str:
    """Say how many trials would tell, when that is more than there are."""
    if needed is None or needed <= trials:
        return ""
    return f"; {f'about {needed}' if needed <= 1000 else 'over 1000'} trials would tell a difference of this size"


def beside(value: float, border: float, *, decimals: int = 2) -> str:
    """Format a number with enough digits not to look like a border that it is not: 95.9996 is not 96.00."""
    while round(value, decimals) == border != value and decimals < 12:
        decimals += 1
    return f"{value:.{decimals}f}"
