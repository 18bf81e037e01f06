"""What is asked once more: what a model contradicts, what people dispute, what a person did not repeat."""

from collections.abc import Sequence

from campaigns.core.answers import Answer, AnswerLine, Channel, Opinion
from campaigns.core.labels import Label, LabelledImage, resolve
from campaigns.core.recheck import (
    Again,
    Suspicion,
    asked_again,
    doubts,
    mixed,
    rechecked,
    repeats_due,
    repetitions,
    self_kappa,
)

CAR, BUS = "car", "bus"
REPEAT, RECHECK = Again.REPEAT.request("photos.1"), Again.RECHECK.request("photos.1")
NAMES = [f"{at:03}.jpg" for at in range(1000)]


def answers(*told: tuple[str, dict[str, Opinion], str | None]) -> list[AnswerLine]:
    """Lines of one person, in the order of time: image, what they say, the request that they answer."""
    return [
        AnswerLine(number, Answer(float(number), "anna", image, None, says, is_rest_no=True, request=request,
                                  classes=(CAR, BUS)))
        for number, (image, says, request) in enumerate(told, 1)
    ]  # fmt: skip


def labels_of(entries: Sequence[AnswerLine]) -> LabelledImage:
    (labelled,) = resolve(entries).images.values()
    return labelled


YES, NO = {CAR: Opinion.YES}, {CAR: Opinion.NO}


def test_a_request_says_why_it_asks_again() -> None:
    assert [asked_again(request) for request in (None, "photos.1/arm-t0-ag/2", REPEAT, RECHECK)] == [
        None, None, Again.REPEAT, Again.RECHECK,
    ]  # fmt: skip


def test_a_share_of_what_was_answered_is_due_and_the_larger_share_holds_the_smaller() -> None:
    own = answers(*((name, YES, "photos.1/a/1") for name in NAMES))
    few, many = (repeats_due(own, (), share) for share in (0.05, 0.2))
    assert 30 <= len(few) <= 70
    assert set(few) < set(many)
    assert repeats_due(own, (), 0) == ()
    assert repeats_due(own, (), 1) == tuple(NAMES)


def test_nothing_is_due_that_is_asked_for_now_or_was_asked_again() -> None:
    own = answers(("a", YES, "r/1"), ("b", YES, "r/2"), ("c", YES, "r/1"), ("c", NO, REPEAT), ("d", YES, "r/1"),
                  ("d", YES, RECHECK))  # fmt: skip
    assert repeats_due(own, {"r/2"}, 1) == ("a",)


def test_what_nobody_looked_at_as_a_whole_is_never_due() -> None:
    image = Answer(1.0, "anna", "a", None, YES, via=Channel.IMPORT)
    sheet = Answer(2.0, "anna", "b", None, YES, via=Channel.SHEET)
    skipped = Answer(3.0, "anna", "c", None, skip="damaged")
    assert repeats_due([AnswerLine(at, each) for at, each in enumerate((image, sheet, skipped), 1)], (), 1) == ()


def test_repeats_stand_at_places_that_do_not_move_while_images_are_answered() -> None:
    asked, again = NAMES[:30], ["x", "y", "z"]
    whole = mixed(asked, asked, again)
    assert sorted(whole) == sorted([*asked, *again])
    for left in range(30):
        rest = mixed(asked[left:], asked, again)
        assert [image for image in whole if image in rest] == list(rest)


def test_the_model_that_contradicts_most_comes_first_then_disputes_then_what_was_not_repeated() -> None:
    images = {
        "agreed": LabelledImage({CAR: Label.YES, BUS: Label.NO}),
        "sure": LabelledImage({CAR: Label.YES, BUS: Label.NO}),
        "surest": LabelledImage({CAR: Label.NO, BUS: Label.NO}),
        "disputed": LabelledImage({CAR: Label.DISPUTED}),
        "slip": LabelledImage({CAR: Label.NO}),
        "skipped": LabelledImage({CAR: Label.YES}, skips=("damaged",)),
    }
    shares = [("agreed", {CAR: 0.11, BUS: 0.89}), ("sure", {CAR: 0.05, BUS: 0.93}), ("surest", {CAR: 0.99}),
              ("skipped", {CAR: 0.0}), ("unanswered", {CAR: 0.0})]  # fmt: skip
    own = answers(("slip", YES, "r/1"), ("slip", NO, REPEAT), ("same", YES, "r/1"), ("same", YES, REPEAT))
    images["same"] = LabelledImage({CAR: Label.YES})
    listed = doubts(images, shares, repetitions(own, labels_of))
    assert [(doubt.image, doubt.cause, doubt.class_name) for doubt in listed] == [
        ("surest", Suspicion.CONTRADICTED, CAR),
        ("sure", Suspicion.CONTRADICTED, CAR),
        ("disputed", Suspicion.DISPUTED, CAR),
        ("slip", Suspicion.UNREPEATED, CAR),
    ]
    assert listed[0].was == images["surest"]


def test_who_was_asked_once_more_is_not_asked_again_until_they_answer_otherwise() -> None:
    own = answers(("a", YES, "r/1"), ("a", NO, RECHECK), ("b", YES, RECHECK), ("b", NO, None))
    assert rechecked(own) == {"a"}


def test_a_person_agrees_with_themselves_as_often_as_they_say_the_same_twice() -> None:
    own = answers(("a", YES, "r/1"), ("b", NO, "r/1"), ("c", YES, "r/1"), ("a", YES, REPEAT), ("b", NO, REPEAT),
                  ("c", NO, REPEAT))  # fmt: skip
    told = self_kappa("anna", repetitions(own, labels_of), (CAR, BUS))
    car, bus = told.classes
    assert (car.images, car.same) == (3, 2)
    assert car.kappa is not None
    assert 0 < car.kappa < 1
    assert (bus.images, bus.same, bus.kappa) == (3, 3, None)
