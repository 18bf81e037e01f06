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
        partial(column, at=0), is_by_image=True, says="its pixels are the most uncertain on average", needs=NEEDS,
    ),
    Criterion(
        "pixmargin", "Pixel margin", "mean over places of p(1) - p(2)", SETTLES, "least", "[0, 1]",
        partial(column, at=1), is_by_image=True,
        says="in most of its pixels the two likeliest classes are nearly tied", needs=NEEDS,
    ),
    Criterion(
        "pixshare", "Undecided pixels", "share of places with p(1) < 0.5", SETTLES, "most", "[0, 1]",
        partial(column, at=2), is_by_image=True,
        says="most of its pixels belong to no class with certainty", needs=NEEDS,
    ),
)  # fmt: skip
