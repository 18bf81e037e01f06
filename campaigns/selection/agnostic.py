"""The metric-agnostic choice (AG): the lists of several criteria offer their best images in turn.

Source: Rajat et al. 2020, arXiv 2005.12892, section 3.2 and Algorithm 1. What AG comes to is aggregation by best rank:
see Tran, Ong and Wolf, PeerJ Computer Science 2018, for its relatives.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from campaigns.selection.rankings import tops, turn_order, union
from campaigns.selection.scores import Indices

OnDuplicate = Literal["skip_turn", "advance"]


@dataclass(frozen=True, slots=True, eq=False)
class AgnosticPicks:
    """What AG picked and how each image came in: three arrays (n,), in the order of picking."""

    images: Indices
    """Pool indices."""
    lists: Indices
    """The list that brought the image, from 0."""
    turns: Indices
    """The turn it was brought in, from 1: the pass of the outer loop of Algorithm 1."""


def metric_agnostic(rankings: Sequence[Indices], n: int, *, on_duplicate: OnDuplicate = "skip_turn") -> Indices:
    """Return the n images that AG picks, in order; T lists, best first -> (n,).

    Lists may rank the whole pool or end after their first n: the answer is the same. `skip_turn` is Algorithm 1 as
    printed: a list whose next image is taken already loses its turn. `advance` is the prose of section 3.2: it
    offers its next image that is not taken.

    Raises:
        ValueError: a list has fewer than n images, as when n is larger than the pool; or it is no list of different
            pool indices.
    """
    return agnostic_picks(rankings, n, on_duplicate=on_duplicate).images


def agnostic_picks(rankings: Sequence[Indices], n: int, *, on_duplicate: OnDuplicate = "skip_turn") -> AgnosticPicks:
    """Pick as `metric_agnostic`, with the list and the turn that brought each image.

    Raises:
        ValueError: as `metric_agnostic`, or `on_duplicate` is neither of the two.
    """
    if on_duplicate not in RULES:
        raise ValueError(f"on_duplicate is {on_duplicate!r}, not one of {', '.join(RULES)}")
    return RULES[on_duplicate](tops(rankings, n))


def _skip_turn(first: Indices) -> AgnosticPicks:
    """Algorithm 1 without its loop: the n images that are offered first, since every offer uses up a turn."""
    lists, n = first.shape
    images, placed = union(first)
    offer = turn_order(placed)
    earliest = np.argsort(offer, kind="stable")[:n]
    return AgnosticPicks(images[earliest], offer[earliest] % lists, offer[earliest] // lists + 1)


def _advance(first: Indices) -> AgnosticPicks:
    """Let each list in turn give its next image that is not taken. It has one: fewer than n are taken, n are listed."""
    lists, n = first.shape
    union(first)
    queues = [iter(row.tolist()) for row in first]
    taken: dict[int, None] = {}
    for turn in range(n):
        taken[next(image for image in queues[turn % lists] if image not in taken)] = None
    turns = np.arange(n, dtype=np.int64)
    return AgnosticPicks(np.fromiter(taken, dtype=np.int64, count=n), turns % lists, turns // lists + 1)


RULES: Mapping[OnDuplicate, Callable[[Indices], AgnosticPicks]] = {"skip_turn": _skip_turn, "advance": _advance}
