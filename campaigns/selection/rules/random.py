"""Random: what every other criterion has to beat."""

from campaigns.selection.criteria import Criterion
from campaigns.selection.rules import ARXIV

ENTRIES = (
    Criterion(
        "random", "Random", "a shuffle", f"{ARXIV} 4.4", "least", "none", None,
        is_by_image=True, says="drawn at random",
    ),
)  # fmt: skip
