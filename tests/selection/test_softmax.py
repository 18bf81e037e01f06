"""The criteria of images that show one class each, against naive formulas, and by hand."""

import numpy as np
import pytest
from hypothesis import given

from campaigns.selection import CRITERIA, Scores, select
from campaigns.selection.criteria import LISTS
from campaigns.selection.scores import softmax
from tests.selection.draws import some_scores

ENDS = np.array([[300.0, -300.0, 0.0], [40.0, 1.0, 0.0], [40.0, 2.0, 0.0]])


def one_each(scores: Scores) -> Scores:
    return Scores(scores.logits, scores.peak, scores.trough, link="softmax")


@given(scores=some_scores(min_size=1))
def test_probabilities_are_exponentials_over_their_sum(scores: Scores) -> None:
    z = scores.logits.astype(np.float64)
    naive = np.exp(z - z.max()) if np.ptp(z) < 600 else softmax(z)
    np.testing.assert_allclose(one_each(scores).probs, naive / naive.sum(axis=1, keepdims=True), rtol=1e-9)
    np.testing.assert_allclose(one_each(scores).probs.sum(axis=1), 1)


@given(scores=some_scores(min_size=1))
def test_values_are_those_of_the_printed_formulas(scores: Scores) -> None:
    mine = one_each(scores)
    for values, row in zip(
        zip(*(CRITERIA[name].values(mine) for name in ("entropy", "margin", "leastconf")), strict=True),
        mine.probs.tolist(), strict=True,
    ):  # fmt: skip
        best = sorted(row, reverse=True)
        entropy = -sum(share * np.log(share) for share in row if share > 0)
        margin = best[0] - best[1] if len(best) > 1 else 1.0
        assert values == pytest.approx((entropy, margin, 1 - best[0]), abs=1e-9)


def test_by_hand() -> None:
    logits = np.log([[0.5, 0.25, 0.25], [0.45, 0.44, 0.11], [0.9, 0.05, 0.05]])
    scores = Scores.without_maps(logits, link="softmax")
    assert CRITERIA["entropy"].values(scores)[0] == pytest.approx(1.5 * np.log(2))
    assert CRITERIA["margin"].values(scores) == pytest.approx([0.25, 0.01, 0.85])
    assert CRITERIA["leastconf"].values(scores) == pytest.approx([0.5, 0.55, 0.1])
    assert select("margin", scores, 3).tolist() == [1, 0, 2]
    assert select("leastconf", scores, 3).tolist() == [1, 0, 2]
    assert select("entropy", scores, 3).tolist() == [0, 1, 2]


@pytest.mark.parametrize("name", ["entropy", "margin", "leastconf"])
def test_images_of_which_the_model_is_all_but_sure_still_differ(name: str) -> None:
    scores = Scores.without_maps(ENDS, link="softmax")
    assert select(name, scores, 3).tolist() == [2, 1, 0]


@pytest.mark.parametrize("name", ["unc", "ent", "mm", "adv"])
def test_criteria_of_probabilities_by_class_say_that_these_are_none(name: str) -> None:
    scores = Scores.without_maps(ENDS, link="softmax")
    with pytest.raises(ValueError, match=f"{name} is for probabilities by sigmoid, and these are by softmax"):
        select(name, scores, 1, truth=np.ones(ENDS.shape, np.int8), rng=np.random.default_rng(0))


def test_ag_and_voting_ask_lists_that_mean_something() -> None:
    rng = np.random.default_rng(4)
    logits = rng.standard_normal((30, 3))
    scores = Scores(logits, logits + rng.random((30, 3)), logits - rng.random((30, 3)), link="softmax")
    lists = [CRITERIA[name].top(scores, 1)[0] for name in LISTS["softmax"]]
    assert set(select("ag", scores, 6).tolist()) >= set(lists[:1])
    assert select("ag", scores, 1).tolist() == lists[:1]
    assert len(set(select("vote", scores, 6).tolist())) == 6
