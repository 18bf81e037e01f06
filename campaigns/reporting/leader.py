"""Which criterion leads a campaign so far, on the trials that all who are compared have measured."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from campaigns.core.plan import Plan
from campaigns.store.rows import ValueRow

RANDOM = "random"
"""The criterion that others are measured against."""


@dataclass(frozen=True, slots=True)
class Leader:
    """The best criterion at the last budget at which criteria can be compared."""

    criterion: str
    mean: float
    """Mean average precision over `trials` trials, in [0, 1]."""
    labelled: int
    """The budget, in images."""
    gap: float | None
    """What it is ahead of `random` there, above 0; None where that is not among the criteria."""
    trials: int
    """That all who are compared have measured at that budget."""


def leader(plan: Plan, values: Iterable[ValueRow]) -> Leader | None:
    """Return who leads; None while nobody can be compared, and when nobody beats random.

    Criteria are compared at the last budget that two of them have measured in the same trial, on the trials that they
    share. Where random is among the criteria it is one of the two.
    """
    rounds: dict[int, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    budgets: dict[int, int] = {}
    for row in values:
        rounds[row.round][row.criterion][row.trial] = row.value
        budgets[row.round] = row.labelled
    rival = RANDOM if RANDOM in plan.criteria else None
    for number in sorted(rounds, reverse=True):
        means, trials = shared_means(rounds[number], first=rival)
        if len(means) > 1 or len(plan.criteria) == 1:
            best = max(means, key=means.__getitem__)
            gap = None if rival is None else means[best] - means[rival]
            return None if gap == 0 else Leader(best, means[best], budgets[number], gap, trials)
    return None


def shared_means(
    tables: Mapping[str, Mapping[int, float]], *, first: str | None = None
) -> tuple[dict[str, float], int]:
    """Return the mean of each criterion over the trials that all of them have, and how many these are.

    A criterion that has no trial in common with those that have more of them, `first` before all, is left out.
    """
    if first is not None and first not in tables:
        return {}, 0
    common: set[int] = set()
    compared: set[str] = set()
    for name in sorted(tables, key=lambda name: (name != first, -len(tables[name]))):
        both = common & tables[name].keys() if compared else set(tables[name])
        if both:
            common = both
            compared.add(name)
    means = {name: fmean(tables[name][trial] for trial in sorted(common)) for name in tables if name in compared}
    return means, len(common)
