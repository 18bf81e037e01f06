"""The oracle that reveals the labels of a data set."""

import ast
from pathlib import Path

import numpy as np
import pytest

from campaigns.core.ids import JobId
from campaigns.datasets.dataset import UNKNOWN, Split
from campaigns.errors import BadData
from campaigns.home.paths import RoundPaths
from campaigns.oracle.dataset import DatasetOracle
from campaigns.oracle.oracle import Occasion
from tests.architecture.sources import FILES, tree_of

CLASSES = ("car", "cat")
OCCASION = Occasion(JobId("baseline-t0"), 0, RoundPaths(Path("nowhere")), fresh=3)


def a_split() -> Split:
    labels = np.array([[1, -1], [0, 1], [-1, -1], [1, 1], [-1, 0], [1, -1]], np.int8)
    return Split([f"{n}.png" for n in range(6)], labels, picture=lambda _: pytest.fail("nobody looks at a picture"))


def test_labels_come_in_the_order_of_the_rows_that_were_asked_for() -> None:
    split = a_split()
    rows = np.array([4, 0, 5])
    assert DatasetOracle(split, CLASSES).labels_of(rows, OCCASION).labels.tolist() == split.labels[rows].tolist()


def test_an_image_without_a_label_is_named() -> None:
    split = a_split()
    split.labels[3, 0] = UNKNOWN
    with pytest.raises(BadData, match=split.ids[3]):
        DatasetOracle(split, CLASSES).labels_of(np.array([1, 3]), OCCASION)


def test_the_worker_asks_in_one_place() -> None:
    asked = [
        node
        for path in FILES
        if "worker" in path.parts
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and node.attr == "labels_of"
    ]
    assert len(asked) == 1
