"""Min-max: the probability of the most confident class."""

from campaigns.selection import measures
from campaigns.selection.criteria import Criterion
from campaigns.selection.measures import by_rows
from campaigns.selection.rules import ARXIV

ENTRIES = (
    Criterion(
        "mm", "Min-max", "max_j P_ij", f"{ARXIV} 4.3", "least", "[0, 1]",
        by_rows(lambda scores, rows: measures.strongest(scores.logits[rows])), measures.strongest_probability,
        is_by_image=True, says="none of its classes is likely", links=frozenset({"sigmoid"}),
    ),
)  # fmt: skip
