"""Uncertainty: how far the probabilities of an image are from undecided."""

from campaigns.selection import measures
from campaigns.selection.criteria import Criterion
from campaigns.selection.measures import by_rows
from campaigns.selection.rules import ARXIV

ENTRIES = (
    Criterion(
        "unc", "Uncertainty", "sum_j |P_ij - 0.5|", f"{ARXIV} 4.1", "least", "[0, C/2]",
        by_rows(lambda scores, rows: measures.certainty(scores.logits[rows])), measures.full_certainty,
        is_by_image=True, says="its class probabilities are the closest to 0.5", links=frozenset({"sigmoid"}),
    ),
)  # fmt: skip
