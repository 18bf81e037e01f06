"""Made-up pools and rankings for the laws."""

from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
import numpy as np
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from campaigns.selection import Need, Scores
from campaigns.selection.criteria import Rule
from campaigns.selection.scores import Indices

FEW = st.integers(-2, 2).map(float)
MANY = st.floats(-100, 100, width=32)


@st.composite
def some_scores(draw: st.DrawFn, dtype: type[np.floating[Any]] = np.float32, min_size: int = 0) -> Scores:
    """Up to twelve images of up to four classes, with logits to ±100 and, in half of the pools, many ties."""
    shape = (draw(st.integers(min_size, 12)), draw(st.integers(1, 4)))
    elements = draw(st.sampled_from([FEW, MANY]))
    logits, trough, gap = draw(arrays(np.float32, (3, *shape), elements=elements)).astype(dtype)
    return Scores(logits, trough + np.abs(gap), trough)


@st.composite
def some_rankings(draw: st.DrawFn) -> tuple[list[Indices], int]:
    """Up to six whole rankings of a pool of up to fourteen, and how many images to pick from it."""
    pool = draw(st.integers(0, 14))
    lists = draw(st.lists(st.permutations(range(pool)), min_size=1, max_size=6))
    return [np.array(ranking, dtype=np.int64) for ranking in lists], draw(st.integers(0, pool))


def of_link(rule: Rule, scores: Scores) -> Scores:
    """Return the same scores with probabilities that the rule is for."""
    pixels = np.abs(scores.logits[:, [0, -1, 0]]) if Need.PIXELS in rule.needs else None
    return replace(scores, link="sigmoid" if "sigmoid" in rule.links else "softmax", pixels=pixels)


def of_logits(rows: list[list[float]] | NDArray[Any], dtype: type[np.floating[Any]] = np.float32) -> Scores:
    """Scores of which only the logits matter."""
    logits = np.array(rows, dtype=dtype)
    return Scores(logits, np.zeros_like(logits), np.zeros_like(logits))
