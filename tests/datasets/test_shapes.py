import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from campaigns.datasets.forms import FORMS
from campaigns.datasets.scene import draw_scene, visible
from campaigns.datasets.shapes import CLASSES, SPLITS, ShapeIds, open_shapes, scene_labels

indices = st.lists(st.integers(0, 2**40), min_size=1, max_size=20).map(np.array)


@given(index=indices, split=st.sampled_from(SPLITS))
def test_labels_do_not_depend_on_what_is_asked_together(index: NDArray[np.int64], split: str) -> None:
    together = scene_labels(split, index)
    alone = np.concatenate([scene_labels(split, index[i : i + 1]) for i in range(len(index))])
    assert np.array_equal(together, alone)
    assert np.array_equal(scene_labels(split, index[::-1]), together[::-1])


@given(small=st.integers(1, 50), more=st.integers(0, 50))
def test_a_larger_pool_begins_with_the_smaller_one(small: int, more: int) -> None:
    one, other = (open_shapes(images=n, test_images=3, size=16) for n in (small, small + more))
    assert np.array_equal(other.train.labels[:small], one.train.labels)
    assert list(other.train.ids[:small]) == list(one.train.ids)


@given(size=st.integers(0, 300))
def test_ids_are_unique_and_count_like_a_list(size: int) -> None:
    ids = ShapeIds(size)
    assert len(set(ids)) == len(ids) == len(list(ids)) == size
    assert list(reversed(ids)) == ids[::-1]


def test_ids_end_where_the_pool_ends() -> None:
    assert (ShapeIds(13)[12], ShapeIds(13)[-1]) == ("shape-0000012", "shape-0000012")
    with pytest.raises(IndexError):
        ShapeIds(13)[13]
    with pytest.raises(IndexError):
        open_shapes(images=1, test_images=1, size=16).train.picture(1)


def test_classes_are_frequent_and_rare_and_every_scene_holds_something() -> None:
    present = scene_labels("train", np.arange(200_000)) == 1
    shares = present.mean(axis=0)
    assert 0.37 < shares.max() < 0.43
    assert 0.03 < shares.min() < 0.05
    assert (np.diff(shares) < 0).all()
    assert present.any(axis=1).all()
    assert 1.4 < present.sum(axis=1).mean() < 1.9


@pytest.mark.parametrize("pair", [("heart", "arrow"), ("star", "crescent"), ("cross", "stripes")])
def test_some_classes_come_together(pair: tuple[str, str]) -> None:
    present = scene_labels("train", np.arange(100_000)) == 1
    first, second = (present[:, CLASSES.index(name)] for name in pair)
    assert (first & second).mean() > 2 * first.mean() * second.mean()


def test_splits_differ_and_agree_in_kind() -> None:
    shapes = open_shapes(images=300, test_images=300, size=24)
    assert not np.array_equal(shapes.train.labels, shapes.test.labels)
    assert shapes.train.picture(0).tobytes() != shapes.test.picture(0).tobytes()
    gap = [(scene_labels(split, np.arange(100_000)) == 1).mean(axis=0) for split in SPLITS]
    assert np.abs(gap[0] - gap[1]).max() < 0.01


def test_a_picture_is_drawn_the_same_each_time_and_lies_nowhere() -> None:
    shapes = open_shapes(images=5, test_images=5, size=40)
    again = open_shapes(images=50, test_images=5, size=40)
    assert shapes.train.picture(3).tobytes() == again.train.picture(3).tobytes()
    assert (shapes.train.picture(3).size, shapes.train.picture(3).mode) == ((40, 40), "RGB")
    assert shapes.train.path(3) is None
    assert shapes.fingerprint != again.fingerprint


def test_nothing_that_is_there_is_hidden() -> None:
    labels = scene_labels("train", np.arange(400)) == 1
    for i, row in enumerate(labels):
        forms = [FORMS[CLASSES[c]] for c in np.flatnonzero(row)]
        scene = draw_scene(forms, size=64, rng=np.random.default_rng((0, i)))
        assert {placed.which for placed in scene.objects} == set(range(len(forms)))
        assert visible(scene, size=64).min() > 0.5


def test_forms_stay_in_the_unit_disc() -> None:
    for form in FORMS.values():
        assert max(np.linalg.norm(polygon, axis=1).max() for polygon in form) <= 1.01
