"""Entropy of the classes that are present, as printed."""

from campaigns.selection import measures
from campaigns.selection.criteria import Criterion
from campaigns.selection.measures import by_rows
from campaigns.selection.rules import ARXIV

ENTRIES = (
    Criterion(
        "ent", "Entropy", "-sum_j P_ij log P_ij", f"{ARXIV} 4.2", "most", "[0, C/e]",
        by_rows(lambda scores, rows: measures.entropy(scores.logits[rows])),
        is_by_image=True, says="its class probabilities have the highest entropy", links=frozenset({"sigmoid"}),
    ),
)  # fmt: skip
