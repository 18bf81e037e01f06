"""What the paper claims, row by row, held against what a campaign has measured; `verdicts` has the rule.

The paper compares AG with its seven other criteria (random among them); VOTE and ADV are ablations of it and have rows
of their own, so that AG can be first while ADV, which sees the labels, is above it. ΔAG has no trials: it is a mean
over first rounds, and is held against the largest that the paper prints.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.plan import Plan
from campaigns.core.yardstick import MEAN_AP
from campaigns.reporting.order_change import lead_shrinks, order_changes
from campaigns.reporting.paper import ABLATED, Exhibit
from campaigns.reporting.series import Curve, Result
from campaigns.reporting.standings import RANDOM, values_at
from campaigns.reporting.verdicts import Ruling, Verdict, ahead, beside, level, missing
from campaigns.selection.criteria import AGGREGATES, PAPER

LEVELS = ((10, 96.0), (20, 98.0))
"""Per cent of the training images, and of the full model's mean average precision that they are said to reach."""
NEAR = 0.5
"""Per cent of the training images by which a budget may miss the one that a claim is about."""
HALF = 50.0
"""Per cent of the picked images of which more are said to have one vote."""
MOST_DELTA_AG = 5.259
"""Per cent: the largest ΔAG that the paper prints (Table 1, VOC 2007)."""
PAPER_DELTA_AG = "2.8 to 5.3 %"
"""From the least ΔAG of the paper's Tables 1 and 2 to the largest."""
SEPARATION = ("sepsum", "sepmax", "sepmin")


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim of the paper, and what came of it here."""

    key: str
    """Short, and the same in every campaign: `full-10`, `first-95`, `votes`."""
    text: str
    source: str
    """Where the paper says so."""
    measured: str
    """In words and numbers; empty when nothing of it is measured."""
    trials: int
    """That the verdict is about; 0 when nothing is measured."""
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class RoundVotes:
    """How many images 1, 2, … of the paper's six criteria held among their first n in one round."""

    trial: int
    round: int
    counts: tuple[int, ...]


def claims(
    plan: Plan,
    result: Result,
    *,
    votes: Sequence[RoundVotes],
    delta_ag_percent: float | None,
    is_ag_bound: bool = False,
    figures: Sequence[Exhibit] = (),
) -> tuple[Claim, ...]:
    """Return every claim of the paper that a campaign could speak to, in the paper's order.

    `delta_ag_percent` is of the first round, which the paper times. `figures` are those that the campaign answers to,
    one a reading point: what the paper says of its data set and model alone is listed only with them.
    One whose criteria, budget or full model are not in the campaign is left out: it could never be told, unless it is
    refuted already.
    There is none for a campaign of another task than the paper's.
    """
    if plan.yardstick != MEAN_AP:
        return ()
    curves = {curve.criterion: curve for curve in result.curves}
    points = plan.reading_points
    rows: list[Claim | None] = [_of_full(plan, result, curves, share, border) for share, border in LEVELS]
    rows += [_first(curves, budget) for budget in points]
    rows.append(_separation(curves, points[0]))
    rows += [] if not figures else _of_figures(curves, points, figures)
    rows.append(_votes(votes))
    rows += [_below(curves, name, points[-1], source=source) for name, source in _ABLATIONS]
    rows.append(_delta_ag(delta_ag_percent, is_bound=is_ag_bound) if "ag" in curves else None)
    return tuple(row for row in rows if row is not None)


_ABLATIONS = (("vote", "section 5.4"), ("adv", "section 5.4, Figures 16 and 17"))


def _claim(key: str, text: str, source: str, ruling: Ruling) -> Claim:
    return Claim(key, text, source, ruling.measured, ruling.trials, ruling.verdict, ruling.reason)


def budget_of(plan: Plan, share: float) -> int | None:
    """Return the budget nearest to `share` per cent of the training images; None when it is not within `NEAR` of it."""
    schedule = plan.schedule
    budgets = [schedule.labelled(round_) for round_ in schedule.rounds]
    nearest_budget = min(budgets, key=lambda budget: abs(100 * budget / plan.train_images - share))
    return nearest_budget if abs(100 * nearest_budget / plan.train_images - share) <= NEAR else None


def _of_full(plan: Plan, result: Result, curves: Mapping[str, Curve], share: int, border: float) -> Claim | None:
    budget = budget_of(plan, share)
    if "ag" not in curves or budget is None or not (plan.has_full or result.full):
        return None  # it is about a budget, or a model, that this campaign does not have
    text = f"AG with {share} % of the images comes to at least {border:g} % of the full model"
    if result.full is None:
        ruling = missing("the full model is not measured yet")
    else:
        full = result.full
        ruling = level(
            [100 * value / full for value in values_at(curves["ag"], budget).values()],
            border,
            unit=f"of full at {budget} images, {100 * budget / plan.train_images:.2f} % of all",
        )
    return _claim(f"full-{share}", text, "abstract, sections 5.1 and 5.2", ruling)


def _first(curves: Mapping[str, Curve], budget: int) -> Claim | None:
    text = f"AG is first of all criteria at {budget} images"
    others = [name for name in curves if name not in AGGREGATES]
    ruling = _compared(curves, ["ag"], others, budget, wanted=("ag", RANDOM, *PAPER))
    return ruling if ruling is None else _claim(f"first-{budget}", text, "sections 5.1 to 5.3, Figures 2 to 13", ruling)


def _separation(
    curves: Mapping[str, Curve],
    budget: int,
    *,
    key: str = "separation",
    source: str = "sections 5.1 to 5.3, Figures 2, 6, 8, 10 and 12",
) -> Claim | None:
    text = f"a separation is the best single criterion at {budget} images"
    others = [name for name in curves if name not in {*AGGREGATES, *SEPARATION}]
    ruling = _compared(curves, SEPARATION, others, budget, wanted=(RANDOM, *PAPER))
    return _named(key, text, source, ruling)


def _of_figures(
    curves: Mapping[str, Curve], points: Sequence[int], figures: Sequence[Exhibit]
) -> Iterator[Claim | None]:
    """Yield what the paper says of one data set and model alone."""
    all_eight = ("ag", RANDOM, *PAPER)
    for figure, budget in zip(figures, points, strict=True):
        source = f"{figure.section}, {figure.title}"
        if figure.best:
            text = f"{figure.best} is the best single criterion at {budget} images"
            others = [name for name in (RANDOM, *PAPER) if name != figure.best]
            yield _named(
                f"best-{budget}", text, source, _compared(curves, [figure.best], others, budget, wanted=others)
            )
        if figure.worst:
            text = f"{figure.worst} is the worst of all criteria at {budget} images"
            others = [name for name in all_eight if name != figure.worst]
            ruling = _compared(curves, [figure.worst], others, budget, wanted=others, is_last=True)
            yield _named(f"worst-{budget}", text, source, ruling)
    if len(points) < 2:
        return
    first, last, section, is_whole = points[0], points[-1], figures[0].section, curves.keys() >= set(all_eight)
    if figures[-1].best in SEPARATION:  # of 16 400 images of COCO, section 5.3 says so too
        yield _separation(curves, last, key=f"separation-{last}", source=f"{section}, {figures[-1].title}")
    if is_whole:
        ruling = order_changes(curves, all_eight, (first, last))
        yield _claim("order", f"the order of the criteria changes from {first} to {last} images", section, ruling)
    if is_whole and figures[0].dataset in ABLATED:  # "especially" in sections 5.1 and 5.2, not in 5.3
        ruling = lead_shrinks(curves, "ag", (RANDOM, *PAPER), (first, last))
        yield _claim("lead", f"AG's lead is larger at {first} images than at {last}", section, ruling)


def _named(key: str, text: str, source: str, ruling: Ruling | None) -> Claim | None:
    return None if ruling is None else _claim(key, text, source, ruling)


def _below(curves: Mapping[str, Curve], name: str, budget: int, *, source: str) -> Claim | None:
    text = f"{name.upper()} is below AG at {budget} images"
    ruling = _compared(curves, ["ag"], [name], budget, wanted=("ag", name))
    return ruling if ruling is None else _claim(name, text, source, ruling)


def _compared(
    curves: Mapping[str, Curve],
    firsts: Sequence[str],
    others: Sequence[str],
    budget: int,
    *,
    wanted: Sequence[str],
    is_last: bool = False,
) -> Ruling | None:
    """Rule as `ahead` on the criteria that were run; None where some of `wanted` were not and nothing is refuted."""
    firsts, others = ([name for name in group if name in curves] for group in (firsts, others))
    if not firsts or not others:
        return None
    ruling = ahead(curves, firsts, others, budget=budget, is_last=is_last)
    return ruling if ruling.verdict is Verdict.FAILS or curves.keys() >= set(wanted) else None


def _votes(votes: Sequence[RoundVotes]) -> Claim:
    """Rule on the share of lone votes. A trial's share is over all its rounds, which are not trials of their own.

    Only trials count that have got to the last round that any has: rounds differ in how many votes there are.
    """
    rounds_of = {entry.trial: {other.round for other in votes if other.trial == entry.trial} for entry in votes}
    trials = [trial for trial, rounds in rounds_of.items() if rounds == set().union(*rounds_of.values())]
    votes = [entry for entry in votes if entry.trial in trials]
    shares = [_share([entry for entry in votes if entry.trial == trial]) for trial in trials]
    ruling = level(shares, HALF, unit="have one vote", is_more=True)
    if votes:
        rounds = [_share([entry]) for entry in votes]
        most = sum(share > HALF for share in rounds)
        reason = f"{ruling.reason}; in {most} of {len(rounds)} rounds more than half"
        ruling = Ruling(ruling.verdict, ruling.measured, reason, ruling.trials)
    return _claim("votes", "more than half of the images have one vote", "section 5.4, Figures 14 and 15", ruling)


def _share(votes: Sequence[RoundVotes]) -> float:
    """Per cent of the images that any criterion held which one alone did."""
    return 100 * sum(entry.counts[0] for entry in votes) / max(1, sum(sum(entry.counts) for entry in votes))


def _delta_ag(percent: float | None, *, is_bound: bool) -> Claim:
    text = f"AG costs only a few per cent more than one criterion (paper: {PAPER_DELTA_AG})"
    if percent is None:
        ruling = missing("no first round of ag has been timed yet")
    else:
        measured = f"{'at most ' if is_bound else ''}{beside(percent, MOST_DELTA_AG, decimals=3)} %"
        if percent <= MOST_DELTA_AG:
            ruling = Ruling(Verdict.HOLDS, measured, "not above the largest in the paper", 0)
        elif is_bound:
            ruling = Ruling(Verdict.UNKNOWN, measured, "AG was not timed by itself: this is an upper bound", 0)
        else:
            ruling = Ruling(Verdict.FAILS, measured, "above the largest in the paper", 0)
    return _claim("delta-ag", text, "section 5.4, Tables 1 and 2", ruling)
