"""What every metric is held to by being in the registry, and one that is added in one file."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.random import default_rng
from numpy.typing import NDArray

from campaigns.core.ids import NAME
from campaigns.datasets.dataset import UNKNOWN
from campaigns.home.evaluation import SHARES
from campaigns.learning.class_precision import average_precision, mean_ap
from campaigns.recipe.metrics import METRICS, Metric
from tests.distributions import install, run_with

every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=str)
Labels = NDArray[np.int8]
Floats = NDArray[np.float64]


def drawn(seed: int, images: int = 60, classes: int = 4) -> tuple[Floats, Labels]:
    """Scores without ties, and labels of every sort."""
    rng = default_rng(seed)
    labels = rng.choice(np.array([1, -1, -1, 0, UNKNOWN], np.int8), (images, classes))
    return rng.standard_normal((images, classes)), labels


def drawn_for(metric: Metric, seed: int, images: int = 60, classes: int = 4) -> tuple[Floats, Labels]:
    """Scores without ties, and labels that the metric is for: with softmax each image shows one class."""
    scores, labels = drawn(seed, images, classes)
    if metric.link == "softmax":
        labels = np.full((images, classes), -1, np.int8)
        labels[np.arange(images), default_rng(seed + 50).integers(0, classes, images)] = 1
    return scores, labels


every_metric_by_class = pytest.mark.parametrize("metric", [m for m in METRICS.values() if m.link == "sigmoid"], ids=str)


@every_metric
def test_it_says_what_it_is(metric: Metric) -> None:
    assert NAME.fullmatch(metric.name)
    assert all((metric.title, metric.source))
    assert metric.least < metric.most
    assert metric.better in ("more", "less")


@every_metric
@pytest.mark.parametrize("seed", range(20))
def test_values_are_one_a_class_in_its_range_and_the_same_again(metric: Metric, seed: int) -> None:
    scores, labels = drawn_for(metric, seed)
    kept = scores.copy(), labels.copy()
    values = metric.per_class(scores, labels)
    assert values.shape == (4,)
    assert values.dtype == np.float64
    known = values[~np.isnan(values)]
    assert ((known >= metric.least) & (known <= metric.most)).all()
    np.testing.assert_array_equal(metric.per_class(scores, labels), values)
    np.testing.assert_array_equal(scores, kept[0])
    np.testing.assert_array_equal(labels, kept[1])
    if known.size:
        assert metric.over_classes(values) == pytest.approx(known.mean())
    worth = metric.value(scores, labels)
    assert metric.least <= worth <= metric.most
    assert worth == metric.value(scores, labels)
    if metric.overall is None:
        assert worth == metric.over_classes(values)


@every_metric_by_class
@pytest.mark.parametrize("seed", range(10))
def test_a_class_is_measured_by_its_own_column_and_its_known_labels(metric: Metric, seed: int) -> None:
    scores, labels = drawn(seed)
    whole = metric.per_class(scores, labels)
    for c in range(4):
        known = np.isin(labels[:, c], (1, -1))
        alone = metric.per_class(scores[known][:, [c]], labels[known][:, [c]])
        np.testing.assert_array_equal(alone, whole[[c]])


@every_metric
def test_a_perfect_ranking_is_no_worse_than_its_reverse(metric: Metric) -> None:
    every = 3 if metric.link == "sigmoid" else 8
    labels = np.where((np.arange(40)[:, None] + np.arange(8)) % every == 0, 1, -1).astype(np.int8)
    best, worst = (metric.value(sign * labels.astype(float), labels) for sign in (1, -1))
    assert best > worst if metric.better == "more" else best < worst


@every_metric
def test_nothing_known_is_no_number(metric: Metric) -> None:
    assert np.isnan(metric.over_classes(np.full(3, np.nan)))
    nothing = np.zeros((3, 1)), np.full((3, 1), UNKNOWN, np.int8)
    assert np.isnan(metric.per_class(*nothing)).all()
    assert np.isnan(metric.value(*nothing))


@every_metric
@pytest.mark.parametrize("seed", range(10))
def test_what_is_not_known_does_not_count(metric: Metric, seed: int) -> None:
    scores, labels = drawn_for(metric, seed)
    other = np.where(np.isin(labels, (1, -1)), scores, default_rng(seed + 100).standard_normal(scores.shape))
    assert metric.value(other, labels) == metric.value(scores, labels)


@every_metric
def test_its_values_are_checked_where_they_are_read(metric: Metric) -> None:
    assert (metric.name in SHARES) == ((metric.least, metric.most) == (0, 1))


def test_what_is_reported_is_the_authors_mean_average_precision() -> None:
    scores, labels = drawn(0)
    values = METRICS["map"].per_class(scores, labels)
    np.testing.assert_array_equal(values, average_precision(scores, labels))
    assert METRICS["map"].over_classes(values) == mean_ap(values)
    assert METRICS["map"].title == "mAP"


def test_measuring_loads_no_torch() -> None:
    code = "import sys; from campaigns.recipe.metrics import METRICS; print(*METRICS.values(), 'torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split()[-1] == "False"


SOURCE = """
import numpy as np
from campaigns.recipe.metrics import Metric

def wrong(scores, labels):
    known = np.abs(labels) == 1
    return np.where(known & ((scores > 0) != (labels == 1)), 1.0, 0.0).sum(0) / np.maximum(1, known.sum(0))

WRONG = Metric("wrong", "errors", "share of labels on the wrong side of 0", wrong, better="less")
"""
SHOWN = """
import numpy as np
from campaigns.recipe.metrics import METRICS
print(*METRICS.names())
metric = METRICS["wrong"]
values = metric.per_class(np.array([[1.0, 1.0], [-1.0, 2.0]]), np.array([[1, -1], [-1, 0]], np.int8))
print(metric.title, values.tolist(), metric.over_classes(values))
"""


def test_a_metric_of_one_file_is_named_and_measures(tmp_path: Path) -> None:
    packages = install(tmp_path / "p", "alwsl_wrong", SOURCE, group="alwsl_tui.metrics", entries={"wrong": "WRONG"})
    names, measured = run_with(packages, [sys.executable, "-c", SHOWN]).splitlines()
    assert names.split() == [*METRICS.ours, "wrong"]
    assert measured == "errors [0.0, 1.0] 0.5"
