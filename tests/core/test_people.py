"""Each person's own words, and what of theirs is taken back next."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.answers import Answer, AnswerLine, Import, Opinion, Statement, TakesBack
from campaigns.core.labels import Label, resolve
from campaigns.core.people import labelling_by_person, last_of_person


def said(by: str, image: str, word: Opinion = Opinion.YES) -> Answer:
    return Answer(1.0, by, image, None, {"car": word})


def lines(*statements: Statement) -> list[AnswerLine]:
    return [AnswerLine(number, statement) for number, statement in enumerate(statements, 1)]


def test_each_person_has_their_own_labels() -> None:
    own = labelling_by_person(lines(said("anna", "a"), said("ben", "a", Opinion.NO), said("ben", "b")))
    assert own["anna"].images["a"].labels == {"car": Label.YES}
    assert own["ben"].images["a"].labels == {"car": Label.NO}
    assert set(own["anna"].images) == {"a"}


def test_what_was_taken_back_with_an_import_is_nobodys_word() -> None:
    entries = lines(Import(1.0, "anna", "csv", "f.csv", "0", 2), said("anna", "a"), said("ben", "b"), said("anna", "c"))
    assert last_of_person(entries, "anna") == entries[3]
    assert last_of_person(entries[:3], "anna") == entries[0]
    assert last_of_person(entries[:3], "ben") == entries[2]
    undone = [*entries, AnswerLine(5, TakesBack(1.0, "anna", 4)), AnswerLine(6, TakesBack(1.0, "anna", 1))]
    assert last_of_person(undone, "anna") is None
    assert last_of_person(undone, "ben") is None
    assert labelling_by_person(undone)["anna"].images == {}
    again = [*undone, AnswerLine(7, TakesBack(1.0, "anna", 6))]
    assert last_of_person(again, "anna") == entries[0]


def test_what_came_in_later_from_elsewhere_and_is_older_is_not_taken_back_first() -> None:
    later = Answer(2.0, "anna", "b", None, {"car": Opinion.YES})
    assert last_of_person(lines(later, said("anna", "a")), "anna") == AnswerLine(1, later)


PEOPLE = st.sampled_from(["anna", "ben"])
ANSWERS = st.builds(said, PEOPLE, st.sampled_from("abc"), st.sampled_from(Opinion))


@st.composite
def histories(draw: st.DrawFn) -> list[AnswerLine]:
    statements: list[Statement] = []
    for _ in range(draw(st.integers(0, 5))):
        block: list[Answer] = draw(st.lists(ANSWERS, max_size=3))
        is_import: bool = draw(st.booleans())
        if is_import:
            statements.append(Import(1.0, draw(PEOPLE), "csv", "f.csv", "0", len(block)))
        statements += block
        is_undone: bool = draw(st.booleans())
        if statements and is_undone:
            statements.append(TakesBack(1.0, draw(PEOPLE), draw(st.integers(1, len(statements)))))
    return lines(*statements)


@given(entries=histories(), by=PEOPLE)
def test_undo_after_do_is_nothing(entries: list[AnswerLine], by: str) -> None:
    before = resolve(entries)
    start = len(entries) + 1
    done: list[Statement] = [Import(1.0, by, "csv", "f.csv", "1", 2), said(by, "a", Opinion.NO), said(by, "c")]
    after = [*entries, *(AnswerLine(start + at, statement) for at, statement in enumerate(done))]
    last = last_of_person(after, by)
    assert last is not None
    assert last.number == start
    undone = resolve([*after, AnswerLine(start + len(done), TakesBack(1.0, by, last.number))])
    assert (undone.images, undone.closed) == (before.images, before.closed)
