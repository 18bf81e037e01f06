from collections import Counter

import numpy as np
import pytest
from hypothesis import given

from campaigns.selection import agreement, metric_agnostic, vote, vote_picks
from campaigns.selection.scores import Indices
from tests.selection.draws import some_rankings


@given(drawn=some_rankings())
def test_the_vote_is_by_decreasing_votes_then_by_the_order_of_ag(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    votes = Counter(image for ranking in lists for image in ranking[:n].tolist())
    everyone = metric_agnostic(lists, len(lists[0])).tolist()
    expected = sorted(votes, key=lambda image: (-votes[image], everyone.index(image)))[:n]
    picks = vote_picks(lists, n)
    assert picks.images.tolist() == expected
    assert picks.votes.tolist() == [votes[image] for image in expected]


@given(drawn=some_rankings())
def test_the_histogram_counts_every_vote_once(drawn: tuple[list[Indices], int]) -> None:
    lists, n = drawn
    votes = agreement(lists, n).votes
    assert votes.shape == (len(lists),)
    assert (votes * np.arange(1, len(lists) + 1)).sum() == len(lists) * n


def test_lists_without_a_common_image_vote_as_ag_picks() -> None:
    lists = [np.array([4, 5, 6]), np.array([3, 2, 1])]
    assert vote(lists, 3).tolist() == metric_agnostic(lists, 3).tolist() == [4, 3, 5]


def test_an_exhausted_list_is_refused() -> None:
    with pytest.raises(ValueError, match="exhausted"):
        vote([np.array([0, 1]), np.array([0])], 2)
