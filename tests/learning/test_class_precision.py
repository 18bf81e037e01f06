import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from campaigns.datasets.dataset import UNKNOWN
from campaigns.learning.class_precision import KINDS, Kind, average_precision, mean_ap

EACH: tuple[Kind, ...] = ("continuous", "voc11", "interpolated")


def points(scores: list[float], labels: list[int]) -> list[tuple[int, int, int]]:
    """(positives so far, images so far, all positives) after each image, walking down the ranking."""
    rows = sorted((-score, row) for row, score in enumerate(scores) if labels[row] in (1, -1))
    everything = sum(labels[row] == 1 for _, row in rows)
    walked, found = [], 0
    for seen, (_, row) in enumerate(rows, start=1):
        found += labels[row] == 1
        walked.append((found, seen, everything))
    return walked


def slow_continuous(scores: list[float], labels: list[int]) -> float:
    walked = points(scores, labels)
    before = [0, *(found for found, _, _ in walked)]
    return sum(f / s for (f, s, _), b in zip(walked, before, strict=False) if f > b) / walked[-1][2]


def slow_voc11(scores: list[float], labels: list[int]) -> float:
    walked = points(scores, labels)
    return sum(max(f / s for f, s, n in walked if 10 * f >= tenth * n) for tenth in range(11)) / 11


def slow_interpolated(scores: list[float], labels: list[int]) -> float:
    walked = points(scores, labels)
    recall = [0.0, *(f / n for f, _, n in walked), 1.0]
    precision = [0.0, *(f / s for f, s, _ in walked), 0.0]
    for i in range(len(precision) - 2, -1, -1):
        precision[i] = max(precision[i], precision[i + 1])
    return sum((recall[i] - recall[i - 1]) * precision[i] for i in range(1, len(recall)))


SLOW: dict[Kind, Callable[[list[float], list[int]], float]] = {
    "continuous": slow_continuous,
    "voc11": slow_voc11,
    "interpolated": slow_interpolated,
}


@st.composite
def ranked_images(draw: st.DrawFn) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    shape = (draw(st.integers(1, 30)), draw(st.integers(1, 3)))
    few = st.integers(-4, 4).map(lambda n: n / 2)  # so that ties happen
    scores = draw(hnp.arrays(np.float32, shape, elements=few | st.floats(-9, 9, width=32)))
    labels = draw(hnp.arrays(np.int8, shape, elements=st.sampled_from([1, -1, 0, UNKNOWN])))
    return scores, labels


def test_names_and_entries_match() -> None:
    assert tuple(KINDS) == EACH == tuple(SLOW)


@pytest.mark.parametrize("kind", EACH)
@given(images=ranked_images())
def test_average_precision_is_what_a_slow_walk_down_the_ranking_finds(
    kind: Kind, images: tuple[NDArray[np.float32], NDArray[np.int8]]
) -> None:
    scores, labels = images
    found = average_precision(scores, labels, kind)
    assert found.shape == (scores.shape[1],)
    assert found.dtype == np.float64
    for c, ap in enumerate(found):
        if (labels[:, c] == 1).any() and (labels[:, c] == -1).any():
            assert 0 < ap <= 1
            assert ap == pytest.approx(SLOW[kind](scores[:, c].tolist(), labels[:, c].tolist()), abs=1e-12)
        else:
            assert math.isnan(ap)


@pytest.mark.parametrize("kind", EACH)
@given(images=ranked_images())
def test_difficult_and_unknown_images_might_as_well_not_be_there(
    kind: Kind, images: tuple[NDArray[np.float32], NDArray[np.int8]]
) -> None:
    scores, labels = images[0][:, :1], images[1][:, :1]
    there = np.isin(labels[:, 0], (1, -1))
    np.testing.assert_array_equal(
        average_precision(scores, labels, kind), average_precision(scores[there], labels[there], kind)
    )


def test_a_ranking_worked_out_by_hand() -> None:
    labels = np.array([[1, -1, 1, 0, -1, 1]], dtype=np.int8).T
    scores = np.array([[0.9, 0.8, 0.7, 0.65, 0.6, 0.5]]).T
    # Precision at the three positives is 1, 2/3 and 3/5; recall there is 1/3, 2/3 and 1.
    assert average_precision(scores, labels)[0] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
    assert average_precision(scores, labels, "interpolated")[0] == pytest.approx((1 + 2 / 3 + 3 / 5) / 3)
    assert average_precision(scores, labels, "voc11")[0] == pytest.approx((4 * 1 + 3 * 2 / 3 + 4 * 3 / 5) / 11)


def test_interpolation_lifts_a_late_rise() -> None:
    labels = np.array([[-1, 1, 1]], dtype=np.int8).T
    scores = np.array([[3.0, 2.0, 1.0]]).T
    assert average_precision(scores, labels)[0] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert average_precision(scores, labels, "interpolated")[0] == pytest.approx(2 / 3)
    assert average_precision(scores, labels, "voc11")[0] == pytest.approx(2 / 3)


def test_a_recall_of_three_tenths_counts_as_three_tenths() -> None:
    labels = np.array([[1] * 3 + [-1] * 90 + [1] * 7], dtype=np.int8).T
    scores = -np.arange(100.0)[:, None]
    assert average_precision(scores, labels, "voc11")[0] == pytest.approx((4 * 1 + 7 * 10 / 100) / 11)


@pytest.mark.parametrize("kind", EACH)
def test_a_perfect_ranking_has_one(kind: Kind) -> None:
    labels = np.array([[1, 1, 1, -1, -1]], dtype=np.int8).T
    assert average_precision(-np.arange(5.0)[:, None], labels, kind)[0] == 1


def test_equal_scores_rank_in_the_order_of_the_rows() -> None:
    first, last = np.array([[1, -1, -1, -1]], dtype=np.int8).T, np.array([[-1, -1, -1, 1]], dtype=np.int8).T
    assert average_precision(np.zeros((4, 1)), first)[0] == 1
    assert average_precision(np.zeros((4, 1)), last)[0] == 1 / 4


@pytest.mark.parametrize("kind", EACH)
def test_only_the_order_of_scores_counts(kind: Kind) -> None:
    rng = np.random.default_rng(0)
    scores, labels = rng.normal(size=(50, 2)), rng.choice([-1, 1], size=(50, 2)).astype(np.int8)
    np.testing.assert_array_equal(
        average_precision(scores, labels, kind), average_precision(np.exp(scores), labels, kind)
    )


def test_inputs_stay_as_they_were() -> None:
    scores, labels = np.array([[1.0], [2.0]]), np.array([[1], [-1]], dtype=np.int8)
    average_precision(scores, labels)
    assert scores.tolist() == [[1.0], [2.0]]
    assert labels.tolist() == [[1], [-1]]


def test_what_has_no_rank_or_no_meaning_is_refused() -> None:
    labels = np.ones((3, 2), dtype=np.int8)
    with pytest.raises(ValueError, match="NaN"):
        average_precision(np.array([[1, 2], [np.nan, 2], [1, 2]]), labels)
    with pytest.raises(ValueError, match=r"\(N, C\)"):
        average_precision(np.zeros((2, 3)), labels)
    with pytest.raises(ValueError, match=r"\(N, C\)"):
        average_precision(np.zeros(3), labels[:, 0])
    with pytest.raises(ValueError, match="2"):
        average_precision(np.zeros((3, 2)), labels * np.int8(2))
    with pytest.raises(ValueError, match="voc12"):
        average_precision(np.zeros((3, 2)), labels, "voc12")  # type: ignore[arg-type]


def test_the_mean_is_over_classes_that_have_positives() -> None:
    assert mean_ap(np.array([0.5, np.nan, 1.0])) == 0.75
    assert math.isnan(mean_ap(np.array([np.nan, np.nan])))
    assert math.isnan(mean_ap(np.array([])))


def test_it_needs_no_torch() -> None:
    code = "import sys, campaigns.learning.class_precision; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
