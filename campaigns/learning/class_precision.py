"""Average precision by class. Pure NumPy, so that tables can be drawn where torch is not loaded."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN, Labels

Floats = NDArray[np.float64]
Hits = NDArray[np.bool_]
"""(N,) of one class: is the image at this rank a positive? Best score first."""
Kind = Literal["continuous", "voc11", "interpolated"]


def average_precision(scores: NDArray[np.floating[Any]], labels: Labels, kind: Kind = "continuous") -> Floats:
    """Average precision of each class; scores (N, C) and labels (N, C) -> (C,), in [0, 1].

    Labels are 1 and -1; 0 (difficult) and UNKNOWN take the image out of that class's ranking altogether. A class
    without a positive has NaN, and so has one without a negative: any ranking of it is perfect. Equal scores rank in
    the order of the rows, so the result never depends on luck; it does depend on that order.

    continuous: mean over positives of the precision at their rank; the authors' meter, and scikit-learn's without ties.
    voc11: mean of the best precision at recall >= 0, 0.1, ..., 1; VOC 2007's official number.
    interpolated: area under the falling envelope of precision; VOC 2010 and later.

    Raises:
        ValueError: on shapes that differ, a NaN among the scores, a label of another value, or an unknown kind.
    """
    doubles = scores.astype(np.float64)
    _check(doubles, labels)
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of average precision; there is {', '.join(KINDS)}")
    by_class = (_ranked(doubles[:, c], labels[:, c]) for c in range(doubles.shape[1]))
    is_measured = (labels == POSITIVE).any(axis=0) & (labels == NEGATIVE).any(axis=0)
    ap = [KINDS[kind](hits) if has_both else np.nan for hits, has_both in zip(by_class, is_measured, strict=True)]
    return np.array(ap, dtype=np.float64)


def mean_ap(ap: Floats) -> float:
    """Mean over the classes that have positives and negatives, in [0, 1]; NaN when none has."""
    known = ap[~np.isnan(ap)]
    return float(known.mean()) if known.size else float("nan")


def _check(scores: Floats, labels: Labels) -> None:
    if scores.ndim != 2 or scores.shape != labels.shape:
        raise ValueError(f"scores {scores.shape} and labels {labels.shape} should both be (N, C)")
    if np.isnan(scores).any():
        raise ValueError(f"{int(np.isnan(scores).sum())} of {scores.size} scores are NaN: they have no rank")
    if not np.isin(labels, (POSITIVE, NEGATIVE, DIFFICULT, UNKNOWN)).all():
        raise ValueError(f"labels hold {np.unique(labels).tolist()}; they are 1, -1, 0 (difficult) or {UNKNOWN}")


def _ranked(scores: Floats, labels: NDArray[np.int8]) -> Hits:
    counted = (labels == POSITIVE) | (labels == NEGATIVE)
    order = np.argsort(-scores[counted], kind="stable")
    hits: Hits = labels[counted][order] == POSITIVE
    return hits


def _precision(hits: Hits) -> Floats:
    return hits.cumsum() / np.arange(1, len(hits) + 1)


def _envelope(hits: Hits) -> Floats:
    """Return the best precision at each rank or any later one."""
    return np.maximum.accumulate(_precision(hits)[::-1])[::-1]


def _continuous(hits: Hits) -> float:
    return float(_precision(hits)[hits].mean())


def _voc11(hits: Hits) -> float:
    # Recall >= t/10 in whole numbers: as floats, 3 of 10 would miss 0.30000000000000004.
    tenths = np.ceil(np.arange(11) * int(hits.sum()) / 10).astype(np.int64)
    first = np.searchsorted(hits.cumsum(), tenths)
    return float(_envelope(hits)[first].mean())


def _interpolated(hits: Hits) -> float:
    return float(_envelope(hits)[hits].mean())


KINDS: Mapping[str, Callable[[Hits], float]] = {
    "continuous": _continuous,
    "voc11": _voc11,
    "interpolated": _interpolated,
}
