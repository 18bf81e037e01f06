"""What a criterion picks from a scored pool, and what that may depend on besides the scores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from campaigns.selection.agnostic import OnDuplicate, agnostic_picks
from campaigns.selection.criteria import CRITERIA, PAPER
from campaigns.selection.scores import Indices, Scores
from campaigns.selection.select import Labels, select

NEED_TRUTH = frozenset({"adv"})
"""Criteria that look at the labels of the pool."""


@dataclass(frozen=True, slots=True, eq=False)
class RankedPool:
    """A scored pool, with what each criterion of the paper would pick from it."""

    scores: Scores
    n: int
    tops: Mapping[str, Indices]
    """Pool indices of the first n, best first, of each criterion of the paper, in the paper's order."""

    @classmethod
    def of(cls, scores: Scores, n: int) -> "RankedPool":
        """The pool as each criterion of the paper sees it.

        Raises:
            ValueError: n is not in [0, N].
        """
        return cls(scores, n, {name: CRITERIA[name].top(scores, n) for name in PAPER})


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What a choice may depend on besides the scores; asked for only by the criteria that need it."""

    on_duplicate: OnDuplicate
    rng: Callable[[], Generator]
    """A fresh generator, for the criteria that draw."""
    truth: Callable[[], Labels]
    """(N, C) in {-1, 0, 1}: the labels of the pool, for those in NEED_TRUTH."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What a criterion picked from a pool; the lists are empty for every criterion but AG."""

    images: Indices
    """(n,) pool indices, in the order of picking."""
    lists: tuple[str, ...] = ()
    """The criterion that brought each image."""
    turns: tuple[int, ...] = ()
    """The turn it was brought in, from 1."""


NOTHING = Choice(np.empty(0, np.int64))
"""What a baseline picks."""


def choose(criterion: str, pool: RankedPool, terms: Terms) -> Choice:
    """The images that a criterion picks, any that `select` knows.

    Raises:
        ValueError: as `select`.
    """
    if criterion in pool.tops:
        return Choice(pool.tops[criterion])
    if criterion == "ag":
        found = agnostic_picks(list(pool.tops.values()), pool.n, on_duplicate=terms.on_duplicate)
        return Choice(
            found.images, tuple(PAPER[int(list_)] for list_ in found.lists), tuple(int(turn) for turn in found.turns)
        )
    truth = terms.truth() if criterion in NEED_TRUTH else None
    return Choice(select(criterion, pool.scores, pool.n, rng=terms.rng(), truth=truth))
