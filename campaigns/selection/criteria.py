"""Criteria that order the pool by a value of each image, and the ones other packages bring."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Literal

import numpy as np
from numpy.random import Generator

from campaigns.errors import nearest
from campaigns.selection import measures
from campaigns.selection.measures import by_rows
from campaigns.selection.rankings import lowest
from campaigns.selection.scores import Floats, Indices, Scores

GROUP = "alwsl_tui.criteria"
"""Entry points of this group name a `Criterion`, under the criterion's own name."""
PAPER = ("unc", "ent", "mm", "sepmax", "sepmin", "sepsum")
"""The lists AG and voting work on, in the order of the paper's Tables 1 and 2 and Figures 14 and 15."""
AGGREGATES = ("ag", "vote", "adv")
"""Names that `select` knows besides the criteria: they order images by more than one value of each."""


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """A rule that orders the pool by one number an image has."""

    name: str
    title: str
    """For a person: two or three words."""
    formula: str
    """In terms of the probability P and the separation s of image i and class j."""
    source: str
    """Where it is printed."""
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

    def __str__(self) -> str:
        return self.name

    def values(self, scores: Scores) -> Floats:
        """The value of every image as the formula has it; (N,).

        Raises:
            ValueError: the criterion is random and has none, or a measure is NaN.
        """
        found = self._measured(scores)
        return found if self.reading is None else self.reading(found, scores.classes)

    def rank(self, scores: Scores, *, rng: Generator | None = None) -> Indices:
        """All images, best first, ties by index; (N,). Only a random criterion draws from `rng`.

        Raises:
            ValueError: the criterion is random and `rng` is missing, or a measure is NaN.
        """
        if self.measure is None:
            return _shuffled(self.name, len(scores), rng)
        return np.argsort(self.keys(scores), kind="stable").astype(np.int64, copy=False)

    def top(self, scores: Scores, n: int, *, rng: Generator | None = None) -> Indices:
        """The first n of `rank`, without sorting the others; (n,).

        Raises:
            ValueError: as `rank`, or n is not in [0, N].
        """
        refuse_unless_available(n, len(scores))
        if self.measure is None:
            return _shuffled(self.name, len(scores), rng)[:n]
        return lowest(self.keys(scores), n)

    def keys(self, scores: Scores) -> Floats:
        """Numbers whose ascending order, ties by index, is the ranking; (N,).

        Raises:
            ValueError: the criterion is random and has none, or a measure is NaN.
        """
        found = self._measured(scores)
        return found if self.direction == "least" else -found

    def _measured(self, scores: Scores) -> Floats:
        if self.measure is None:
            raise ValueError(f"{self.name} draws its order at random: an image has no value under it")
        found = np.asarray(self.measure(scores), dtype=np.float64)
        if found.shape != (len(scores),):
            raise ValueError(f"{self.name} measured an array of shape {found.shape} for {len(scores)} images")
        if missing := int(np.isnan(found).sum()):
            raise ValueError(f"{self.name} measured NaN for {missing} of {len(scores)} images")
        return found


def refuse_unless_available(n: int, pool: int) -> None:
    """Nothing, when n images can be picked from the pool.

    Raises:
        ValueError: n is not in [0, pool].
    """
    if not 0 <= n <= pool:
        raise ValueError(f"{n} images were asked for, the pool has {pool}")


def generator(name: str, rng: Generator | None) -> Generator:
    """The generator itself.

    Raises:
        ValueError: it is missing.
    """
    if rng is None:
        raise ValueError(f"{name} draws at random: pass rng, as in numpy.random.default_rng(seed)")
    return rng


def _shuffled(name: str, count: int, rng: Generator | None) -> Indices:
    return generator(name, rng).permutation(count).astype(np.int64, copy=False)


def _arxiv(section: str) -> str:
    return f"Rajat et al. 2020, arXiv 2005.12892, section {section}"


OURS: Mapping[str, Criterion] = {
    criterion.name: criterion
    for criterion in (
        Criterion(
            "unc", "Uncertainty", "sum_j |P_ij - 0.5|", _arxiv("4.1"), "least", "[0, C/2]",
            by_rows(lambda scores, rows: measures.certainty(scores.logits[rows])), measures.full_certainty,
        ),
        Criterion(
            "ent", "Entropy", "-sum_j P_ij log P_ij", _arxiv("4.2"), "most", "[0, C/e]",
            by_rows(lambda scores, rows: measures.entropy(scores.logits[rows])),
        ),
        Criterion(
            "mm", "Min-max", "max_j P_ij", _arxiv("4.3"), "least", "[0, 1]",
            by_rows(lambda scores, rows: measures.strongest(scores.logits[rows])), measures.strongest_probability,
        ),
        Criterion(
            "sepsum", "Separation, sum", "sum_j s_ij, s = peak - trough", _arxiv("3.1 and 5"), "least", "[0, inf)",
            by_rows(lambda scores, rows: measures.separation(scores.peak[rows], scores.trough[rows]).sum(axis=1)),
        ),
        Criterion(
            "sepmax", "Separation, maximum", "max_j s_ij, s = peak - trough", _arxiv("3.1 and 5"), "least", "[0, inf)",
            by_rows(lambda scores, rows: measures.separation(scores.peak[rows], scores.trough[rows]).max(axis=1)),
        ),
        Criterion(
            "sepmin", "Separation, minimum", "min_j s_ij, s = peak - trough", _arxiv("3.1 and 5"), "least", "[0, inf)",
            by_rows(lambda scores, rows: measures.separation(scores.peak[rows], scores.trough[rows]).min(axis=1)),
        ),
        Criterion("random", "Random", "a shuffle", _arxiv("4.4"), "least", "none", None),
    )
}  # fmt: skip


class _Criteria(Mapping[str, Criterion]):
    """Ours, then what installed packages bring; those are looked for only when ours do not answer."""

    def __getitem__(self, name: str) -> Criterion:
        if name in OURS:
            return OURS[name]
        return _loaded(_brought()[name])

    def __iter__(self) -> Iterator[str]:
        yield from OURS
        yield from _brought()

    def __len__(self) -> int:
        return len(OURS) + len(_brought())


CRITERIA: Mapping[str, Criterion] = _Criteria()
"""Every criterion that gives an image a value, and `random`. An unknown name is a KeyError."""


def names() -> tuple[str, ...]:
    """Everything a recipe may call a criterion; those of other packages are named, not loaded."""
    return (*(name for name in OURS if name != "random"), *AGGREGATES, "random", *_brought())


def unknown(name: str) -> ValueError:
    """The error for a name that is no criterion's."""
    return ValueError(f"{name!r} is not a criterion: {nearest(name, names())}")


def _brought() -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        if entry.name in found or entry.name in OURS or entry.name in AGGREGATES:
            raise ValueError(f"{entry.value} brings a criterion called {entry.name!r}, and there is one already")
        found[entry.name] = entry
    return found


def _loaded(entry: EntryPoint) -> Criterion:
    criterion = entry.load()
    if not isinstance(criterion, Criterion) or criterion.name != entry.name:
        raise ValueError(f"{entry.value} is not the criterion called {entry.name!r} that its package promises")
    return criterion
