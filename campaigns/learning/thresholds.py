"""From which probability on a class is called present. Pure NumPy."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels
from campaigns.home.model_file import Threshold

RESAMPLES = 200
"""Draws with replacement that an interval is taken from."""
COVERED = (2.5, 97.5)
"""Per cent of the resampled thresholds that lie below its ends."""

Floats = NDArray[np.float64]


def best_thresholds(
    probabilities: NDArray[np.floating[Any]], labels: Labels, classes: Sequence[str], *, seed: int = 0
) -> dict[str, Threshold]:
    """Return the threshold of the highest F1 of each class that has positives; (N, C) and (N, C).

    F1 = 2 TP / (2 TP + FP + FN), where present is what reaches the threshold. Of equal F1 the highest threshold is
    taken. It lies half-way to the next lower probability, so that it does not hang on one image's last digits.
    Labels other than present and absent take an image out of the class, as in average precision. The interval comes
    from images drawn with replacement, by `seed`; it says how far the choice depends on which images were held out.
    """
    chosen = {}
    for c, name in enumerate(classes):
        counted = (labels[:, c] == POSITIVE) | (labels[:, c] == NEGATIVE)
        is_positive = labels[counted, c] == POSITIVE
        if is_positive.any():
            generator = np.random.default_rng((seed, c))
            chosen[name] = _best(probabilities[counted, c].astype(np.float64), is_positive, generator)
    return chosen


def _best(probabilities: Floats, is_positive: NDArray[np.bool_], generator: np.random.Generator) -> Threshold:
    order = np.argsort(-probabilities, kind="stable")
    values, hits = probabilities[order], is_positive[order]
    # Only where the next value differs can a threshold lie: equal probabilities are called present together.
    is_cut = np.append(values[1:] < values[:-1], True)
    between = (values + np.append(values[1:], 0.0)) / 2
    f1 = _f1(hits[None].astype(np.float64), np.ones((1, len(hits))), is_cut)[0]
    at = int(f1.argmax())
    counts = generator.multinomial(len(hits), np.full(len(hits), 1 / len(hits)), size=RESAMPLES).astype(np.float64)
    counts = counts[(counts * hits).sum(axis=1) > 0]  # a draw without a positive chooses nothing
    drawn = between[_f1(counts * hits, counts, is_cut).argmax(axis=1)]
    low, high = np.percentile(drawn, COVERED)
    return Threshold(float(between[at]), float(f1[at]), float(low), float(high), int(hits.sum()))


def _f1(positives: Floats, images: Floats, is_cut: NDArray[np.bool_]) -> Floats:
    """F1 of calling the first k present, for every k from 1; weights (R, N) in falling order of score -> (R, N)."""
    f1: Floats = 2 * positives.cumsum(axis=1) / (images.cumsum(axis=1) + positives.sum(axis=1, keepdims=True))
    return np.where(is_cut, f1, -1.0)
