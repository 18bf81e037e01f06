"""What answers come to."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.answers import (
    Answer,
    AnswerLine,
    Channel,
    ClassChange,
    Import,
    Opinion,
    RequestClosing,
    Statement,
    TakesBack,
)
from campaigns.core.labels import Label, LabelledImage, resolve

CLASSES = ("car", "person", "cat")
PEOPLE = ("anna", "ben", "cem")
IMAGES = tuple(f"{n}.jpg" for n in range(4))
TIMES = st.sampled_from((0.0, 1.0, 2.0))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    says = draw(st.dictionaries(st.sampled_from(CLASSES), st.sampled_from(list(Opinion))))
    skip = draw(st.sampled_from((None, None, None, "damaged")))
    return Answer(
        draw(TIMES), draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(IMAGES)), None, says if skip is None else {},
        is_rest_no=skip is None and draw(st.booleans()), skip=skip, via=draw(st.sampled_from(Channel)), classes=CLASSES,
    )  # fmt: skip


statements = st.one_of(
    answers(),
    st.builds(TakesBack, TIMES, st.sampled_from(PEOPLE), st.integers(1, 30)),
    st.just(RequestClosing(0.0, "anna", "photos.1/baseline-t0/0")),
    st.builds(lambda at, name: ClassChange(at, "anna", adds=name), TIMES, st.sampled_from(("bus", "car"))),
    st.builds(lambda at: ClassChange(at, "anna", renames=("car", "auto")), TIMES),
    st.builds(lambda at: ClassChange(at, "anna", retires="cat"), TIMES),
    st.just(Import(0.0, "anna", "csv", "labels.csv", "0" * 64, 2)),
)


def numbered(lines: Sequence[Statement]) -> list[AnswerLine]:
    return [AnswerLine(number, line) for number, line in enumerate(lines, 1)]


def yes(image: str, by: str, **says: str) -> Answer:
    return Answer(0.0, by, image, None, {name: Opinion(word) for name, word in says.items()})


def labels_of(*lines: Statement, image: str = "0.jpg") -> dict[str, Label]:
    return dict(resolve(numbered(lines)).images[image].labels)


@given(st.lists(statements, max_size=30))
def test_lines_that_are_read_twice_count_once(lines: list[Statement]) -> None:
    entries = numbered(lines)
    assert resolve([*entries, *entries]) == resolve(entries)


@given(st.lists(statements, max_size=30), answers())
def test_an_answer_that_is_taken_back_was_never_given(lines: list[Statement], answer: Answer) -> None:
    # What is taken back here is the last line; what earlier lines take back lies before them.
    undone = numbered([*lines, answer, TakesBack(0.0, answer.by, len(lines) + 1)])
    assert replace(resolve(undone), last=0) == replace(resolve(numbered(lines)), last=0)


@given(st.lists(answers(), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_answers_of_different_images_changes_nothing(lines: list[Answer], chance: object) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    # Of one image the order stays as it was: the last word of a person counts.
    left = {image: iter([line for line in lines if line.image == image]) for image in IMAGES}
    moved = [next(left[line.image]) for line in shuffled]

    def known(order: list[Answer]) -> dict[str, LabelledImage]:
        return {image: replace(of, last=0) for image, of in resolve(numbered(order)).images.items()}

    assert known(moved) == known(lines)


def test_a_persons_last_word_counts() -> None:
    assert labels_of(yes("0.jpg", "anna", car="no"), yes("0.jpg", "anna", car="yes")) == {"car": Label.YES}


def test_the_last_word_is_the_one_of_the_later_time_wherever_its_line_stands() -> None:
    later, earlier = replace(yes("0.jpg", "anna", car="yes"), at=2.0), yes("0.jpg", "anna", car="no", cat="no")
    assert labels_of(later, earlier) == {"car": Label.YES, "cat": Label.NO}
    assert resolve(numbered([later, earlier])).images["0.jpg"].last == 2
    skip = replace(yes("0.jpg", "anna"), at=1.0, skip="private")
    assert not resolve(numbered([later, skip])).images["0.jpg"].skips


def test_a_class_has_the_name_that_it_was_given_last_by_time() -> None:
    lines = (ClassChange(2.0, "anna", renames=("auto", "motor")), ClassChange(1.0, "ben", renames=("car", "auto")))
    assert labels_of(*lines, yes("0.jpg", "anna", car="yes")) == {"motor": Label.YES}


def test_what_a_later_answer_does_not_speak_of_stays() -> None:
    lines = (yes("0.jpg", "anna", car="yes", cat="no"), yes("0.jpg", "anna", cat="yes"))
    assert labels_of(*lines) == {"car": Label.YES, "cat": Label.YES}


def test_the_rest_is_no_for_the_classes_of_then() -> None:
    answer = replace(yes("0.jpg", "anna", car="yes"), is_rest_no=True, classes=("car", "cat"))
    assert labels_of(answer) == {"car": Label.YES, "cat": Label.NO}


def test_two_people_who_disagree_leave_it_unknown_until_a_third_settles_it() -> None:
    two = (yes("0.jpg", "anna", car="yes"), yes("0.jpg", "ben", car="no"))
    assert labels_of(*two) == {"car": Label.DISPUTED}
    assert not resolve(numbered(two)).images["0.jpg"].is_known
    assert labels_of(*two, yes("0.jpg", "cem", car="no")) == {"car": Label.NO}
    assert labels_of(*two, yes("0.jpg", "ben", car="yes")) == {"car": Label.YES}


def test_who_is_unsure_leaves_it_to_others() -> None:
    assert labels_of(yes("0.jpg", "anna", car="unsure")) == {"car": Label.UNSURE}
    assert labels_of(yes("0.jpg", "anna", car="unsure"), yes("0.jpg", "ben", car="no")) == {"car": Label.NO}


def test_a_skipped_image_is_not_known_until_its_person_answers() -> None:
    skip = replace(yes("0.jpg", "anna"), skip="private")
    image = resolve(numbered([yes("0.jpg", "anna", car="yes"), skip])).images["0.jpg"]
    assert image.skips == ("private",)
    assert not image.is_known
    assert resolve(numbered([skip, yes("0.jpg", "anna", car="yes")])).images["0.jpg"].is_known


def test_an_image_of_which_a_sheet_asked_one_class_is_still_to_be_looked_at_as_a_whole() -> None:
    def on_sheet(name: str, by: str = "anna") -> Answer:
        return Answer(0.0, by, "0.jpg", None, {name: Opinion.NO}, via=Channel.SHEET, classes=CLASSES)

    def image(*lines: Statement) -> LabelledImage:
        return resolve(numbered(lines)).images["0.jpg"]

    assert not image(on_sheet("car")).is_answered
    assert image(on_sheet("car")).is_known
    assert not image(on_sheet("car"), on_sheet("cat", "ben")).is_answered
    assert image(on_sheet("car"), on_sheet("cat", "ben"), on_sheet("person")).is_answered
    for whole in (yes("0.jpg", "anna", car="yes"), replace(on_sheet("car"), says={}, skip="damaged")):
        assert image(on_sheet("car"), whole).is_answered
        assert image(whole, on_sheet("car", "ben")).is_answered
    renamed = ClassChange(0.0, "anna", renames=("car", "auto"))
    assert image(*map(on_sheet, CLASSES), renamed).is_answered


def test_taking_back_what_took_back_brings_it_back() -> None:
    lines = (yes("0.jpg", "anna", car="yes"), TakesBack(0.0, "anna", 1), TakesBack(0.0, "anna", 2))
    assert not resolve(numbered(lines[:2])).images
    assert labels_of(*lines) == {"car": Label.YES}


def test_an_import_is_taken_back_as_a_whole() -> None:
    import_ = Import(0.0, "anna", "csv", "labels.csv", "0" * 64, 2)
    lines = (import_, yes("0.jpg", "anna", car="yes"), yes("1.jpg", "anna", car="no"), yes("2.jpg", "anna", car="no"))
    assert list(resolve(numbered([*lines, TakesBack(0.0, "anna", 1)])).images) == ["2.jpg"]


@pytest.mark.parametrize("at", [0, 1])
def test_a_class_that_was_renamed_keeps_its_labels(at: int) -> None:
    lines: list[Statement] = [yes("0.jpg", "anna", car="yes")]
    lines.insert(at, ClassChange(0.0, "anna", renames=("car", "auto")))
    assert labels_of(*lines) == {"auto": Label.YES}


def test_a_request_that_was_closed_is_told() -> None:
    closing = RequestClosing(0.0, "anna", "photos.1/baseline-t0/0")
    assert resolve(numbered([closing])).closed == {"photos.1/baseline-t0/0"}
    assert not resolve(numbered([closing, TakesBack(0.0, "anna", 1)])).closed
