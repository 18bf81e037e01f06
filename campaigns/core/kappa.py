"""How far two people say the same of the same images: agreement and Cohen's kappa, by class. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from campaigns.core.answers import Answer, AnswerLine
from campaigns.core.labels import Label, Labelling, resolve


@dataclass(frozen=True, slots=True)
class ClassKappa:
    """How far two people agree about one class."""

    name: str
    images: int
    """Of which both said yes or no."""
    same: int
    """Of which both said the same."""
    kappa: float | None
    """Cohen's: 1 where they always agree, 0 where no more often than by chance. None where each of the two said the
    same of every image, or there is no image: chance would agree as often."""


@dataclass(frozen=True, slots=True)
class PairKappa:
    """How far two people agree."""

    first: str
    second: str
    classes: tuple[ClassKappa, ...]


def kappas(entries: Sequence[AnswerLine], classes: Sequence[str]) -> tuple[PairKappa, ...]:
    """Return how far every two people agree who answered about the same images, by their names."""
    people = sorted({entry.statement.by for entry in entries if isinstance(entry.statement, Answer)})
    own = {by: resolve(_own(entries, by)) for by in people}
    return tuple(
        PairKappa(first, second, tuple(_class_kappa(own[first], own[second], name) for name in classes))
        for first, second in combinations(people, 2)
        if own[first].images.keys() & own[second].images.keys()
    )


def cohen(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Return Cohen's kappa of two people's words on the same things (Cohen 1960); None where it is not defined."""
    count = len(pairs)
    if not count:
        return None
    same = sum(a == b for a, b in pairs) / count
    first, second = sum(a for a, _ in pairs) / count, sum(b for _, b in pairs) / count
    chance = first * second + (1 - first) * (1 - second)
    return None if chance == 1 else (same - chance) / (1 - chance)


def _own(entries: Iterable[AnswerLine], by: str) -> list[AnswerLine]:
    return [entry for entry in entries if not isinstance(entry.statement, Answer) or entry.statement.by == by]


def _class_kappa(first: Labelling, second: Labelling, name: str) -> ClassKappa:
    known = (Label.YES, Label.NO)
    pairs = []
    for image in first.images.keys() & second.images.keys():
        its, others = (labelling.images[image].labels.get(name) for labelling in (first, second))
        if its in known and others in known:
            pairs.append((its is Label.YES, others is Label.YES))
    return ClassKappa(name, len(pairs), sum(a == b for a, b in pairs), cohen(pairs))
