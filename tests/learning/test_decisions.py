"""OF1, CF1, macro F1 and precision at k against their formulas, written out in loops."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from campaigns.datasets.dataset import UNKNOWN
from campaigns.recipe.metrics import METRICS, further_values

Case = tuple[NDArray[np.float64], NDArray[np.int8]]
Loops = Callable[[Case], Fraction | None]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Logits, many of them equal or 0, and labels of every sort."""
    shape = draw(st.tuples(st.integers(1, 8), st.integers(1, 6)))
    scores = draw(arrays(np.float64, shape, elements=st.integers(-2, 2).map(float)))
    return scores, draw(arrays(np.int8, shape, elements=st.sampled_from([1, -1, -1, 0, UNKNOWN])))


def chosen(case: Case, image: int, most: int | None) -> list[int]:
    """Classes that are said to be in an image, or its best ones when `most` is given and 0.5 does not matter."""
    scores, labels = case
    known = [c for c in range(scores.shape[1]) if labels[image, c] in (1, -1)]
    return sorted(known, key=lambda c: (-scores[image, c], c))[:most]


def counted(case: Case, most: int | None) -> list[tuple[int, int, int]]:
    """Hits, decisions and positives of each class that has a positive or is decided for."""
    scores, labels = case
    rows = []
    for c in range(scores.shape[1]):
        yes = [i for i in range(len(scores)) if c in chosen(case, i, most) and scores[i, c] >= 0]
        rows.append((sum(labels[i, c] == 1 for i in yes), len(yes), sum(labels[:, c] == 1)))
    return rows


def harmonic(precision: Fraction, recall: Fraction) -> Fraction:
    return 2 * precision * recall / (precision + recall) if precision + recall else Fraction(0)


def of1(case: Case, most: int | None = None) -> Fraction | None:
    hits, decided, positives = (int(sum(column)) for column in zip(*counted(case, most), strict=True))
    if not positives:
        return None
    return harmonic(Fraction(hits, decided) if decided else Fraction(0), Fraction(hits, positives))


def cf1(case: Case, most: int | None = None) -> Fraction | None:
    rows = [row for row in counted(case, most) if row[2]]
    if not rows:
        return None
    precision = sum((Fraction(int(h), d) if d else Fraction(0) for h, d, _ in rows), Fraction(0)) / len(rows)
    recall = sum((Fraction(int(h), int(p)) for h, _, p in rows), Fraction(0)) / len(rows)
    return harmonic(precision, recall)


def macro(case: Case) -> Fraction | None:
    rows = [(int(h), d, int(p)) for h, d, p in counted(case, None) if p]
    values = [harmonic(Fraction(h, d) if d else Fraction(0), Fraction(h, p)) for h, d, p in rows]
    return sum(values, Fraction(0)) / len(values) if values else None


def precision_at(case: Case, k: int) -> Fraction | None:
    _, labels = case
    best = [chosen(case, i, k) for i in range(len(labels))]
    shares = [Fraction(sum(int(labels[i, c] == 1) for c in row), len(row)) for i, row in enumerate(best) if row]
    return sum(shares, Fraction(0)) / len(shares) if shares and (labels == 1).any() else None


FORMULAS: Mapping[str, Loops] = {
    "of1": of1,
    "of1-top3": lambda case: of1(case, 3),
    "cf1": cf1,
    "cf1-top3": lambda case: cf1(case, 3),
    "macro-f1": macro,
    "precision-at-1": lambda case: precision_at(case, 1),
    "precision-at-3": lambda case: precision_at(case, 3),
}


def test_every_further_metric_has_its_formula_here() -> None:
    like = {name for name, metric in METRICS.ours.items() if metric.link == "sigmoid"}
    assert FORMULAS.keys() == like - {"map"}


@pytest.mark.parametrize("name", FORMULAS)
@given(case=cases())
def test_it_is_its_formula(name: str, case: Case) -> None:
    wanted, value = FORMULAS[name](case), METRICS[name].value(*case)
    assert math.isnan(value) if wanted is None else value == pytest.approx(float(wanted), abs=1e-12)


def test_by_hand() -> None:
    scores = np.array([[2.0, 1.0, -1.0, 0.5], [-1.0, 3.0, 2.0, 1.0]])
    labels = np.array([[1, -1, 1, -1], [-1, 1, 1, -1]], np.int8)
    # Decided: a0, b0, d0, b1, c1, d1; of these a0, b1 and c1 are there, and c0 was missed.
    values = further_values(scores, labels)
    assert values["of1"] == 2 * 3 / (6 + 4)
    precision, recall = (1 + 1 / 2 + 1) / 3, (1 + 1 + 1 / 2) / 3
    assert values["cf1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert values["macro-f1"] == pytest.approx((1 + 2 / 3 + 2 / 3) / 3)
    assert (values["precision-at-1"], values["precision-at-3"]) == (1.0, (1 / 3 + 2 / 3) / 2)
