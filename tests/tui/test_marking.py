"""Marks on one image: what keys do to them, and that each can be taken back."""

import hypothesis.strategies as st
from hypothesis import given

from alwsl_tui.tui.parts.marking import Marking, matching
from campaigns.core.answers import Opinion

CLASSES = ("car", "person", "traffic light", "bus", "cat")
STEPS = st.one_of(
    st.tuples(st.just("toggle"), st.integers(0, 4)),
    st.tuples(st.just("say"), st.sampled_from(Opinion)),
    st.tuples(st.just("light"), st.integers(0, 4)),
)


def after(marking: Marking, steps: list[tuple[str, object]]) -> Marking:
    for name, value in steps:
        marking = getattr(marking, name)(value)
    return marking


@given(st.lists(STEPS, max_size=12), st.tuples(st.just("say"), st.sampled_from(Opinion)))
def test_undo_after_do_is_nothing(steps: list[tuple[str, object]], step: tuple[str, object]) -> None:
    marking = after(Marking.of(CLASSES), steps)
    assert after(marking, [step]).undone() == marking


@given(st.lists(STEPS, max_size=12))
def test_everything_that_was_marked_can_be_taken_back(steps: list[tuple[str, object]]) -> None:
    marking = after(Marking.of(CLASSES), steps)
    for _ in steps:
        marking = marking.undone()
    assert marking.says == {}


def test_a_digit_marks_and_takes_the_mark_away() -> None:
    marking = Marking.of(CLASSES).toggle(1).toggle(3)
    assert marking.says == {"person": Opinion.YES, "bus": Opinion.YES}
    assert marking.toggle(1).says == {"bus": Opinion.YES}
    assert marking.toggle(9) is marking


def test_a_walk_goes_on_to_the_next_open_class_and_ends() -> None:
    marking = Marking.of(CLASSES, walk=(3, 0, 4))
    assert marking.lit == 3
    marking = marking.say(Opinion.NO)
    assert (marking.lit, marking.is_walked) == (0, False)
    marking = marking.say(Opinion.UNSURE).say(Opinion.YES)
    assert marking.is_walked
    assert marking.says == {"car": Opinion.UNSURE, "bus": Opinion.NO, "cat": Opinion.YES}


def test_two_letters_mean_a_class() -> None:
    assert matching(CLASSES, "bu") == (3,)
    assert matching(CLASSES, "LI") == (2,)
    assert matching(CLASSES, "c") == (0, 4, 2)
    assert matching(CLASSES, "er") == (1,)
    assert matching(CLASSES, "") == ()
    assert matching(CLASSES, "zebra") == ()


def test_marks_follow_their_classes_when_these_change() -> None:
    marking = Marking.of(("car", "cat", "bus"), walk=(2, 0)).say(Opinion.NO).say(Opinion.YES, 1)
    moved = marking.among(("auto", "bus", "tram"), {"car": "auto", "cat": None})
    assert moved.says == {"bus": Opinion.NO}
    assert moved.walk == (1, 0)
    assert moved.classes == ("auto", "bus", "tram")
    assert moved.undone() == moved
    assert marking.among(marking.classes, {}).says == marking.says
