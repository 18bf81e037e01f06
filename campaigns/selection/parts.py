"""A scored pool whose scores lie in several parts: what is asked of it is asked part by part, and comes to the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from campaigns.selection.scores import Floats, Indices, Link, Measured, Scores


# Without slots, which would leave no room for the arrays of the whole pool.
@dataclass(frozen=True, eq=False)
class ScoreParts:
    """A scored pool in parts that follow each other; it has what `Scores` has.

    The arrays of the whole pool are put together when somebody asks for one of them, and take their memory.

    Raises:
        ValueError: there is no part, one has no images, or they differ in their classes, their link, or what they hold.
    """

    parts: tuple[Scores, ...]

    def __post_init__(self) -> None:
        if not all(map(len, self.parts)) or not self.parts:
            raise ValueError("a pool has parts, and each of them has images")
        if len({(part.classes, part.link, part.has_maps, part.pixels is None) for part in self.parts}) > 1:
            raise ValueError("the parts of a pool differ in their classes, their link, or what they hold")

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @property
    def classes(self) -> int:
        """How many classes C there are."""
        return self.parts[0].classes

    @property
    def link(self) -> Link:
        """What probabilities of the logits are."""
        return self.parts[0].link

    @property
    def has_maps(self) -> bool:
        """False where nobody knows the class maps."""
        return self.parts[0].has_maps

    @property
    def logits(self) -> Measured:
        """(N, C): the model's output before the link."""
        return self.whole.logits

    @property
    def peak(self) -> Measured:
        """(N, C): maximum of the class map."""
        return self.whole.peak

    @property
    def trough(self) -> Measured:
        """(N, C): minimum of the class map."""
        return self.whole.trough

    @property
    def pixels(self) -> Measured | None:
        """(N, 3): as those of `Scores`."""
        return None if self.parts[0].pixels is None else self.whole.pixels

    @property
    def probs(self) -> Floats:
        """Confidence that each class is present; (N, C) in [0, 1]."""
        return self.whole.probs

    @cached_property
    def whole(self) -> Scores:
        """The same pool in one part, which takes the memory of all of them."""
        return joined(self.parts)

    def take(self, indices: Indices) -> Scores:
        """Return the scores of some images, in the order asked for; (K,) -> K images."""
        indices = np.asarray(indices, np.int64)
        starts = np.cumsum([0, *map(len, self.parts)])
        if len(indices) and not (indices.min() >= 0 and indices.max() < starts[-1]):
            raise IndexError(f"the pool has {starts[-1]} images")
        of_part = np.searchsorted(starts, indices, side="right") - 1
        order = np.argsort(of_part, kind="stable")
        taken = [part.take(indices[of_part == at] - starts[at]) for at, part in enumerate(self.parts)]
        back = np.empty(len(indices), np.int64)
        back[order] = np.arange(len(indices))
        return joined(taken).take(back)


PoolScores = Scores | ScoreParts
"""A scored pool, in one part or in several."""


def joined(parts: Sequence[Scores]) -> Scores:
    """Return parts that follow each other as one."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    logits = np.concatenate([part.logits for part in parts])
    if not first.has_maps:
        return Scores.without_maps(logits, link=first.link)
    peak, trough = (np.concatenate([getattr(part, name) for part in parts]) for name in ("peak", "trough"))
    pixels = [part.pixels for part in parts if part.pixels is not None]
    return Scores(logits, peak, trough, link=first.link, pixels=np.concatenate(pixels) if pixels else None)


def parts_of(pool: PoolScores) -> Iterator[tuple[int, Scores]]:
    """Yield the parts of a pool, each with the pool index of its first image."""
    start = 0
    for part in pool.parts:
        yield start, part
        start += len(part)
