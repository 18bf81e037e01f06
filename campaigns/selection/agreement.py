"""How far several rankings of one pool agree on what to label next."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.selection.rankings import tops, union
from campaigns.selection.scores import Floats, Indices


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """Of T rankings about their first n images."""

    overlap: Indices
    """(T, T): images that both lists hold among their first n; n on the diagonal."""
    votes: Indices
    """(T,): images that 1, 2, ... T of the lists hold among their first n. Source: arXiv 2005.12892, Figures 14, 15."""
    kendall: Floats
    """(T, T): Kendall's tau-b in [-1, 1] over the images that one or both of two lists hold among their first n.

    In a list that does not hold an image, the image stands behind the first n, level with all others there. Two lists
    without a common image come to -2n / (3n - 1), not 0. With n = N this is Kendall's tau of the whole rankings. It
    is 1 where there are fewer than two images to compare.
    """

    def __eq__(self, other: object) -> bool:
        """Return True when all three tables are the same, number by number."""
        if not isinstance(other, Agreement):
            return NotImplemented
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]


def agreement(rankings: Sequence[Indices], n: int) -> Agreement:
    """Overlap, votes and rank correlation of the first n; T lists, best first, of at least n images each.

    Raises:
        ValueError: as `metric_agnostic`.
    """
    _, placed = union(tops(rankings, n))
    held = placed < n
    lists = len(placed)
    order = np.argsort(placed, axis=1, kind="stable")[:, :n]
    overlap, kendall = np.zeros((lists, lists), dtype=np.int64), np.eye(lists)
    for s in range(lists):
        for t in range(s, lists):
            overlap[s, t] = overlap[t, s] = np.count_nonzero(held[s] & held[t])
            if s < t:
                kendall[s, t] = kendall[t, s] = _kendall(placed[s], placed[t], order[s], order[t])
    votes = np.bincount(held.sum(axis=0), minlength=lists + 1)[1:]
    return Agreement(overlap, votes.astype(np.int64, copy=False), kendall)


def _kendall(place_s: Indices, place_t: Indices, order_s: Indices, order_t: Indices) -> float:
    """Tau-b over the union of two lists of n; places (U,), the columns of each list's first n (n,)."""
    n = len(order_s)
    only_t = order_t[place_s[order_t] == n]
    # The union in the order of s, then of t where s ties them: what t ties stays in this order and adds no inversion.
    ranks = place_t[np.concatenate([order_s, only_t])]
    ranks[ranks == n] = np.arange(n, n + len(only_t))
    pairs, tied = _pairs(len(ranks)), _pairs(len(only_t))
    if pairs == 0:
        return 1.0
    discordant = inversions(ranks)
    concordant = pairs - 2 * tied - discordant
    return (concordant - discordant) / (pairs - tied)


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def inversions(ranks: Indices) -> int:
    """Count the pairs that stand in the wrong order in a permutation of 0 .. m - 1; (m,) -> [0, m (m - 1) / 2].

    Sorts by one bit at a time, the highest first, in O(m log m). Numbers that share all higher bits form a run; a
    number with bit 0 moves in front of the ones before it in its run, and these are its inversions at this bit.
    """
    count = 0
    at = np.arange(len(ranks), dtype=np.int64)
    for bit in reversed(range((len(ranks) - 1).bit_length() if len(ranks) else 0)):
        run = ranks >> (bit + 1)
        is_one = (ranks >> bit) & 1 == 1
        # Every earlier run is complete and has 2 ** bit ones.
        ones_before = np.cumsum(is_one) - is_one - (run << bit)
        count += int(ones_before[~is_one].sum())
        target = np.where(is_one, (run << (bit + 1)) + (1 << bit) + ones_before, at - ones_before)
        moved = np.empty_like(ranks)
        moved[target] = ranks
        ranks = moved
    return count
