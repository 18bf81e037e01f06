"""What every criterion of either sort is held to by being in the registry."""

from functools import partial
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from campaigns.selection import BatchCriterion, Choice, Criterion, Need, Question, Scores
from campaigns.selection.criteria import CRITERIA, LISTS, PAPER, REGISTRY, Rule, names
from campaigns.selection.rules.adv import by_number_of_classes
from tests.selection.draws import of_link, of_logits, some_scores

every_rule = pytest.mark.parametrize("rule", REGISTRY.values(), ids=str)
every_criterion_with_values = pytest.mark.parametrize(
    "criterion", [rule for rule in CRITERIA.values() if rule.has_values], ids=str
)


def asked(rule: Rule, scores: Scores, n: int, *, seed: int = 1) -> Choice:
    """What it picks, given what it needs and nothing else."""
    scores = of_link(rule, scores)
    truth = np.sign(scores.logits).astype(np.int8) if Need.TRUTH in rule.needs else None
    embeddings = scores.logits if Need.EMBEDDINGS in rule.needs else None
    lists = [CRITERIA[name].top(scores, n) for name in LISTS[scores.link]]
    return rule.choose(Question(scores, n, lambda: lists, default_rng(seed), truth, embeddings))


@every_rule
def test_it_says_what_it_is(rule: Rule) -> None:
    assert all((rule.title, rule.formula, rule.source))
    assert rule.says or rule.name == "ag"  # its picks say which list brought each
    assert isinstance(rule, (Criterion, BatchCriterion))
    assert rule.needs <= set(Need)


@every_rule
@given(scores=some_scores(), data=st.data())
def test_it_picks_n_different_images_and_the_same_again(rule: Rule, scores: Scores, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(scores)))
    choice, again = asked(rule, scores, n), asked(rule, scores, n)
    np.testing.assert_array_equal(choice.images, again.images)
    assert choice.images.dtype == np.int64
    assert choice.images.shape == (n,)
    assert len(set(choice.images.tolist()) & set(range(len(scores)))) == n
    assert len(choice.lists) == len(choice.turns)
    assert len(choice.lists) in {0, n}


@every_rule
@pytest.mark.parametrize("n", [-1, 3])
def test_more_than_the_pool_is_refused(rule: Rule, n: int) -> None:
    scores = of_link(rule, of_logits([[1.0], [2.0]]))
    question = Question(scores, n, list, default_rng(0), np.ones((2, 1), np.int8), scores.logits)
    with pytest.raises(ValueError, match=f"{n} images were asked for, the pool has 2"):
        rule.choose(question)


@every_rule
@given(scores=some_scores())
def test_it_leaves_what_it_is_given_as_it_was(rule: Rule, scores: Scores) -> None:
    arrays = (scores.logits, scores.peak, scores.trough)
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    asked(rule, scores, len(scores) // 2)
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_rule
@given(scores=some_scores())
def test_it_picks_all_when_all_are_asked_for(rule: Rule, scores: Scores) -> None:
    np.testing.assert_array_equal(np.sort(asked(rule, scores, len(scores)).images), np.arange(len(scores)))


@every_criterion_with_values
@given(scores=some_scores())
def test_a_value_stands_with_what_was_picked(criterion: Criterion, scores: Scores) -> None:
    scores = of_link(criterion, scores)
    assert asked(criterion, scores, len(scores)).images.tolist() == criterion.rank(scores).tolist()
    assert criterion.values(scores).shape == (len(scores),)
    assert np.isfinite(criterion.values(scores)).all()


@every_criterion_with_values
@given(scores=some_scores(min_size=1))
def test_without_maps_it_does_the_same_or_says_what_it_lacks(criterion: Criterion, scores: Scores) -> None:
    scores = of_link(criterion, scores)
    blind = Scores.without_maps(scores.logits, link=scores.link)
    if criterion.needs & {Need.MAPS, Need.PIXELS}:
        with pytest.raises(ValueError, match=f"{criterion} is about .*class maps, and these scores have none"):
            criterion.rank(blind)
    else:
        np.testing.assert_array_equal(criterion.rank(blind), criterion.rank(scores))
        np.testing.assert_array_equal(criterion.values(blind), criterion.values(scores))


def test_what_looks_at_maps_without_saying_so_finds_no_numbers() -> None:
    careless = Criterion("careless", "", "", "", "least", "", lambda scores: scores.peak.max(axis=1))
    with pytest.raises(ValueError, match="measured NaN for 2 of 2 images"):
        careless.rank(Scores.without_maps(np.zeros((2, 3))))


def _always(choice: Choice, _: Question) -> Choice:
    return choice


def test_a_batch_criterion_has_to_pick_images_of_the_pool_once_each() -> None:
    scores = of_logits([[1.0], [2.0], [3.0]])
    for images, message in (
        ([0], r"shape \(1,\) where \(2,\)"), ([0, 0], "an image twice"), ([1, 3], "pool of 3"), ([-1, 0], "pool of 3"),
    ):  # fmt: skip
        choice = Choice(np.array(images, np.int64))
        broken = BatchCriterion("broken", "", "", "", partial(_always, choice))
        with pytest.raises(ValueError, match=message):
            broken.choose(Question(scores, 2, list))
    floats = BatchCriterion("broken", "", "", "", lambda _: Choice(np.zeros(2)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="float64"):
        floats.choose(Question(scores, 2, list))


def test_the_papers_come_first_in_its_order() -> None:
    assert names()[:10] == ("unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "ag", "vote", "adv", "random")
    assert tuple(REGISTRY.ours) == (*names()[:10], "entropy", "leastconf", "margin", "pixent", "pixmargin", "pixshare")
    assert LISTS["sigmoid"] == PAPER
    assert "ag" not in CRITERIA


def test_ties_of_adv_are_all_drawn_sooner_or_later() -> None:
    orders = {tuple(by_number_of_classes(np.ones((3, 1), np.int8), default_rng(seed)).tolist()) for seed in range(60)}
    assert orders == set(permutations(range(3)))
