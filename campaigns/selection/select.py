"""Picks by any criterion, by name."""

from numpy.random import Generator

from campaigns.selection.agnostic import OnDuplicate
from campaigns.selection.criteria import CRITERIA, LISTS, REGISTRY, refuse_unless_available, unknown
from campaigns.selection.parts import PoolScores
from campaigns.selection.question import Labels, Question
from campaigns.selection.scores import Indices, Measured


def select(
    name: str,
    scores: PoolScores,
    n: int,
    *,
    rng: Generator | None = None,
    truth: Labels | None = None,
    embeddings: Measured | None = None,
    on_duplicate: OnDuplicate = "skip_turn",
) -> Indices:
    """Return the n images a criterion picks, best first; (n,) pool indices.

    `ag` and `vote` work on the six criteria of the paper, or on `LISTS` of softmax scores. `adv` looks at the true
    labels of the pool, (N, C). `random` and `adv` draw from `rng`, the others leave it alone. `on_duplicate` matters to
    `ag` only.

    Raises:
        ValueError: there is no such criterion, n is not in [0, N], or what it needs is missing or does not fit.
    """
    refuse_unless_available(n, len(scores))
    if name not in REGISTRY:
        raise unknown(name)

    def lists() -> list[Indices]:
        return [CRITERIA[listed].top(scores, n) for listed in LISTS[scores.link]]

    question = Question(scores, n, lists, rng, truth, embeddings, on_duplicate)
    return REGISTRY[name].choose(question).images
