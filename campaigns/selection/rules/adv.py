"""ADV: images with the most classes first, which it sees in the labels: what cheating would gain."""

import numpy as np
from numpy.random import Generator

from campaigns.selection.criteria import BatchCriterion
from campaigns.selection.question import Choice, Labels, Need, Question
from campaigns.selection.rules import ARXIV
from campaigns.selection.scores import Indices


def by_number_of_classes(truth: Labels, rng: Generator) -> Indices:
    """Return all images, those with the most classes first, ties drawn; (N, C) in {-1, 0, 1} -> (N,).

    A difficult class (0) counts as present, as it does in training. Source: arXiv 2005.12892, section 5.4 ("ADV").
    """
    shuffled = rng.permutation(len(truth))
    present = (truth >= 0).sum(axis=1)
    return shuffled[np.argsort(-present[shuffled], kind="stable")].astype(np.int64, copy=False)


def _pick(question: Question) -> Choice:
    return Choice(by_number_of_classes(question.labels("adv"), question.generator("adv"))[: question.n])


ENTRIES = (
    BatchCriterion(
        "adv", "Adversarial", "most true classes, ties drawn", f"{ARXIV} 5.4", _pick,
        says="adv picked it because its true labels name many classes", needs=frozenset({Need.TRUTH}),
        links=frozenset({"sigmoid"}),
    ),
)  # fmt: skip
