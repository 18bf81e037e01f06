"""Labels that are kept up line by line are those of all lines at once."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.answers import Answer, AnswerLine, ClassChange, Import, Opinion, Statement, TakesBack
from campaigns.core.classes import Naming
from campaigns.core.labels import Words, resolve
from campaigns.core.running_labels import RunningLabels
from tests.core.test_labels import PEOPLE, answers, numbered, statements, yes


def added_in_parts(entries: Sequence[AnswerLine], cuts: Sequence[int]) -> RunningLabels:
    running = RunningLabels()
    places = sorted({0, len(entries), *(min(cut, len(entries)) for cut in cuts)})
    for start, stop in pairwise(places):
        running.add(entries[start:stop])
        assert running.labelling() == resolve(entries[:stop])
    return running


@given(st.lists(statements, max_size=30), st.lists(st.integers(0, 30)))
def test_lines_in_any_parts_come_to_what_all_of_them_come_to(lines: list[Statement], cuts: list[int]) -> None:
    added_in_parts(numbered(lines), cuts)


@given(st.lists(statements, max_size=20), st.lists(statements, max_size=6))
def test_lines_by_ones_after_any_others_come_to_the_same(before: list[Statement], after: list[Statement]) -> None:
    added_in_parts(numbered([*before, *after]), range(len(before), 26))


@given(st.lists(statements, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_lines_that_come_twice_or_out_of_order_come_to_the_same(lines: list[Statement], chance: object) -> None:
    entries = numbered(lines)
    chance.shuffle(entries)  # type: ignore[attr-defined]
    added_in_parts([*entries, entries[0]], range(len(entries)))


@given(st.lists(statements, max_size=30), st.lists(st.integers(0, 30)))
def test_the_answers_of_a_person_are_those_that_count_the_last_first(lines: list[Statement], cuts: list[int]) -> None:
    entries = numbered(lines)
    running = added_in_parts(entries, cuts)
    for person in PEOPLE:
        own = [e for e in entries if isinstance(e.statement, Answer) and e.statement.by == person]
        own.sort(key=lambda entry: entry.when)
        assert list(running.answers_of(person)) == [e for e in reversed(own) if counts(entries, e)]


def counts(entries: Sequence[AnswerLine], entry: AnswerLine) -> bool:
    """Return whether an answer still counts: alone on an image of its own, it is on the list."""
    answer = entry.statement
    assert isinstance(answer, Answer)
    moved = Answer(0.0, "dora", "alone.jpg", None, {"car": Opinion.YES})
    lines = [AnswerLine(e.number, moved) if e is entry else e for e in entries]
    return "alone.jpg" in resolve(lines).images


def test_an_import_that_was_taken_back_takes_the_answers_behind_it_that_it_announced() -> None:
    lines = (Import(0.0, "anna", "csv", "labels.csv", "0" * 64, 3), TakesBack(0.0, "anna", 1), yes("0.jpg", "anna"))
    added_in_parts(numbered(lines), range(3))
    assert not resolve(numbered(lines)).images


def test_an_import_that_says_it_has_more_answers_than_can_be_is_taken_back_at_once() -> None:
    lines = (Import(0.0, "anna", "csv", "labels.csv", "0" * 64, 1 << 62), TakesBack(0.0, "anna", 1))
    added_in_parts(numbered(lines), range(2))


def test_what_was_given_out_never_changes() -> None:
    running = RunningLabels()
    running.add(numbered([yes("0.jpg", "anna", car="yes")]))
    before = running.labelling()
    running.add([AnswerLine(2, yes("1.jpg", "anna", car="no")), AnswerLine(3, TakesBack(0.0, "anna", 1))])
    assert list(before.images) == ["0.jpg"]
    assert list(running.labelling().images) == ["1.jpg"]


@given(answers(), st.lists(st.sampled_from(("car", "bus")), max_size=2))
def test_the_only_answer_of_an_image_says_what_it_says_twice(own: Answer, renamed: Sequence[str]) -> None:
    changes = tuple((line, ClassChange(0.0, "anna", renames=(old, "auto"))) for line, old in enumerate(renamed, 2))
    words, (entry,) = Words(Naming(changes)), numbered([own])
    assert words.image([entry]) == words.image([entry, entry])


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_class_that_is_renamed_between_answers_is_renamed_in_all(at: int) -> None:
    lines: list[Statement] = [yes("0.jpg", "anna", car="yes"), yes("1.jpg", "anna", car="no")]
    lines.insert(at, ClassChange(0.0, "anna", renames=("car", "auto")))
    running = added_in_parts(numbered(lines), range(3))
    assert {name for image in running.labelling().images.values() for name in image.labels} == {"auto"}
