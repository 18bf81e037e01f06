"""What people said in two homes, made one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.answers import (
    Answer,
    AnswerLine,
    ClassChange,
    Import,
    Opinion,
    RequestClosing,
    Statement,
    TakesBack,
)
from campaigns.core.labels import LabelledImage, Labelling, resolve
from campaigns.core.merging import missing_from
from campaigns.core.people import labelling_by_person
from tests.core.test_labels import PEOPLE, answers, numbered, statements, yes

Lines = Sequence[AnswerLine]


def merged(here: Iterable[AnswerLine], other: Iterable[AnswerLine]) -> Lines:
    here = list(here)
    return [*here, *missing_from(here, other)]


def came_to(entries: Iterable[AnswerLine]) -> Labelling:
    """Return what lines come to, apart from the numbers that they have."""
    labelling = resolve(entries)
    changes = tuple((0, change) for _, change in labelling.changes)
    return replace(labelling, images=came_to_images(labelling), changes=changes, last=0)


def came_to_images(labelling: Labelling) -> Mapping[str, LabelledImage]:
    return {image: replace(known, last=0) for image, known in labelling.images.items()}


class_changes = st.sampled_from((
    ClassChange(0.0, "anna", renames=("car", "auto")), ClassChange(0.0, "anna", renames=("cat", "tiger")),
    ClassChange(0.0, "anna", adds="car"), ClassChange(0.0, "anna", retires="cat"),
))  # fmt: skip


class Clock:
    """Times that two homes share, no two of them the same, in no order."""

    def __init__(self, seed: int) -> None:
        self._times = iter(Random(seed).sample(range(1000), 1000))

    def timed(self, statement: Statement) -> Statement:
        return replace(statement, at=float(next(self._times)))


KINDS = ("answer", "import", "undo", "closing", "class")
"""Of what people say."""


@st.composite
def continued(draw: st.DrawFn, clock: Clock, before: Lines = (), kinds: Sequence[str] = KINDS) -> Lines:
    """Return lines with others behind them, as people say them: what is taken back was said, imports are whole."""
    said = [entry.statement for entry in before]
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=8)):
        match kind:
            case "answer":
                said.append(clock.timed(draw(answers())))
            case "import":
                block = [clock.timed(answer) for answer in draw(st.lists(answers(), max_size=3))]
                said += [clock.timed(Import(0.0, "anna", "csv", "labels.csv", "0" * 64, len(block))), *block]
            case "undo" if said:
                line = draw(st.integers(1, len(said)))
                said.append(clock.timed(TakesBack(0.0, draw(st.sampled_from(PEOPLE)), line)))
            case "closing":
                said.append(clock.timed(RequestClosing(0.0, "anna", f"photos.1/arm-t0-ag/{draw(st.integers(0, 2))}")))
            case "class":
                said.append(clock.timed(draw(class_changes)))
    return numbered(said)


@st.composite
def homes(draw: st.DrawFn, kinds: Sequence[str] = KINDS) -> tuple[Lines, Lines]:
    """Return what two homes know that had the same lines once."""
    clock = Clock(draw(st.integers(0, 1000)))
    shared = draw(continued(clock, kinds=kinds))
    return draw(continued(clock, shared, kinds)), draw(continued(clock, shared, kinds))


@given(homes())
def test_both_ways_come_to_the_same(two: tuple[Lines, Lines]) -> None:
    here, other = two
    assert came_to(merged(here, other)) == came_to(merged(other, here))


@given(st.lists(statements, max_size=20), st.lists(statements, max_size=20))
def test_what_was_merged_adds_nothing_and_lines_of_here_stay(here: list[Statement], other: list[Statement]) -> None:
    once = merged(numbered(here), numbered(other))
    assert once[: len(here)] == numbered(here)
    assert [entry.number for entry in once] == list(range(1, len(once) + 1))
    for again in (numbered(here), numbered(other), once):
        assert missing_from(once, again) == ()


@given(st.lists(statements, max_size=20), st.integers(0, 20))
def test_the_beginning_of_a_file_adds_nothing_to_it_and_becomes_it(lines: list[Statement], cut: int) -> None:
    whole = numbered(lines)
    assert missing_from(whole, whole[:cut]) == ()
    assert came_to(merged(whole[:cut], whole)) == came_to(whole)


@given(homes())
def test_the_beginning_of_what_people_say_becomes_the_same_lines(two: tuple[Lines, Lines]) -> None:
    whole, _ = two
    for cut in range(len(whole) + 1):
        assert merged(whole[:cut], whole) == whole


@given(st.lists(answers(), max_size=12), st.lists(answers(), max_size=12), st.integers(0, 99))
def test_answers_count_as_if_they_had_been_given_in_the_order_of_time(
    here: list[Answer], other: list[Answer], seed: int
) -> None:
    clock = Clock(seed)
    both = merged(numbered([clock.timed(answer) for answer in here]), numbered([clock.timed(a) for a in other]))
    assert len(both) == len(here) + len(other)
    in_time = numbered(sorted((entry.statement for entry in both), key=lambda statement: statement.at))
    assert came_to(both) == came_to(in_time)


@given(homes())
def test_people_who_share_no_image_keep_all_of_their_labels(two: tuple[Lines, Lines]) -> None:
    here, other = ([e.statement for e in lines if not isinstance(e.statement, ClassChange)] for lines in two)
    moved = [replace(s, image=f"elsewhere/{s.image}") if isinstance(s, Answer) else s for s in other]
    first, second = (numbered([s for s in part if isinstance(s, Answer)]) for part in (here, moved))
    images = came_to(merged(first, second)).images
    assert images == {**came_to(first).images, **came_to(second).images}


# A class that one of them renames is renamed for both.
@given(homes(KINDS[:-1]))
def test_what_each_home_took_back_or_brought_back_of_its_own_stays_so(two: tuple[Lines, Lines]) -> None:
    here, other = two
    away = [replace(entry, statement=replace(entry.statement, by=f"{entry.statement.by}-away")) for entry in other]
    both, alone = labelling_by_person(merged(here, away)), labelling_by_person(away)
    for person, labelling in alone.items():
        assert came_to_images(both[person]) == came_to_images(labelling)


def test_what_takes_back_and_brings_back_is_carried_to_new_numbers() -> None:
    undone: list[Statement] = [yes("0.jpg", "anna", car="yes"), TakesBack(1.0, "anna", 1)]
    here = numbered([yes("1.jpg", "ben", car="no")])
    assert missing_from(here, numbered(undone)) == tuple(
        AnswerLine(number, statement) for number, statement in enumerate([undone[0], TakesBack(1.0, "anna", 2)], 2)
    )
    assert list(resolve(merged(here, numbered([*undone, TakesBack(2.0, "anna", 2)]))).images) == ["1.jpg", "0.jpg"]


def test_what_was_taken_back_in_one_home_is_taken_back_in_the_other() -> None:
    said = numbered([yes("0.jpg", "anna", car="yes"), yes("1.jpg", "anna", car="no")])
    undone = [*said, AnswerLine(3, TakesBack(1.0, "anna", 1))]
    here = [*said, AnswerLine(3, yes("2.jpg", "ben", car="no"))]
    assert list(resolve(merged(here, undone)).images) == ["1.jpg", "2.jpg"]


def test_an_import_is_taken_back_as_a_whole_where_it_was_carried_to() -> None:
    block: list[Statement] = [
        Import(0.0, "anna", "csv", "a.csv", "0" * 64, 2),
        yes("0.jpg", "anna"),
        yes("1.jpg", "anna"),
    ]
    both = merged(numbered([yes("2.jpg", "ben", car="no")]), numbered([*block, yes("3.jpg", "anna", car="no")]))
    assert list(resolve([*both, AnswerLine(6, TakesBack(9.0, "anna", 2))]).images) == ["2.jpg", "3.jpg"]


@pytest.mark.parametrize("images", [1 << 62, 2])
def test_an_import_that_announces_more_than_comes_with_it_takes_nothing_else_along(images: int) -> None:
    block: list[Statement] = [Import(0.0, "anna", "csv", "a.csv", "0" * 64, images), yes("0.jpg", "anna", car="yes")]
    both = merged([], numbered(block))
    assert isinstance(import_ := both[0].statement, Import)
    assert import_.images == 1
    assert missing_from(both, numbered(block)) == ()


@pytest.mark.parametrize("line", [2, 3, 99])
def test_what_takes_back_no_earlier_line_takes_back_nothing_here(line: int) -> None:
    other = numbered([yes("0.jpg", "anna", car="yes"), TakesBack(1.0, "anna", line)])
    here = numbered([yes(f"{n}.jpg", "ben", car=Opinion.NO) for n in range(1, 5)])
    both = merged(here, other)
    assert len(resolve(both).images) == 5
    assert missing_from(both, other) == ()


def test_the_same_said_twice_is_there_twice() -> None:
    twice = numbered([yes("0.jpg", "anna", car="yes")] * 2)
    assert merged(twice[:1], twice) == twice
