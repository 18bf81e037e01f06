"""Separation: how far the foreground of class maps stands out from their background."""

from collections.abc import Callable

from campaigns.selection import measures
from campaigns.selection.criteria import Criterion
from campaigns.selection.measures import by_rows
from campaigns.selection.question import Need
from campaigns.selection.rules import ARXIV
from campaigns.selection.scores import Floats


def _separation(name: str, title: str, short: str, over_classes: Callable[[Floats], Floats], says: str) -> Criterion:
    """Return the criterion that makes one number of an image's separations; (N, C) -> (N,)."""
    return Criterion(
        name, f"Separation, {title}", f"{short}_j s_ij, s = peak - trough", f"{ARXIV} 3.1 and 5", "least", "[0, inf)",
        by_rows(lambda scores, rows: over_classes(measures.separation(scores.peak[rows], scores.trough[rows]))),
        is_by_image=True, says=says, needs=frozenset({Need.MAPS}),
    )  # fmt: skip


ENTRIES = (
    _separation(
        "sepsum", "sum", "sum", lambda s: s.sum(axis=1), "the sum of its class maps is the flattest in the pool"
    ),
    _separation(
        "sepmax", "maximum", "max", lambda s: s.max(axis=1), "its strongest class map is the flattest in the pool"
    ),
    _separation(
        "sepmin", "minimum", "min", lambda s: s.min(axis=1), "its flattest class map is the flattest in the pool"
    ),
)
