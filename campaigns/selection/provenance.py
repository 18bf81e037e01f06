"""What a criterion picks from a scored pool, and what that may depend on besides the scores."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from campaigns.selection.agnostic import OnDuplicate
from campaigns.selection.criteria import CRITERIA, LISTS, REGISTRY, unknown
from campaigns.selection.parts import PoolScores
from campaigns.selection.question import Choice, Labels, Need, Question
from campaigns.selection.scores import Indices

GIVEN = frozenset({Need.MAPS, Need.TRUTH, Need.PIXELS})
"""What a round of a campaign may have to give to a criterion besides the scores; pixels where its task has them."""


@dataclass(frozen=True, slots=True, eq=False)
class RankedPool:
    """A scored pool, with what each criterion that is compared would pick from it: those of `LISTS`, unless told."""

    scores: PoolScores
    n: int
    tops: Mapping[str, Indices]
    """Pool indices of the first n, best first, of each criterion, in the order in which AG asks them."""

    @classmethod
    def of(cls, scores: PoolScores, n: int, *, lists: Sequence[str] | None = None) -> "RankedPool":
        """Rank the pool as each criterion sees it.

        Raises:
            ValueError: n is not in [0, N], or a criterion cannot rank these scores.
        """
        chosen = LISTS[scores.link] if lists is None else lists
        return cls(scores, n, {name: CRITERIA[name].top(scores, n) for name in chosen})


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """What a choice may depend on besides the scores; asked for only by the criteria that need it."""

    on_duplicate: OnDuplicate
    rng: Callable[[], Generator]
    """A fresh generator, for the criteria that draw."""
    truth: Callable[[], Labels]
    """(N, C) in {-1, 0, 1}: the labels of the pool, for those that need it."""


NOTHING = Choice(np.empty(0, np.int64))
"""What a baseline picks."""


def choose(criterion: str, pool: RankedPool, terms: Terms) -> Choice:
    """Return the images that a criterion picks, any that `select` knows.

    Raises:
        ValueError: as `select`.
    """
    if criterion in pool.tops:
        return Choice(pool.tops[criterion])
    if criterion not in REGISTRY:
        raise unknown(criterion)
    truth = terms.truth() if needs_truth(criterion) else None
    question = Question(
        pool.scores, pool.n, lambda: list(pool.tops.values()), terms.rng(), truth,
        on_duplicate=terms.on_duplicate, names=tuple(pool.tops),
    )  # fmt: skip
    return REGISTRY[criterion].choose(question)


def needs_truth(criterion: str | None) -> bool:
    """Return True for a criterion that looks at the labels of the pool; None is a baseline, which picks nothing."""
    return criterion is not None and criterion in REGISTRY and Need.TRUTH in REGISTRY[criterion].needs
