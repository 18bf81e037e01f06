"""Criteria of segmentation: what the places of an image say, each of which shows one class."""

from functools import partial

import numpy as np

from campaigns.selection.criteria import Criterion
from campaigns.selection.question import Need
from campaigns.selection.scores import Floats, Scores

NEEDS = frozenset({Need.PIXELS})
SETTLES = "Settles 2009, section 3.1, of each place"


def column(scores: Scores, at: int) -> Floats:
    """Return one of the numbers that the scoring pass has left of the places of each image; (N,)."""
    assert scores.pixels is not None, "who has none was refused"
    return np.asarray(scores.pixels[:, at], np.float64)


ENTRIES = (
    Criterion(
        "pixent", "Pixel entropy", "mean over places of -sum_j p_j log p_j", SETTLES, "most", "[0, log C]",
        partial(column, at=0), says="its places are most uncertain, taken together", needs=NEEDS,
    ),
    Criterion(
        "pixmargin", "Pixel margin", "mean over places of p(1) - p(2)", SETTLES, "least", "[0, 1]",
        partial(column, at=1), says="at its places the two best classes are nearly level", needs=NEEDS,
    ),
    Criterion(
        "pixshare", "Undecided pixels", "share of places with p(1) < 0.5", SETTLES, "most", "[0, 1]",
        partial(column, at=2), says="most of its places belong to no class for certain", needs=NEEDS,
    ),
)  # fmt: skip
