import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from campaigns.selection import CRITERIA, PAPER, Scores, metric_agnostic, select, vote
from campaigns.selection.agnostic import RULES as DUPLICATE_RULES
from campaigns.selection.agnostic import OnDuplicate
from campaigns.selection.criteria import REGISTRY, names
from tests.selection.draws import of_link, of_logits, some_scores

every_name = pytest.mark.parametrize("name", names())


@every_name
@given(scores=some_scores(), data=st.data())
def test_n_different_images_of_the_pool_are_picked(name: str, scores: Scores, data: st.DataObject) -> None:
    n = data.draw(st.sampled_from(sorted({0, len(scores) // 2, len(scores)})))
    scores = of_link(REGISTRY[name], scores)
    truth = np.sign(scores.logits).astype(np.int8)
    picks, again = (select(name, scores, n, rng=default_rng(1), truth=truth) for _ in range(2))
    np.testing.assert_array_equal(picks, again)
    assert picks.dtype == np.int64
    assert picks.shape == (n,)
    assert len(set(picks.tolist()) & set(range(len(scores)))) == n


@every_name
def test_more_than_the_pool_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="3 images were asked for, the pool has 2"):
        select(
            name,
            of_link(REGISTRY[name], of_logits([[1.0], [2.0]])),
            3,
            rng=default_rng(0),
            truth=np.zeros((2, 1), np.int8),
        )


@pytest.mark.parametrize("rule", DUPLICATE_RULES)
@given(scores=some_scores())
def test_ag_and_vote_work_on_the_rankings_of_the_papers_six(rule: OnDuplicate, scores: Scores) -> None:
    rankings = [CRITERIA[name].rank(scores) for name in PAPER]
    n = len(scores) // 2
    np.testing.assert_array_equal(
        select("ag", scores, n, on_duplicate=rule), metric_agnostic(rankings, n, on_duplicate=rule)
    )
    np.testing.assert_array_equal(select("vote", scores, n), vote(rankings, n))


@given(scores=some_scores(), seed=st.integers(0, 1000))
def test_adv_counts_fall_and_difficult_counts_as_present(scores: Scores, seed: int) -> None:
    truth = np.sign(scores.logits).astype(np.int8)
    picks = select("adv", scores, len(scores), truth=truth, rng=default_rng(seed))
    assert (np.diff((truth != -1).sum(axis=1)[picks]) <= 0).all()


def test_adv_draws_among_images_with_as_many_classes() -> None:
    scores, truth = of_logits(np.zeros((30, 2))), np.ones((30, 2), np.int8)
    firsts = {int(select("adv", scores, 1, truth=truth, rng=default_rng(seed))[0]) for seed in range(40)}
    assert len(firsts) > 10


def test_adv_without_truth_or_with_the_wrong_one_is_refused() -> None:
    scores = of_logits([[1.0, 2.0]])
    with pytest.raises(ValueError, match="pass truth"):
        select("adv", scores, 1, rng=default_rng(0))
    with pytest.raises(ValueError, match=r"truth has shape \(1, 3\)"):
        select("adv", scores, 1, rng=default_rng(0), truth=np.ones((1, 3), np.int8))
    with pytest.raises(ValueError, match="other than -1, 0 and 1"):
        select("adv", scores, 1, rng=default_rng(0), truth=np.full((1, 2), 2))


@pytest.mark.parametrize("name", ["adv", "random"])
def test_what_draws_wants_a_generator(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} draws at random: pass rng"):
        select(name, of_logits([[1.0]]), 1, truth=np.ones((1, 1), np.int8))


def test_a_name_that_nothing_bears_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="did you mean 'sepmax'"):
        select("sepmx", of_logits([[1.0]]), 1)
