"""Three images of two classes, worked out on paper.

            P            peak        trough        s
image 0     .5   .9       5    2      1    1       4   1
image 1     .75  .25      1    0     -2   -3       3   3
image 2     .2   .1       7   -1      0   -1.5     7   .5
"""

import numpy as np
import pytest
from numpy.random import default_rng

from campaigns.selection import CRITERIA, PAPER, Scores, agreement, metric_agnostic, select, vote_picks

SCORES = Scores(
    np.array([[0.0, 2.1972246], [1.0986123, -1.0986123], [-1.3862944, -2.1972246]], np.float32),
    np.array([[5, 2], [1, 0], [7, -1]], np.float32),
    np.array([[1, 1], [-2, -3], [0, -1.5]], np.float32),
)
TRUTH = np.array([[-1, 1], [-1, -1], [0, 1]])
TABLE = [
    ("unc", [0.4, 0.5, 0.7], [0, 1, 2]),
    ("ent", [0.4413981, 0.5623351, 0.5521461], [1, 2, 0]),
    ("mm", [0.9, 0.75, 0.2], [2, 1, 0]),
    ("sepmax", [4, 3, 7], [1, 0, 2]),
    ("sepmin", [1, 3, 0.5], [2, 0, 1]),
    ("sepsum", [5, 6, 7.5], [0, 1, 2]),
]
LISTS = [np.array(order) for _, _, order in TABLE]


def test_the_table_has_the_papers_criteria_in_its_order() -> None:
    assert tuple(name for name, _, _ in TABLE) == PAPER


@pytest.mark.parametrize(("name", "values", "order"), TABLE)
def test_values_and_order_are_those_on_paper(name: str, values: list[float], order: list[int]) -> None:
    np.testing.assert_allclose(CRITERIA[name].values(SCORES), values, rtol=1e-6)
    assert CRITERIA[name].rank(SCORES).tolist() == order
    assert select(name, SCORES, 2).tolist() == order[:2]


def test_ag_takes_the_first_of_the_first_three_lists() -> None:
    assert metric_agnostic(LISTS, 3).tolist() == [0, 1, 2]
    assert select("ag", SCORES, 2).tolist() == [0, 1]


def test_the_vote_puts_image_1_first_with_five_votes() -> None:
    picks = vote_picks(LISTS, 2)
    assert picks.images.tolist() == [1, 0]
    assert picks.votes.tolist() == [5, 4]
    assert select("vote", SCORES, 2).tolist() == [1, 0]


def test_adv_takes_the_image_with_two_classes_first_the_difficult_one_counted() -> None:
    assert select("adv", SCORES, 3, truth=TRUTH, rng=default_rng(0)).tolist() == [2, 0, 1]


def test_agreement_on_two_of_three() -> None:
    found = agreement(LISTS, 2)
    assert found.overlap[0].tolist() == [2, 1, 1, 2, 1, 2]
    assert found.votes.tolist() == [0, 0, 1, 1, 1, 0]


def test_agreement_on_all_three() -> None:
    found = agreement(LISTS, 3)
    assert found.votes.tolist() == [0, 0, 0, 0, 0, 3]
    np.testing.assert_allclose(found.kendall[0], [1, -1 / 3, -1, 1 / 3, -1 / 3, 1])
