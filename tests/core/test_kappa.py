"""How far two people say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.answers import Answer, AnswerLine, Opinion
from campaigns.core.kappa import cohen, kappas

WORDS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def test_cohens_own_way_of_counting_is_kept() -> None:
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert cohen(pairs) == pytest.approx(0.4)


@given(WORDS)
def test_it_is_one_where_all_agree_and_the_same_from_both_sides(pairs: list[tuple[bool, bool]]) -> None:
    kappa = cohen(pairs)
    assert kappa is None or -1 <= kappa <= 1
    assert cohen([(b, a) for a, b in pairs]) == (None if kappa is None else pytest.approx(kappa))
    assert cohen([(a, a) for a, _ in pairs]) in (None, 1.0)


def test_where_nobody_ever_says_yes_it_is_not_defined() -> None:
    assert cohen([(False, False)] * 9) is None
    assert cohen([]) is None


def test_only_what_both_have_decided_counts_by_each_ones_last_word() -> None:
    answers = [
        Answer(1.0, "anna", "a", None, {"car": Opinion.NO}),
        Answer(2.0, "anna", "a", None, {"car": Opinion.YES}, is_rest_no=True, classes=("car", "bus")),
        Answer(3.0, "ben", "a", None, {"car": Opinion.YES, "bus": Opinion.UNSURE}),
        Answer(4.0, "ben", "b", None, {"car": Opinion.NO}),
        Answer(5.0, "carl", "c", None, {"car": Opinion.NO}),
    ]
    entries = [AnswerLine(number, statement) for number, statement in enumerate(answers, 1)]
    (pair,) = kappas(entries, ("car", "bus"))
    assert (pair.first, pair.second) == ("anna", "ben")
    assert [(each.name, each.images, each.same) for each in pair.classes] == [("car", 1, 1), ("bus", 0, 0)]
