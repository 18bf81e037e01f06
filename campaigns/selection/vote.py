"""Voting: images that more criteria want come first. Source: Rajat et al. 2020, arXiv 2005.12892, section 5.4."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from campaigns.selection.rankings import tops, turn_order, union
from campaigns.selection.scores import Indices


@dataclass(frozen=True, slots=True, eq=False)
class VotePicks:
    """What the vote picked: two arrays (n,), in the order of picking."""

    images: Indices
    """Pool indices."""
    votes: Indices
    """How many lists hold the image among their first n; in [1, T], never increasing."""


def vote(rankings: Sequence[Indices], n: int) -> Indices:
    """Return the n images with the most votes, a list voting for its first n; ties in the order of AG; T lists -> (n,).

    Raises:
        ValueError: as `metric_agnostic`.
    """
    return vote_picks(rankings, n).images


def vote_picks(rankings: Sequence[Indices], n: int) -> VotePicks:
    """Pick as `vote`, with the votes each image got.

    Raises:
        ValueError: as `vote`.
    """
    images, placed = union(tops(rankings, n))
    votes = np.asarray((placed < n).sum(axis=0), dtype=np.int64)
    elected = np.lexsort((turn_order(placed), -votes))[:n]
    return VotePicks(images[elected], votes[elected])
