"""Two criteria on the trials that both have measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import stdev

from campaigns.reporting.statistics import SignFlip, sign_flip, trials_to_tell


@dataclass(frozen=True, slots=True)
class Duel:
    """Two criteria, paired by trial."""

    criterion: str
    rival: str
    budget: int | None
    """Labelled images; None for the area under the curve."""
    numbers: tuple[int, ...]
    """Of the trials, ascending."""
    differences: tuple[float, ...]
    """Criterion less rival, trial by trial, in mean average precision."""
    test: SignFlip
    trials_needed: int | None
    """In all, to tell a difference such as this one four times out of five; None when that cannot be said."""
    adjusted: float
    """Holm's p: for all tests of the same table being looked at together. The test's own where there is no table."""

    @property
    def effect(self) -> float | None:
        """Mean of the differences in their standard deviations (Cohen's d of pairs); None where they have none."""
        sd = stdev(self.differences) if len(self.differences) > 1 else 0.0
        return self.test.mean / sd if sd else None

    @property
    def is_better(self) -> bool:
        """Whether the criterion is ahead, and the trials can tell."""
        return self.test.mean > 0 and self.test.tells

    @property
    def is_worse(self) -> bool:
        """Whether it is behind, and the trials can tell."""
        return self.test.mean < 0 and self.test.tells


def duel(
    criterion: str, rival: str, values: Mapping[str, Mapping[int, float]], *, budget: int | None = None
) -> Duel | None:
    """Pair two criteria, from values by criterion and trial; None where they have no trial in common."""
    mine, theirs = values[criterion], values[rival]
    numbers = tuple(sorted(mine.keys() & theirs.keys()))
    differences = tuple(mine[number] - theirs[number] for number in numbers)
    test = sign_flip(differences)
    if test is None:
        return None
    return Duel(criterion, rival, budget, numbers, differences, test, trials_to_tell(differences), test.p)
