"""What a round says of its choice: the one account that a worker writes and `verify` draws up again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from campaigns.selection.agnostic import OnDuplicate
from campaigns.selection.agreement import agreement
from campaigns.selection.collapse import is_collapsed
from campaigns.selection.criteria import CRITERIA, PAPER, REGISTRY, unknown
from campaigns.selection.question import Choice, Labels, Need, Question
from campaigns.selection.rankings import places_among
from campaigns.selection.scores import Indices, Scores

SCHEMA = 1
GIVEN = frozenset({Need.TRUTH})
"""What a round of a campaign has to give to a criterion besides the scores."""


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
        pool.scores, pool.n, lambda: list(pool.tops.values()), terms.rng(), truth, on_duplicate=terms.on_duplicate
    )
    return REGISTRY[criterion].choose(question)


def needs_truth(criterion: str | None) -> bool:
    """Return True for a criterion that looks at the labels of the pool; None is a baseline, which picks nothing."""
    return criterion is not None and criterion in REGISTRY and Need.TRUTH in REGISTRY[criterion].needs


def account(
    criterion: str | None, round_: int, pool: RankedPool, choice: Choice, names: Sequence[str]
) -> dict[str, Any]:
    """All that `picks.json` holds, keys in its order; `names` are the ids of the picked images.

    The criterion is None for a baseline, which picks nothing and says what the criteria would.
    """
    agreed = agreement(list(pool.tops.values()), pool.n)
    said: dict[str, Any] = {
        "schema": SCHEMA,
        "criterion": criterion,
        "round": round_,
        "n": pool.n,
        "pool": len(pool.scores),
        "agreement": {
            "criteria": list(PAPER),
            "overlap": agreed.overlap.tolist(),
            "votes": agreed.votes.tolist(),
            "kendall": [[round(float(tau), 6) for tau in row] for row in agreed.kendall],
        },
        "picks": [] if criterion is None else _picks(criterion, pool, choice, names),
    }
    return said | ({"collapsed": True} if is_collapsed(pool.scores) else {})


def _picks(criterion: str, pool: RankedPool, choice: Choice, names: Sequence[str]) -> list[dict[str, Any]]:
    """For each picked image, in order, what a person may want to know of it."""
    found: dict[str, Sequence[Any]] = {"image": names}
    if choice.lists:
        found |= {"list": choice.lists, "turn": choice.turns}
    scores = pool.scores.take(choice.images)
    if criterion in CRITERIA and CRITERIA[criterion].has_values:
        found["value"] = [float(value) for value in CRITERIA[criterion].values(scores)]
    ranks = {name: places_among(CRITERIA[name].keys(pool.scores), choice.images) + 1 for name in PAPER}
    found["ranks"] = [{name: int(rank[at]) for name, rank in ranks.items()} for at in range(len(choice.images))]
    found["votes"] = [sum(rank <= pool.n for rank in one.values()) for one in found["ranks"]]
    found["probabilities"] = [[round(float(p), 4) for p in row] for row in scores.probs]
    return [{key: values[at] for key, values in found.items()} for at in range(len(choice.images))]
