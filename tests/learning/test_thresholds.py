"""Thresholds of the highest F1, against trying every one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from campaigns.datasets.dataset import DIFFICULT, NEGATIVE, POSITIVE, UNKNOWN
from campaigns.learning.thresholds import best_thresholds

CASES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 0.9, 1.0]), st.sampled_from([POSITIVE, NEGATIVE, DIFFICULT, UNKNOWN])
    ),
    min_size=1,
    max_size=30,
)


def f1(probabilities: NDArray[np.float64], labels: NDArray[np.int8], threshold: float) -> float:
    is_called, is_positive = probabilities >= threshold, labels == POSITIVE
    counted = is_positive | (labels == NEGATIVE)
    hits = (is_called & is_positive).sum()
    wrong = (is_called & counted & ~is_positive).sum() + (~is_called & is_positive).sum()
    return float(2 * hits / (2 * hits + wrong))


@given(CASES)
def test_no_threshold_has_a_higher_f1(cases: list[tuple[float, int]]) -> None:
    probabilities = np.array([[p] for p, _ in cases])
    labels = np.array([[label] for _, label in cases], np.int8)
    chosen = best_thresholds(probabilities, labels, ["a"])
    if not (labels == POSITIVE).any():
        assert chosen == {}
        return
    best = max(f1(probabilities[:, 0], labels[:, 0], t) for t in np.linspace(0, 1, 201))
    threshold = chosen["a"]
    threshold.check()
    assert threshold.f1 == f1(probabilities[:, 0], labels[:, 0], threshold.value) == best
    assert threshold.positives == (labels == POSITIVE).sum()
    assert threshold.low <= threshold.high


def test_it_lies_half_way_to_what_is_called_absent() -> None:
    probabilities = np.array([[0.9], [0.7], [0.3], [0.1]])
    labels = np.array([[1], [1], [-1], [-1]], np.int8)
    threshold = best_thresholds(probabilities, labels, ["a"])["a"]
    assert (threshold.value, threshold.f1) == (0.5, 1.0)


def test_each_class_is_for_itself_and_the_seed_decides_its_interval() -> None:
    draw = np.random.default_rng(3)
    labels = np.where(draw.random((200, 3)) < 0.3, 1, -1).astype(np.int8)
    probabilities = np.clip(0.5 + 0.1 * labels + draw.normal(0, 0.2, labels.shape), 0, 1)
    together = best_thresholds(probabilities, labels, list("abc"))
    assert together == best_thresholds(probabilities, labels, list("abc"))
    alone = best_thresholds(probabilities[:, :1], labels[:, :1], ["a"])
    assert alone["a"] == together["a"]
    assert all(t.low <= t.value <= t.high for t in together.values())
    assert any(t.low < t.high for t in together.values())
