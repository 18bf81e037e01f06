"""How many images are labelled in each round, and for how many epochs each round trains."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Literal

Order = Literal["depth", "breadth"]
"""How arms run that cannot all run at once: each to its end before the next one starts, or round by round in turn."""


# Without slots, which would leave no room for the running totals: a campaign may have ten thousand rounds, and whoever
# adds up its work asks for all of them.
@dataclass(frozen=True)
class Schedule:
    """The rounds of an arm: round 0 is the baseline on `initial` images, round r adds `add[r - 1]`."""

    initial: int
    """Images in the random initial set of a trial, at least 1."""
    add: tuple[int, ...]
    """Images that each later round adds, each at least 1."""
    epochs: tuple[int, ...]
    """Epochs of every round, the baseline's first: one more than `add`."""

    @property
    def rounds(self) -> range:
        """Round numbers, the baseline's 0 included."""
        return range(len(self.add) + 1)

    @property
    def budgets(self) -> tuple[int, ...]:
        """Images that each round trains on, the baseline's first."""
        return self._totals

    @property
    def last(self) -> int:
        """Number of the round that ends an arm."""
        return len(self.add)

    def labelled(self, round_: int) -> int:
        """Return the images that a round trains on."""
        return self._totals[round_]

    def picks(self, round_: int) -> int:
        """Return the images that a round sends for labelling; 0 in the last round."""
        return self.add[round_] if round_ < self.last else 0

    @property
    def budget(self) -> int:
        """Images labelled when an arm ends."""
        return self._totals[-1]

    def extended(self, add: Sequence[int]) -> "Schedule":
        """Return the same schedule with further rounds, which train for as many epochs as the last one."""
        return Schedule(self.initial, (*self.add, *add), (*self.epochs, *[self.epochs[-1]] * len(add)))

    def passes(self, round_: int) -> int:
        """Return the training images seen in a round, epochs included: the measure of its work."""
        return self.labelled(round_) * self.epochs[round_]

    @cached_property
    def _totals(self) -> tuple[int, ...]:
        return tuple(accumulate(self.add, initial=self.initial))
