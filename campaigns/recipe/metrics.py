"""Metrics: what a model's scores of the test set come to, by class and over all classes.

Each of ours is a file of `campaigns.learning.metrics`. It needs NumPy, never torch.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from campaigns.core.registry import Registry
from campaigns.selection.scores import Link

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One way to measure a model."""

    name: str
    title: str
    """For a person: `mAP`."""
    source: str
    """What is computed, and where it is printed."""
    per_class: Callable[[NDArray[np.floating[Any]], NDArray[np.int8]], Floats]
    """Scores (N, C) and labels (N, C) -> (C,), NaN for a class that it says nothing of. Scores are logits: at 0 the
    probability is 0.5. Labels are 1, −1, and what takes an image out of that class: 0 (difficult) and UNKNOWN."""
    overall: Callable[[NDArray[np.floating[Any]], NDArray[np.int8]], float] | None = None
    """Scores and labels -> one number over all classes, or NaN; None where it is the mean of the classes'."""
    least: float = 0.0
    """The smallest value that a class may have, or -inf."""
    most: float = 1.0
    """The largest."""
    better: Literal["more", "less"] = "more"
    link: Link = field(default="sigmoid", kw_only=True)
    """What probabilities of the scores are: by sigmoid each class is decided by itself, by softmax the highest wins."""
    of: Literal["images", "pixels"] = field(default="images", kw_only=True)
    """What the rows of scores and labels are."""
    each: str = field(default="", kw_only=True)
    """For a person, the value of one class: `AP`; empty: as the title."""
    long: str = field(default="", kw_only=True)
    """The title, spelt out: `mean average precision`; empty: as the title."""

    def __post_init__(self) -> None:
        for name in ("each", "long"):
            object.__setattr__(self, name, getattr(self, name) or self.title)

    def __str__(self) -> str:
        return self.name

    def over_classes(self, values: Floats) -> float:
        """Return the mean over the classes that have a value; NaN when none has; (C,) -> a number."""
        known = values[~np.isnan(values)]
        return float(known.mean()) if known.size else math.nan

    def value(self, scores: NDArray[np.floating[Any]], labels: NDArray[np.int8]) -> float:
        """Return what scores (N, C) are worth in one number, by labels (N, C); NaN when nothing can be said."""
        if self.overall is not None:
            return self.overall(scores, labels)
        return self.over_classes(self.per_class(scores, labels))


def further_values(
    scores: NDArray[np.floating[Any]], labels: NDArray[np.int8], *, but: str = "map"
) -> dict[str, float]:
    """Return what each of our metrics like the one that is reported comes to, by name; NaN where it says nothing."""
    kind = METRICS[but].link, METRICS[but].of
    like = {name: metric for name, metric in METRICS.ours.items() if (metric.link, metric.of) == kind and name != but}
    return {name: metric.value(scores, labels) for name, metric in like.items()}


METRICS: Registry[Metric] = Registry(
    "metric", Metric, package="campaigns.learning.metrics", group="alwsl_tui.metrics", first=("map",)
)
"""What a test set may be measured by."""
