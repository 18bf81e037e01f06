"""What the paper says of two budgets at once: that the order of the criteria changes, that AG's lead is larger first.

- The order. In each trial the criteria have ranks at both budgets. If the order is the same, and only chance moves
  them, ranks rise as often and as far as they fall: exchanging the budgets of a trial changes nothing. So the claim
  holds when the exact sign-flip test of the change of ranks says so; its statistic is the squared length of the mean
  change (ranks, so that criteria that only come closer together are no change of order). It does not hold when the
  means are in one order at both budgets and every neighbour in it is told from the next at both, one after the other.
- The lead. The lead of AG over the mean of the other criteria at the first budget, less that at the last, trial by
  trial, by the exact sign-flip test, in either direction.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from campaigns.core.percent import points
from campaigns.reporting.pairwise import duel
from campaigns.reporting.series import Curve
from campaigns.reporting.standings import values_at
from campaigns.reporting.statistics import (
    ALPHA,
    DRAWN,
    SAME,
    least_trials,
    p_text,
    sign_flip,
    too_few,
    trials_to_tell,
)
from campaigns.reporting.verdicts import Ruling, Verdict, missing, more_trials

COUNTED = 16
"""Trials whose signs are all counted; of more, signs are drawn."""

Floats = NDArray[np.float64]
Budgets = tuple[int, int]
_Table = Mapping[str, Mapping[int, float]]


def order_changes(curves: Mapping[str, Curve], names: Sequence[str], budgets: Budgets) -> Ruling:
    """Rule whether the order of criteria is another one at the second of two budgets."""
    tables = _common(curves, names, budgets)
    if isinstance(tables, Ruling):
        return tables
    trials = sorted(tables[0][names[0]])
    ranks = [np.array([_ranks([table[name][t] for name in names]) for t in trials]) for table in tables]
    p = p_of_change(ranks[1] - ranks[0])
    orders = [_in_order(table) for table in tables]
    told = [f"{', '.join(order)} at {budget}" for order, budget in zip(orders, budgets, strict=True)]
    measured = f"{'; '.join(told)} images"
    if p <= ALPHA:
        return Ruling(Verdict.HOLDS, measured, f"ranks change from trial to trial alike, p = {p_text(p)}", len(trials))
    if orders[0] == orders[1] and all(_is_told_apart(table, orders[0]) for table in tables):
        reason = "the order is the same, and each criterion is told from the next at both budgets"
        return Ruling(Verdict.FAILS, measured, reason, len(trials))
    reason = _too_few(len(trials)) or f"ranks change, p = {p_text(p)}: not told from chance"
    return Ruling(Verdict.UNKNOWN, measured, reason, len(trials))


def lead_shrinks(curves: Mapping[str, Curve], name: str, others: Sequence[str], budgets: Budgets) -> Ruling:
    """Rule whether a criterion is further ahead of the mean of others at the first of two budgets than at the last."""
    tables = _common(curves, [name, *others], budgets)
    if isinstance(tables, Ruling):
        return tables
    trials = sorted(tables[0][name])
    leads = [[table[name][t] - fmean(table[other][t] for other in others) for t in trials] for table in tables]
    differences = [first - last for first, last in zip(*leads, strict=True)]
    test = sign_flip(differences)
    assert test is not None
    by = [f"{points(fmean(lead))} at {budget}" for lead, budget in zip(leads, budgets, strict=True)]
    measured = f"{name} less the mean of the others, in points of mAP: {by[0]}, {by[1]} images"
    reason = f"the lead changes by {points(-test.mean)} points, p = {p_text(test.p)}"
    if test.tells:
        return Ruling(Verdict.HOLDS if test.mean > 0 else Verdict.FAILS, measured, reason, len(trials))
    reason = _too_few(len(trials)) or f"{reason}: not told apart{more_trials(trials_to_tell(differences), len(trials))}"
    return Ruling(Verdict.UNKNOWN, measured, reason, len(trials))


def p_of_change(changes: Floats, *, seed: int = 0) -> float:
    """Return the share of all assignments of signs to rows whose sum is at least as long; (trials, C) -> (0, 1].

    All are counted up to COUNTED rows, beyond which they are drawn, the observed one counted in (Phipson and Smyth
    2010).
    """
    trials = len(changes)
    products = changes @ changes.T  # the squared length of a signed sum is s' (D D') s
    bar = float(products.sum()) - SAME * float(np.abs(products).sum())
    if bar <= 0:
        return 1.0
    if trials <= COUNTED:
        bits = np.arange(1 << trials)[:, None] >> np.arange(trials)
        return float((_lengths(bits & 1, products) >= bar).mean())
    bits = np.random.default_rng(seed).integers(0, 2, size=(DRAWN, trials))
    return (int((_lengths(bits, products) >= bar).sum()) + 1) / (DRAWN + 1)


def _lengths(bits: NDArray[np.int64], products: Floats) -> Floats:
    signs = np.where(bits == 1, -1.0, 1.0)
    return np.asarray(((signs @ products) * signs).sum(axis=1), np.float64)


def _ranks(values: Sequence[float]) -> Floats:
    """Return the rank of each value, the largest first; equal ones share the mean of theirs."""
    array = np.asarray(values)
    above, level = (array[None] > array[:, None]).sum(axis=1), (array[None] == array[:, None]).sum(axis=1)
    return np.asarray(above + (level + 1) / 2, np.float64)


def _in_order(table: _Table) -> list[str]:
    return sorted(table, key=lambda name: -fmean(table[name].values()))


def _is_told_apart(table: _Table, order: Sequence[str]) -> bool:
    duels = [duel(name, after, table) for name, after in pairwise(order)]
    return all(entry is not None and entry.is_better for entry in duels)


def _common(curves: Mapping[str, Curve], names: Sequence[str], budgets: Budgets) -> tuple[_Table, _Table] | Ruling:
    """Return the values at both budgets of the trials that have all of them; what is missing where none has."""
    first, last = ({name: values_at(curves[name], budget) for name in names} for budget in budgets)
    for table, budget in zip((first, last), budgets, strict=True):
        if late := [name for name, by_trial in table.items() if not by_trial]:
            return missing(f"not measured at {budget} images yet: {', '.join(late)}")
    trials = set.intersection(*(set(by_trial) for table in (first, last) for by_trial in table.values()))
    if not trials:
        return missing(f"no trial has measured all of them at {budgets[0]} and {budgets[1]} images yet")
    first, last = ({name: {t: table[name][t] for t in sorted(trials)} for name in names} for table in (first, last))
    return first, last


def _too_few(trials: int) -> str:
    fewest = least_trials()
    return too_few(trials, fewest) if trials < fewest else ""
