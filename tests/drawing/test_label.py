"""The classes beside a photograph, at every width and with any number of them."""

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from alwsl_tui.drawing.label import ClassLook, ClassMarks, classes, doubtful, head, in_words, last, one_class
from alwsl_tui.drawing.palette import DARK
from campaigns.core.answers import Answer, Opinion
from campaigns.services.desk.desk import Desk, DeskView, LastAnswer
from campaigns.services.workspace import open_workspace
from tests.labelling.truth import asking, write_photos
from tests.stage import tiny

NAMES = tuple(f"class {at:02}" for at in range(80))


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> DeskView:
    """What somebody sees who has not begun."""
    folder = tmp_path_factory.mktemp("label")
    place = open_workspace(folder / "home")
    tiny(place, *asking(write_photos(folder / "photos")), name="photos")
    return Desk(place, "photos", by="anna").look()


@given(
    count=st.integers(1, 80), columns=st.integers(20, 60), lines=st.integers(1, 40), lit=st.integers(0, 79),
    says=st.dictionaries(st.integers(0, 79), st.sampled_from(Opinion), max_size=5), has_model=st.booleans(),
    is_ascii=st.booleans(),
)  # fmt: skip
def test_no_line_is_too_long_and_no_more_lines_than_there_is_room_for(
    count: int, columns: int, lines: int, lit: int, says: dict[int, Opinion], has_model: bool, is_ascii: bool
) -> None:
    kept = {at: opinion for at, opinion in says.items() if at < count}
    shares = tuple(at / count if at % 5 else None for at in range(count)) if has_model else None
    marks = ClassMarks(NAMES[:count], lit % count, kept, (0,), shares)
    drawn = classes(marks, ClassLook(columns, lines, DARK, is_ascii)).plain.splitlines()
    assert len(drawn) <= max(lines, 2)
    assert all(len(line) <= columns for line in drawn)
    assert any(NAMES[lit % count][:8] in line for line in drawn)
    assert not is_ascii or "".join(drawn).isascii()


def test_what_is_marked_is_shown_before_what_is_not() -> None:
    marks = ClassMarks(NAMES, 70, {75: Opinion.YES, 60: Opinion.UNSURE})
    drawn = classes(marks, ClassLook(46, 14, DARK)).plain
    assert all(NAMES[at] in drawn for at in (60, 70, 75, *range(10)))
    assert "67 more, / finds one" in drawn
    assert "✓ yes" in drawn
    assert "? unsure" in drawn


def test_doubt_is_nearness_to_a_half_the_nearest_first() -> None:
    assert doubtful((0.9, 0.55, 0.31, 0.5, 0.71)) == (3, 1, 2)
    assert doubtful((None, 0.9, 0.5)) == (2,)
    assert doubtful(None) == ()


def test_of_a_class_that_a_model_does_not_know_no_probability_is_drawn() -> None:
    drawn = classes(ClassMarks(NAMES[:2], 0, {}, (), (None, 0.75)), ClassLook(46, 4, DARK)).plain.splitlines()
    assert "0.75" not in drawn[0]
    assert "0.75" in drawn[1]


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_head_fits_and_tells_how_far_it_is(view: DeskView, width: int) -> None:
    drawn = head(replace(view, seconds=4.1), width=width, palette=DARK).plain
    assert f"0 of {view.wanted.progress.asked}" in drawn
    assert width < 100 or ("s an image" in drawn and drawn.endswith("anna") and len(drawn) <= width)


def test_where_one_class_has_room_it_is_the_lit_one() -> None:
    drawn = one_class(ClassMarks(NAMES, 7, {7: Opinion.NO, 9: Opinion.YES}), ClassLook(40, 1, DARK)).plain
    assert "class 07" in drawn
    assert "1 present" in drawn


def test_what_backspace_takes_back_is_named(view: DeskView) -> None:
    says = {"car": Opinion.YES, "bus": Opinion.UNSURE, "cat": Opinion.NO}
    answer = Answer(0.0, "anna", "yard/1.jpg", None, says, is_rest_no=True, seconds=3.0)
    told = last(LastAnswer(17, answer), columns=80, palette=DARK).plain
    assert told == "last: yard/1.jpg  car, ?bus; the rest no  3.0 s"
    assert last(None, columns=80, palette=DARK).plain == ""


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(0.0, "a", "x", None, is_rest_no=True), "nothing"),
        (Answer(0.0, "a", "x", None, skip="damaged"), "skipped: damaged"),
        (Answer(0.0, "a", "x", None, {"car": Opinion.YES}), "car"),
    ],
)
def test_an_answer_in_few_words(answer: Answer, words: str) -> None:
    assert in_words(answer) == words
