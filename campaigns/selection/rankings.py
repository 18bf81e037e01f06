"""Several rankings of one pool, side by side: where AG, voting and agreement start."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from campaigns.selection.scores import Floats, Indices, blocks


def tops(rankings: Sequence[Indices], n: int) -> Indices:
    """Return the first n of every list; T lists of at least n pool indices each, best first -> (T, n).

    Raises:
        ValueError: n is negative, there is no list, or a list is too short or is not one of different pool indices.
    """
    lists = [np.asarray(ranking) for ranking in rankings]
    if not lists:
        raise ValueError("there is no ranking to choose from")
    if n < 0:
        raise ValueError(f"{n} images were asked for")
    for t, ranking in enumerate(lists):
        if ranking.ndim != 1 or (ranking.size and ranking.dtype.kind not in "iu"):
            raise ValueError(f"list {t} is {ranking.dtype} of shape {ranking.shape}, not one row of pool indices")
        if len(ranking) < n:
            raise ValueError(f"{n} images were asked for, list {t} is exhausted after {len(ranking)}: give the top {n}")
    first = np.stack([ranking[:n].astype(np.int64) for ranking in lists])
    if first.size and first.min() < 0:
        raise ValueError(f"a list holds {first.min()}, which is not a pool index")
    return first


def union(first: Indices) -> tuple[Indices, Indices]:
    """Return every image that stands in some list, ascending, and its position in each; (T, n) -> (U,), (T, U).

    A place counts from 0; it is n where the image does not stand in that list.

    Raises:
        ValueError: a list holds an image twice.
    """
    lists, n = first.shape
    images, column = np.unique(first, return_inverse=True)
    positions = np.full((lists, len(images)), n, dtype=np.int64)
    np.put_along_axis(positions, column.reshape(lists, n), np.arange(n)[None, :], axis=1)
    held = (positions < n).sum(axis=1)
    if (held < n).any():
        t = int(np.argmax(held < n))
        raise ValueError(f"list {t} holds only {held[t]} different images among its first {n}")
    return images, positions


def turn_order(placed: Indices) -> Indices:
    """Return when each image is first offered, if the T lists offer in turn; (T, U) -> (U,), all different.

    Place p of list t is offer p * T + t; an image comes with the first of its offers.
    """
    lists = len(placed)
    offers = placed * lists + np.arange(lists)[:, None]
    return np.asarray(offers.min(axis=0), dtype=np.int64)


def places(rankings: Sequence[Indices], images: Indices) -> Indices:
    """Return where some images stand in every list, from 0; T lists, (K,) -> (T, K); a list's length where it lacks
    one.
    """
    positions = np.empty((len(rankings), len(images)), dtype=np.int64)
    for t, ranking in enumerate(rankings):
        order = np.argsort(ranking, kind="stable")
        at = np.searchsorted(ranking, images, sorter=order)
        place = np.append(order, len(ranking))[at]
        positions[t] = np.where(np.append(ranking, -1)[place] == images, place, len(ranking))
    return positions


def lowest(keys: Floats, n: int) -> Indices:
    """Return where the n smallest keys stand, smallest first, ties by index; the others stay unsorted; (N,) -> (n,)."""
    if n == 0:
        return np.empty(0, dtype=np.int64)
    last = np.partition(keys, n - 1)[n - 1]
    before, tied = np.flatnonzero(keys < last), np.flatnonzero(keys == last)
    chosen = np.concatenate([before[np.argsort(keys[before], kind="stable")], tied[: n - len(before)]])
    return chosen.astype(np.int64, copy=False)


@dataclass(frozen=True, slots=True, eq=False)
class TopOfPart:
    """The first images of a pool, or of a part of it, by key and then by index."""

    images: Indices
    """Pool indices, best first; (n,)."""
    keys: Floats
    """Their keys, (n,)."""
    low: float
    """Least key of all images that were looked at."""
    high: float
    """Greatest key of all of them."""

    @property
    def is_flat(self) -> bool:
        """Whether all images that were looked at have the same key."""
        return self.high - self.low == 0

    def merged(self, other: "TopOfPart", n: int) -> "TopOfPart":
        """Return the first n of both together."""
        images, keys = np.concatenate([self.images, other.images]), np.concatenate([self.keys, other.keys])
        first = np.lexsort((images, keys))[:n]
        return TopOfPart(images[first], keys[first], min(self.low, other.low), max(self.high, other.high))


def head(keys: Floats, n: int, *, start: int = 0) -> TopOfPart:
    """Return the first n of some images, or all where there are fewer; `start` is the pool index of the first one.

    Raises:
        ValueError: there are no images.
    """
    first = lowest(keys, min(n, len(keys)))
    return TopOfPart(first + start, keys[first], float(keys.min()), float(keys.max()))


def merged(heads: Iterable[TopOfPart], n: int) -> TopOfPart:
    """Return the first n of parts of a pool together, by key and then by index.

    Raises:
        TypeError: there is no part.
    """
    return reduce(lambda first, later: first.merged(later, n), heads)


def places_among(keys: Floats, chosen: Indices) -> Indices:
    """Place from 0 of some images in the order of all, by key and then by index; (N,), (K,) -> (K,)."""
    return count_before(keys, chosen, keys[chosen])


def count_before(keys: Floats, chosen: Indices, chosen_keys: Floats) -> Indices:
    """Count the images that come before each chosen one, by key and then by index; (N,), (K,), (K,) -> (K,).

    Where the images are a part of a pool, `chosen` counts from its first: it may be below 0, or N and more. Counts of
    parts add up. Counts instead of sorting: O(N log K) time, and memory for K images and the keys that tie with theirs.
    """
    wanted, group = np.unique(chosen_keys, return_inverse=True)
    chosen = np.clip(chosen, 0, len(keys))
    lower = np.zeros(len(wanted) + 1, dtype=np.int64)
    tied: list[Indices] = []
    for part in blocks(len(keys), 1):
        above = np.searchsorted(wanted, keys[part], side="right")
        lower += np.bincount(above, minlength=len(lower))
        is_tied = above > np.searchsorted(wanted, keys[part], side="left")
        tied.append(np.flatnonzero(is_tied) + part.start)
    same = np.concatenate(tied) if tied else np.empty(0, dtype=np.int64)
    # A key counts for every wanted key above it; one that equals a wanted key counts by its index.
    groups, step = np.searchsorted(wanted, keys[same]), len(keys) + 1
    order = np.sort(groups * step + same)
    within = np.searchsorted(order, group * step + chosen) - np.searchsorted(order, group * step)
    return np.asarray(np.cumsum(lower)[group] + within, dtype=np.int64)
