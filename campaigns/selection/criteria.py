"""Criteria: those that order the pool by a value of each image, those that pick a batch, and where both are found.

Each of ours is a file of `selection.rules`. Other packages bring theirs through the entry-point group of the registry.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.random import Generator

from campaigns.core.registry import Registry
from campaigns.selection.parts import PoolScores, joined, parts_of
from campaigns.selection.question import Choice, Need, Question, generator
from campaigns.selection.rankings import TopOfPart, count_before, head, lowest, merged, places_among
from campaigns.selection.scores import Floats, Indices, Link, Scores

PAPER = ("unc", "ent", "mm", "sepmax", "sepmin", "sepsum")
"""The lists AG and voting work on, in the order of the paper's Tables 1 and 2 and Figures 14 and 15."""
LISTS: Mapping[Link, tuple[str, ...]] = {
    "sigmoid": PAPER,
    "softmax": ("entropy", "margin", "leastconf", "sepmax", "sepmin", "sepsum"),
}
"""The lists that AG and voting work on and that are compared, by what probabilities are."""
AGGREGATES = ("ag", "vote", "adv")
"""The paper's batch criteria: they pick by more than one value of each image."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule(ABC):
    """A criterion of either sort."""

    name: str
    title: str
    """For a person: two or three words."""
    formula: str
    """In terms of the probability P and the separation s of image i and class j."""
    source: str
    """Where it is printed."""
    says: str = field(default="", kw_only=True)
    """What it means to be picked by it, for a person: of an image ranked first, or of one that it took."""
    needs: frozenset[Need] = field(default=frozenset(), kw_only=True)
    links: frozenset[Link] = field(default=frozenset({"sigmoid", "softmax"}), kw_only=True)
    """What probabilities may be where it means what its formula says."""

    def __str__(self) -> str:
        return self.name

    @abstractmethod
    def choose(self, question: Question) -> Choice:
        """Return the n images that it picks.

        Raises:
            ValueError: n is not in [0, N], or what it needs is missing.
        """


@dataclass(frozen=True, slots=True, eq=False)
class BatchCriterion(Rule):
    """A rule that picks n images together: what it picks may depend on n, on other rankings, on each other."""

    pick: Callable[[Question], Choice]
    """n different pool indices, best first; draws from the question's generator alone."""

    def choose(self, question: Question) -> Choice:
        """Return the n images that it picks.

        Raises:
            ValueError: as `Rule.choose`, or it picked something else than n different images of the pool.
        """
        refuse_unless_available(question.n, len(question.scores))
        require_link(self, question.scores)
        choice = self.pick(question)
        self._require_picks(np.asarray(choice.images), question)
        return choice

    def _require_picks(self, images: Indices, question: Question) -> None:
        pool, n = len(question.scores), question.n
        if images.shape != (n,) or images.dtype != np.int64:
            raise ValueError(f"{self.name} picked {images.dtype} of shape {images.shape} where ({n},) int64 is asked")
        if n and (images.min() < 0 or images.max() >= pool):
            raise ValueError(f"{self.name} picked an image that the pool of {pool} does not have")
        if len(np.unique(images)) < n:
            raise ValueError(f"{self.name} picked an image twice")


@dataclass(frozen=True, slots=True, eq=False)
class Criterion(Rule):
    """A rule that orders the pool by one number an image has."""

    direction: Literal["least", "most"]
    """Which end of the values is picked first."""
    range: str
    """Smallest and largest value, for C classes."""
    measure: Callable[[Scores], Floats] | None
    """A number for each image, (N,), that orders as finely as it can; None: the order is drawn at random."""
    reading: Callable[[Floats, int], Floats] | None = None
    """From the measure and C to the value as printed, never decreasing; None: the measure is the value.

    Where values saturate to equal numbers the measure still orders them, and only equal measures count as a tie.
    """
    is_by_image: bool = field(default=False, kw_only=True)
    """Its measure of an image depends on that image alone: a pool in several parts need not be put together for it."""

    @property
    def has_values(self) -> bool:
        """False when the order is drawn at random."""
        return self.measure is not None

    def choose(self, question: Question) -> Choice:
        """Return the first n of its ranking.

        Raises:
            ValueError: as `top`.
        """
        return Choice(self.top(question.scores, question.n, rng=question.rng))

    def values(self, scores: PoolScores) -> Floats:
        """Return the value of every image as the formula has it; (N,).

        Raises:
            ValueError: the criterion is random and has none, or a measure is NaN.
        """
        measured = self._measured(joined(scores.parts))
        return measured if self.reading is None else self.reading(measured, scores.classes)

    def rank(self, scores: Scores, *, rng: Generator | None = None) -> Indices:
        """Rank all images, best first, ties by index; (N,). Only a random criterion draws from `rng`.

        Raises:
            ValueError: the criterion is random and `rng` is missing, or a measure is NaN.
        """
        if self.measure is None:
            return _shuffled(self.name, len(scores), rng)
        return np.argsort(self.keys(scores), kind="stable").astype(np.int64, copy=False)

    def top(self, scores: PoolScores, n: int, *, rng: Generator | None = None) -> Indices:
        """Return the first n of `rank`, without sorting the others; (n,).

        Raises:
            ValueError: as `rank`, or n is not in [0, N].
        """
        refuse_unless_available(n, len(scores))
        if self.measure is None:
            return _shuffled(self.name, len(scores), rng)[:n]
        if len(scores.parts) == 1:
            return lowest(self.keys(scores.parts[0]), n)
        return self.head(scores, n).images

    def head(self, scores: PoolScores, n: int) -> TopOfPart:
        """Return the first n of `rank` with their keys, or all where there are fewer; the memory is that of a part.

        Raises:
            ValueError: as `keys`, or there are no images.
        """
        return merged((head(keys, n, start=start) for start, keys in self.keys_of_parts(scores)), n)

    def places(self, scores: PoolScores, chosen: Indices) -> Indices:
        """Return the places from 0 of some images in `rank`; (K,) -> (K,).

        Raises:
            ValueError: as `keys`.
        """
        if len(scores.parts) == 1 or not self.is_by_image:
            return places_among(self.keys(joined(scores.parts)), chosen)
        wanted, places = self.keys(scores.take(chosen)), np.zeros(len(chosen), np.int64)
        for start, keys in self.keys_of_parts(scores):
            places += count_before(keys, chosen - start, wanted)
        return places

    def keys_of_parts(self, scores: PoolScores) -> Iterator[tuple[int, Floats]]:
        """Yield the keys of each part of a pool, with the pool index of its first image.

        Raises:
            ValueError: as `keys`.
        """
        for start, part in parts_of(scores if self.is_by_image else joined(scores.parts)):
            yield start, self.keys(part)

    def keys(self, scores: Scores) -> Floats:
        """Return numbers whose ascending order, ties by index, is the ranking; (N,).

        Raises:
            ValueError: the criterion is random and has none, or a measure is NaN.
        """
        measured = self._measured(scores)
        return measured if self.direction == "least" else -measured

    def _measured(self, scores: Scores) -> Floats:
        if self.measure is None:
            raise ValueError(f"{self.name} draws its order at random: an image has no value under it")
        require_link(self, scores)
        if Need.MAPS in self.needs and not scores.has_maps:
            raise ValueError(f"{self.name} is about class maps, and these scores have none")
        if Need.PIXELS in self.needs and scores.pixels is None:
            raise ValueError(f"{self.name} is about the places of class maps, and these scores have none")
        measured = np.asarray(self.measure(scores), dtype=np.float64)
        if measured.shape != (len(scores),):
            raise ValueError(f"{self.name} measured an array of shape {measured.shape} for {len(scores)} images")
        if missing := int(np.isnan(measured).sum()):
            raise ValueError(f"{self.name} measured NaN for {missing} of {len(scores)} images")
        return measured


def refuse_unless_available(n: int, pool: int) -> None:
    """Raise ValueError unless n images can be picked from the pool.

    Raises:
        ValueError: n is not in [0, pool].
    """
    if not 0 <= n <= pool:
        raise ValueError(f"{n} images were asked for, the pool has {pool}")


def require_link(rule: Rule, scores: PoolScores) -> None:
    """Raise ValueError unless a criterion is one for what these scores' probabilities are.

    Raises:
        ValueError: its formula means nothing there.
    """
    if scores.link not in rule.links:
        raise ValueError(f"{rule.name} is for probabilities by {_either(rule.links)}, and these are by {scores.link}")


def _either(links: frozenset[Link]) -> str:
    return " or ".join(sorted(links))


def _shuffled(name: str, count: int, rng: Generator | None) -> Indices:
    return generator(name, rng).permutation(count).astype(np.int64, copy=False)


REGISTRY: Registry[Rule] = Registry(
    "criterion",
    Rule,  # type: ignore[type-abstract]
    package="campaigns.selection.rules",
    group="alwsl_tui.criteria",
    first=("unc", "ent", "mm", "sepsum", "sepmax", "sepmin", *AGGREGATES, "random"),
)
"""Everything a recipe may call a criterion."""


class _Values(Mapping[str, Criterion]):
    """The criteria of the registry that order all of a pool by a number each image has, and `random`."""

    def __getitem__(self, name: str) -> Criterion:
        rule = REGISTRY[name]
        if not isinstance(rule, Criterion):
            raise KeyError(name)
        return rule

    def __iter__(self) -> Iterator[str]:
        return (name for name, rule in REGISTRY.items() if isinstance(rule, Criterion))

    def __len__(self) -> int:
        return sum(1 for _ in self)


CRITERIA: Mapping[str, Criterion] = _Values()
"""Every criterion that gives an image a value, and `random`. An unknown name is a KeyError, and so is that of a batch
criterion: `select` knows both."""


def names() -> tuple[str, ...]:
    """Return everything a recipe may call a criterion; those of other packages are named, not loaded."""
    return REGISTRY.names()


def unknown(name: str) -> ValueError:
    """Return the error for a name that is no criterion's."""
    return ValueError(f"{name!r} is not a criterion: {REGISTRY.hint(name)}")
