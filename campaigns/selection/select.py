"""Picks by any criterion, by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from campaigns.selection.agnostic import OnDuplicate, metric_agnostic
from campaigns.selection.criteria import CRITERIA, OURS, PAPER, generator, refuse_unless_available, unknown
from campaigns.selection.scores import Indices, Scores
from campaigns.selection.vote import vote

Labels = NDArray[np.integer]
"""(N, C) in {-1, 0, 1}: absent, difficult, present."""


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    scores: Scores
    n: int
    rng: Generator | None
    truth: Labels | None
    on_duplicate: OnDuplicate

    @property
    def lists(self) -> list[Indices]:
        """The first n under each of the paper's criteria."""
        return [OURS[name].top(self.scores, self.n) for name in PAPER]


def select(
    name: str,
    scores: Scores,
    n: int,
    *,
    rng: Generator | None = None,
    truth: Labels | None = None,
    on_duplicate: OnDuplicate = "skip_turn",
) -> Indices:
    """The n images a criterion picks, best first; (n,) pool indices.

    `ag` and `vote` work on the six criteria of the paper. `adv` looks at the true labels of the pool, (N, C). `random`
    and `adv` draw from `rng`, the others leave it alone. `on_duplicate` matters to `ag` only.

    Raises:
        ValueError: there is no such criterion, n is not in [0, N], or `rng` or `truth` is missing or does not fit.
    """
    refuse_unless_available(n, len(scores))
    if name in RULES:
        return RULES[name](_Question(scores, n, rng, truth, on_duplicate))
    criterion = CRITERIA.get(name)
    if criterion is None:
        raise unknown(name)
    return criterion.top(scores, n, rng=rng)


def by_number_of_classes(truth: Labels, rng: Generator) -> Indices:
    """Rank all images, those with the most classes first, ties drawn; (N, C) in {-1, 0, 1} -> (N,).

    A difficult class (0) counts as present, as it does in training. Source: arXiv 2005.12892, section 5.4 ("ADV").
    """
    shuffled = rng.permutation(len(truth))
    present = (truth >= 0).sum(axis=1)
    return shuffled[np.argsort(-present[shuffled], kind="stable")].astype(np.int64, copy=False)


def _ag(question: _Question) -> Indices:
    return metric_agnostic(question.lists, question.n, on_duplicate=question.on_duplicate)


def _vote(question: _Question) -> Indices:
    return vote(question.lists, question.n)


def _adv(question: _Question) -> Indices:
    if question.truth is None:
        raise ValueError("adv picks by the true labels of the pool: pass truth, (images, classes) in -1, 0, 1")
    truth = np.asarray(question.truth)
    if truth.shape != question.scores.logits.shape:
        raise ValueError(f"truth has shape {truth.shape}, the scores have {question.scores.logits.shape}")
    if not np.isin(truth, (-1, 0, 1)).all():
        raise ValueError("truth holds labels other than -1, 0 and 1")
    return by_number_of_classes(truth, generator("adv", question.rng))[: question.n]


RULES: Mapping[str, Callable[[_Question], Indices]] = {"ag": _ag, "vote": _vote, "adv": _adv}
