"""A pool in parts: whatever is asked of it comes to what the same pool in one part says, to the last bit."""

import tracemalloc
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.random import default_rng

from campaigns.home.picks import describe_choice, encode_picks
from campaigns.selection.collapse import is_collapsed, is_flat
from campaigns.selection.criteria import CRITERIA, REGISTRY, Criterion, Rule
from campaigns.selection.parts import PoolScores, ScoreParts
from campaigns.selection.provenance import NOTHING, RankedPool, Terms, choose
from campaigns.selection.question import Need
from campaigns.selection.rankings import head, merged
from campaigns.selection.scores import Scores
from tests.selection.draws import of_link, some_scores

OURS = [rule for rule in REGISTRY.values() if Need.EMBEDDINGS not in rule.needs]
MEASURED = [rule for rule in CRITERIA.values() if rule.has_values]


def cut(scores: Scores, borders: Sequence[int]) -> ScoreParts:
    """The same pool in parts that end there."""
    ends = [0, *borders, len(scores)]
    return ScoreParts(tuple(scores.take(np.arange(*each)) for each in pairwise(ends)))


def borders_of(data: st.DataObject, count: int) -> list[int]:
    return sorted(data.draw(st.sets(st.integers(1, count - 1), max_size=6))) if count > 1 else []


def content(rule: Rule, pool: PoolScores, n: int) -> bytes:
    """A round's picks, as its file has them."""
    shape = (len(pool), pool.classes)
    terms = Terms("skip_turn", lambda: default_rng(7), lambda: default_rng(3).integers(-1, 2, shape))
    ranked = RankedPool.of(pool, n)
    choice = choose(rule.name, ranked, terms)
    return encode_picks(describe_choice(rule.name, 4, ranked, choice, [f"i{at}" for at in choice.images.tolist()]))


@pytest.mark.parametrize("rule", OURS, ids=str)
@given(scores=some_scores(min_size=1), data=st.data())
def test_picks_ranks_and_agreement_are_those_of_one_part(rule: Rule, scores: Scores, data: st.DataObject) -> None:
    scores = of_link(rule, scores)
    parts, n = cut(scores, borders_of(data, len(scores))), data.draw(st.integers(0, len(scores)))
    assert content(rule, parts, n) == content(rule, scores, n)


@pytest.mark.parametrize("criterion", MEASURED, ids=str)
@given(scores=some_scores(min_size=1), data=st.data())
def test_every_image_has_the_place_that_one_part_gives_it(
    criterion: Criterion, scores: Scores, data: st.DataObject
) -> None:
    scores = of_link(criterion, scores)
    parts, everything = cut(scores, borders_of(data, len(scores))), np.arange(len(scores))[::-1]
    np.testing.assert_array_equal(criterion.places(parts, everything), criterion.places(scores, everything))
    np.testing.assert_array_equal(criterion.top(parts, len(scores)), criterion.rank(scores))
    assert is_flat(criterion.name, parts) == is_flat(criterion.name, scores)


@given(scores=some_scores(min_size=1), data=st.data())
def test_what_has_collapsed_in_one_part_has_in_several(scores: Scores, data: st.DataObject) -> None:
    for pool in (scores, scores.take(np.zeros(9, np.int64)), Scores.without_maps(scores.logits)):
        assert is_collapsed(cut(pool, borders_of(data, len(pool)))) == is_collapsed(pool)


@given(scores=some_scores(min_size=1), data=st.data())
def test_it_has_what_scores_have(scores: Scores, data: st.DataObject) -> None:
    parts = cut(scores, borders_of(data, len(scores)))
    some = np.array(data.draw(st.lists(st.integers(0, len(scores) - 1), max_size=9)), np.int64)
    for name in ("logits", "peak", "trough", "probs"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(scores, name))
        np.testing.assert_array_equal(getattr(parts.take(some), name), getattr(scores.take(some), name))
    assert (len(parts), parts.classes, parts.link) == (len(scores), scores.classes, scores.link)
    with pytest.raises(IndexError, match=f"the pool has {len(scores)} images"):
        parts.take(np.array([len(scores)]))


def test_parts_that_do_not_fit_are_refused() -> None:
    one, wide = Scores(*np.zeros((3, 2, 1))), Scores(*np.zeros((3, 2, 2)))
    for parts in ((one, wide), (one, Scores.without_maps(one.logits))):
        with pytest.raises(ValueError, match="differ in their classes"):
            ScoreParts(parts)
    nothing: list[tuple[Scores, ...]] = [(), (one, one.take(np.empty(0, np.int64)))]
    for parts_ in nothing:
        with pytest.raises(ValueError, match="each of them has images"):
            ScoreParts(parts_)


def test_a_measure_that_looks_at_other_images_gets_the_whole_pool() -> None:
    """Another package may bring one: it does not say that it measures image by image."""
    above_mean = Criterion(
        "above", "Above the mean", "-", "-", "least", "-", lambda scores: scores.logits[:, 0] - scores.logits.mean()
    )
    scores = Scores(*np.arange(30.0).reshape(3, 10, 1)[[2, 1, 0]])
    seen: list[int] = []
    watched = Criterion(
        "count", "Images that it sees", "-", "-", "least", "-",
        lambda scores: (seen.append(len(scores)), np.zeros(len(scores)))[1],  # type: ignore[func-returns-value]
    )  # fmt: skip
    parts, chosen = cut(scores, [3, 4]), np.array([9, 0, 5])
    for criterion in (above_mean, watched):
        np.testing.assert_array_equal(criterion.top(parts, 4), criterion.top(scores, 4))
        np.testing.assert_array_equal(criterion.places(parts, chosen), criterion.places(scores, chosen))
    assert set(seen) == {10}


@given(data=st.data())
def test_heads_merge_in_any_grouping_to_the_start_of_a_whole_sort(data: st.DataObject) -> None:
    keys = np.array(data.draw(st.lists(st.integers(-2, 2), min_size=1, max_size=30)), np.float64)
    n, ends = data.draw(st.integers(0, len(keys))), [0, *borders_of(data, len(keys)), len(keys)]
    heads = [head(keys[a:b], n, start=a) for a, b in pairwise(ends)]
    half = len(heads) // 2
    whole = np.argsort(keys, kind="stable")[:n]
    for order in (heads, heads[::-1], [merged(heads[half:], n), *heads[:half]]):
        first = merged(order, n)
        assert first.images.tolist() == whole.tolist()
        assert first.keys.tolist() == keys[whole].tolist()
        assert (first.low, first.high) == (keys.min(), keys.max())


def tied(images: int, classes: int) -> Scores:
    """A pool whose criteria all have long ties: logits are one of nine numbers, maps one of five."""
    rng = default_rng(0)
    logits = rng.integers(-4, 5, (images, classes)).astype(np.float32)
    logits[:, 3:] = -4
    trough = rng.integers(-2, 3, (images, classes)).astype(np.float32)
    trough[:, 2:] = 0
    return Scores(logits, trough + rng.integers(0, 2, (images, 1)).astype(np.float32), trough)


def uneven(images: int, count: int) -> list[int]:
    return sorted(default_rng(1).choice(np.arange(1, images), count - 1, replace=False).tolist())


def most_bytes(pool: PoolScores) -> int:
    """What is held at most, besides the scores, while AG picks."""
    tracemalloc.start()
    content(REGISTRY["ag"], pool, 50)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_memory_follows_the_parts_and_not_the_pool() -> None:
    scores = tied(64 * 4096, 4)
    parts = cut(scores, range(4096, len(scores), 4096))
    content(REGISTRY["ag"], scores.take(np.arange(99)), 50)  # whatever is kept from the first time on
    assert most_bytes(parts) < most_bytes(scores) / 4


@pytest.mark.slow
def test_a_million_tied_images_in_sixteen_uneven_parts_are_picked_byte_for_byte_as_in_one() -> None:
    scores = tied(1_000_000, 20)
    parts = cut(scores, uneven(len(scores), 16))
    assert len(parts.parts) == 16
    assert len(np.unique(CRITERIA["unc"].keys(scores))) < 1000, "they are meant to be tied"
    for name in ("ag", "vote", "random"):
        assert content(REGISTRY[name], parts, 2000) == content(REGISTRY[name], scores, 2000)
    baseline, other = (describe_choice(None, 0, RankedPool.of(pool, 2000), NOTHING, []) for pool in (scores, parts))
    assert encode_picks(baseline) == encode_picks(other)
