import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from campaigns.selection import CRITERIA, PAPER, Criterion, Scores
from campaigns.selection.criteria import AGGREGATES, names
from campaigns.selection.scores import BLOCK
from tests.selection.draws import of_link, of_logits, some_scores

every_criterion = pytest.mark.parametrize("criterion", CRITERIA.values(), ids=str)
every_value_criterion = pytest.mark.parametrize("criterion", [CRITERIA[name] for name in PAPER], ids=str)
seeds = st.integers(0, 1 << 32)

PRINTED = {
    "unc": lambda scores: np.abs(scores.probs - 0.5).sum(axis=1),
    "ent": lambda scores: -(scores.probs * np.log(scores.probs)).sum(axis=1),
    "mm": lambda scores: scores.probs.max(axis=1),
    "sepsum": lambda scores: (scores.peak.astype(float) - scores.trough).sum(axis=1),
    "sepmax": lambda scores: (scores.peak.astype(float) - scores.trough).max(axis=1),
    "sepmin": lambda scores: (scores.peak.astype(float) - scores.trough).min(axis=1),
}
LARGEST = {"unc": 1 / 2, "ent": 1 / np.e}
"""Largest value, for one class."""


@every_criterion
@given(scores=some_scores(), seed=seeds)
def test_a_ranking_is_a_permutation(criterion: Criterion, scores: Scores, seed: int) -> None:
    scores = of_link(criterion, scores)
    ranking = criterion.rank(scores, rng=default_rng(seed))
    assert ranking.dtype == np.int64
    np.testing.assert_array_equal(np.sort(ranking), np.arange(len(scores)))


@every_criterion
@given(scores=some_scores(), seed=seeds, data=st.data())
def test_the_top_is_the_start_of_the_ranking(
    criterion: Criterion, scores: Scores, seed: int, data: st.DataObject
) -> None:
    scores, n = of_link(criterion, scores), data.draw(st.integers(0, len(scores)))
    top = criterion.top(scores, n, rng=default_rng(seed))
    assert top.dtype == np.int64
    np.testing.assert_array_equal(top, criterion.rank(scores, rng=default_rng(seed))[:n])


@every_criterion
def test_more_than_the_pool_is_refused(criterion: Criterion) -> None:
    scores = of_link(criterion, of_logits([[1.0], [2.0]]))
    for n in (-1, 3):
        with pytest.raises(ValueError, match=f"{n} images were asked for, the pool has 2"):
            criterion.top(scores, n, rng=default_rng(0))


@every_criterion
@given(scores=some_scores(), seed=seeds)
def test_scores_are_left_as_they_were(criterion: Criterion, scores: Scores, seed: int) -> None:
    scores = of_link(criterion, scores)
    arrays = (scores.logits, scores.peak, scores.trough)
    before = [array.copy() for array in arrays]
    for array in arrays:
        array.flags.writeable = False
    criterion.rank(scores, rng=default_rng(seed))
    criterion.top(scores, len(scores), rng=default_rng(seed))
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


@every_value_criterion
@given(scores=some_scores(), seed=seeds)
def test_values_go_with_their_images_wherever_these_stand(criterion: Criterion, scores: Scores, seed: int) -> None:
    moved = default_rng(seed).permutation(len(scores))
    values = criterion.values(scores)
    np.testing.assert_array_equal(criterion.values(scores.take(moved)), values[moved])
    there, here = moved[criterion.rank(scores.take(moved))], criterion.rank(scores)
    np.testing.assert_array_equal(values[there], values[here])
    if len(np.unique(values)) == len(values):
        np.testing.assert_array_equal(there, here)


@every_value_criterion
@given(scores=some_scores(), seed=seeds)
def test_the_order_of_the_classes_does_not_matter(criterion: Criterion, scores: Scores, seed: int) -> None:
    moved = default_rng(seed).permutation(scores.classes)
    other = Scores(scores.logits[:, moved], scores.peak[:, moved], scores.trough[:, moved])
    np.testing.assert_allclose(criterion.values(other), criterion.values(scores), rtol=1e-12, atol=1e-12)


@every_value_criterion
@given(scores=some_scores())
def test_values_follow_the_ranking(criterion: Criterion, scores: Scores) -> None:
    steps = np.diff(criterion.values(scores)[criterion.rank(scores)])
    assert (steps >= -1e-12).all() if criterion.direction == "least" else (steps <= 1e-12).all()


@every_value_criterion
@given(scores=some_scores())
def test_equal_rows_rank_by_index(criterion: Criterion, scores: Scores) -> None:
    twice = scores.take(np.repeat(np.arange(len(scores)), 2))
    place = np.argsort(criterion.rank(twice))
    assert (place[0::2] < place[1::2]).all()


@every_value_criterion
@given(scores=some_scores())
def test_float32_widened_to_float64_ranks_alike(criterion: Criterion, scores: Scores) -> None:
    wide = Scores(*(array.astype(np.float64) for array in (scores.logits, scores.peak, scores.trough)))
    np.testing.assert_array_equal(criterion.values(wide), criterion.values(scores))
    np.testing.assert_array_equal(criterion.rank(wide), criterion.rank(scores))


@every_value_criterion
@given(seed=seeds)
def test_rounding_to_float32_moves_only_images_that_rounding_can_confuse(criterion: Criterion, seed: int) -> None:
    rng = default_rng(seed)
    logits, trough, gap = (rng.uniform(-100, 100, (30, 4)) for _ in range(3))
    wide = Scores(logits, trough + np.abs(gap), trough)
    narrow = Scores(*(array.astype(np.float32) for array in (wide.logits, wide.peak, wide.trough)))
    exact = criterion.values(wide)[criterion.rank(narrow)]
    steps = np.diff(exact if criterion.direction == "least" else -exact)
    assert (steps >= -1e-4).all()


@every_value_criterion
@given(scores=some_scores())
def test_values_are_what_the_paper_prints(criterion: Criterion, scores: Scores) -> None:
    mild = Scores(scores.logits / 10, scores.peak, scores.trough)
    np.testing.assert_allclose(criterion.values(mild), PRINTED[criterion.name](mild), rtol=1e-9, atol=1e-12)


@every_value_criterion
@given(scores=some_scores())
def test_values_stay_in_their_range(criterion: Criterion, scores: Scores) -> None:
    values = criterion.values(scores)
    assert values.dtype == np.float64
    assert values.shape == (len(scores),)
    assert (values >= 0).all()
    assert (values <= LARGEST.get(criterion.name, np.inf) * scores.classes + 1e-12).all()


@every_value_criterion
def test_a_long_pool_in_blocks_gives_each_image_what_it_gets_alone(criterion: Criterion) -> None:
    rng = default_rng(0)
    logits, trough, gap = (rng.standard_normal((BLOCK // 16 + 3, 40), dtype=np.float32) for _ in range(3))
    scores = Scores(logits, trough + np.abs(gap), trough)
    some = np.array([0, 1638, 1639, len(scores) - 1])
    np.testing.assert_array_equal(criterion.values(scores)[some], criterion.values(scores.take(some)))


@every_value_criterion
def test_strided_scores_give_the_same_values(criterion: Criterion) -> None:
    rng = default_rng(0)
    logits, trough, gap = (rng.standard_normal((20, 9)) for _ in range(3))
    plain = Scores(logits, trough + np.abs(gap), trough)
    turned = Scores(*(np.asfortranarray(array) for array in (plain.logits, plain.peak, plain.trough)))
    np.testing.assert_array_equal(criterion.values(turned), criterion.values(plain))


def test_min_max_orders_images_whose_probability_is_one_by_their_logit() -> None:
    scores = of_logits([[100.0, 0.0], [50.0, 0.0], [100.0, 9.0], [70.0, -100.0]])
    assert CRITERIA["mm"].values(scores).tolist() == [1.0] * 4
    assert CRITERIA["mm"].rank(scores).tolist() == [1, 3, 0, 2]


def test_uncertainty_orders_images_whose_every_class_is_certain() -> None:
    scores = of_logits([[100.0, -100.0], [-50.0, 50.0], [60.0, 60.0], [100.0, 100.0]])
    assert CRITERIA["unc"].values(scores).tolist() == [1.0] * 4
    assert CRITERIA["unc"].rank(scores).tolist() == [1, 2, 0, 3]


def test_entropy_orders_images_whose_every_class_is_certain() -> None:
    scores = of_logits([[100.0, 100.0], [-50.0, -50.0], [60.0, 60.0], [-100.0, -100.0]])
    assert CRITERIA["ent"].rank(scores).tolist() == [1, 2, 3, 0]


def test_entropy_leaves_out_the_absent_half_as_printed() -> None:
    least, most = np.log(1 / np.e / (1 - 1 / np.e)), 100.0
    values = CRITERIA["ent"].values(of_logits([[least], [-least], [most], [-most]], np.float64))
    np.testing.assert_allclose(values, [1 / np.e, 0.28994, 0, 0], atol=1e-5)


@given(seed=seeds)
def test_random_draws_the_same_from_the_same_generator(seed: int) -> None:
    scores = of_logits(np.zeros((20, 1)))
    first, second = (CRITERIA["random"].rank(scores, rng=default_rng(seed)) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_random_has_no_values() -> None:
    with pytest.raises(ValueError, match="no value"):
        CRITERIA["random"].values(of_logits([[1.0]]))


def test_random_wants_a_generator() -> None:
    with pytest.raises(ValueError, match="pass rng"):
        CRITERIA["random"].rank(of_logits([[1.0]]))


def test_a_criterion_that_measures_nan_is_told_for_how_many_images() -> None:
    broken = Criterion("broken", "", "", "", "least", "", lambda scores: np.log(-scores.logits[:, 0].astype(float)))
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="broken measured NaN for 2 of 3"):
        broken.rank(of_logits([[1.0], [-1.0], [2.0]]))


def test_a_criterion_that_measures_something_else_than_images_is_refused() -> None:
    broken = Criterion("broken", "", "", "", "least", "", lambda scores: np.zeros(5))
    with pytest.raises(ValueError, match=r"shape \(5,\) for 1 images"):
        broken.values(of_logits([[1.0]]))


def test_criteria_go_by_their_names() -> None:
    assert all(CRITERIA[name].name == name for name in CRITERIA)
    assert len(CRITERIA) == len(list(CRITERIA))
    assert set(names()) == {*CRITERIA, *AGGREGATES}
    assert names()[:10] == ("unc", "ent", "mm", "sepsum", "sepmax", "sepmin", "ag", "vote", "adv", "random")
    assert PAPER == ("unc", "ent", "mm", "sepmax", "sepmin", "sepsum")
    with pytest.raises(KeyError):
        CRITERIA["ag"]


@every_criterion
def test_a_criterion_says_what_it_is(criterion: Criterion) -> None:
    assert all((criterion.title, criterion.formula, criterion.source, criterion.range))
    assert criterion.direction in ("least", "most")
