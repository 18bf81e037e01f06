"""The classes that people are asked about, as they change."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.core.answers import Answer, Channel, ClassChange, Opinion, Statement
from campaigns.core.classes import Changes, Naming, classes_of
from campaigns.core.labels import Label, resolve
from tests.core.test_labels import numbered, yes
from tests.core.test_running_labels import added_in_parts

NAMES = ("car", "person", "auto", "bus")
INITIAL = ("car", "person")


def adds(name: str) -> ClassChange:
    return ClassChange(0.0, "anna", adds=name)


def retires(name: str) -> ClassChange:
    return ClassChange(0.0, "anna", retires=name)


def renames(old: str, new: str) -> ClassChange:
    return ClassChange(0.0, "anna", renames=(old, new))


names = st.sampled_from(NAMES)
any_changes = st.one_of(st.builds(adds, names), st.builds(retires, names), st.builds(renames, names, names))


def changes_of(lines: Sequence[Statement]) -> Changes:
    return tuple((number, line) for number, line in enumerate(lines, 1) if isinstance(line, ClassChange))


def classes(*lines: Statement) -> tuple[str, ...]:
    return classes_of(INITIAL, changes_of(lines))


def labels(*lines: Statement) -> dict[str, Label]:
    image = resolve(numbered(lines)).images.get("0.jpg")
    return {} if image is None else dict(image.labels)


@dataclass(eq=False)
class ToldClass:
    """A class as somebody with a sheet of paper keeps it."""

    name: str
    label: Label | None = None


@dataclass
class Paper:
    """What is asked and known, kept by hand: an object a class, whatever it is called."""

    asked: list[ToldClass] = field(default_factory=lambda: [ToldClass(name) for name in INITIAL])
    lines: list[Statement] = field(default_factory=list)

    def named(self, name: str) -> ToldClass | None:
        return next((each for each in self.asked if each.name == name), None)

    def follow(self, kind: str, name: str, other: str) -> None:
        """Do what a person may do, and nothing where the program refuses it."""
        own, free = self.named(name), self.named(other) is None
        if kind == "add" and own is None:
            self.asked.append(ToldClass(name))
            self.lines.append(adds(name))
        elif kind == "retire" and own is not None:
            self.asked.remove(own)
            self.lines.append(retires(name))
        elif kind == "rename" and own is not None and free:
            own.name = other
            self.lines.append(renames(name, other))
        elif kind in {"yes", "no"} and own is not None:
            own.label = Label(kind)
            self.lines.append(replace(yes("0.jpg", "anna", **{name: kind}), classes=self.names))
        elif kind == "rest":
            for each in self.asked:
                each.label = Label.NO
            self.lines.append(replace(yes("0.jpg", "anna"), is_rest_no=True, classes=self.names))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.asked)


steps = st.tuples(st.sampled_from(("add", "retire", "rename", "yes", "no", "rest")), names, names)


@given(st.lists(steps, max_size=30))
def test_classes_and_labels_are_those_that_somebody_keeps_on_paper(script: list[tuple[str, str, str]]) -> None:
    paper = Paper()
    for step in script:
        paper.follow(*step)
    assert classes(*paper.lines) == paper.names
    known = labels(*paper.lines)
    assert {each.name: known.get(each.name) for each in paper.asked} == {e.name: e.label for e in paper.asked}


@given(st.lists(any_changes, max_size=20), st.integers(0, 20))
def test_what_comes_after_a_line_changes_nothing_of_the_classes_at_it(lines: list[ClassChange], line: int) -> None:
    assert classes_of(INITIAL, changes_of(lines), up_to=line) == classes_of(INITIAL, changes_of(lines[:line]))


@given(st.lists(any_changes, max_size=20), st.none() | st.just(0.0))
def test_no_name_stands_for_two_classes(lines: list[ClassChange], since: float | None) -> None:
    asked = classes_of(INITIAL, changes_of(lines), since=since)
    assert len(set(asked)) == len(asked)


@given(st.lists(st.one_of(any_changes, st.builds(lambda name: yes("0.jpg", "anna", **{name: "yes"}), names))))
def test_changes_that_are_read_as_they_come_are_those_of_all_lines(lines: list[Statement]) -> None:
    added_in_parts(numbered(lines), range(len(lines)))


def test_a_campaign_begins_with_its_own_classes_whatever_changed_before() -> None:
    before = (replace(adds("bus"), at=1.0), replace(retires("person"), at=2.0))
    assert classes_of(INITIAL, changes_of(before), since=2.0) == INITIAL
    assert classes_of(INITIAL, changes_of((*before, replace(adds("auto"), at=3.0))), since=2.0) == (*INITIAL, "auto")


def test_lines_of_another_home_count_by_their_time_whatever_their_numbers() -> None:
    told, late = replace(yes("0.jpg", "anna", car="yes"), at=1.0), replace(yes("0.jpg", "anna", car="no"), at=3.0)
    changed = (replace(retires("car"), at=2.0), replace(adds("car"), at=2.5))
    in_order, merged = (told, *changed, late), (*changed, late, told)
    for lines in (in_order, merged, (late, told, *changed)):
        assert labels(*lines) == {"car": Label.NO}
        assert classes_of(INITIAL, resolve(numbered(lines)).changes) == ("person", "car")
    assert labels(*changed, told) == labels(told, *changed) == {}
    naming = Naming(changes_of(changed))
    assert [naming.after(moment) for moment in (1.0, 2.0, 2.5)] == [{"car": None}, {"car": None}, {}]


def test_a_class_that_another_campaign_asks_about_is_the_same_one_when_it_is_added() -> None:
    assert labels(yes("0.jpg", "anna", bus="yes"), adds("bus")) == {"bus": Label.YES}


@pytest.mark.parametrize("goes", [retires("car"), renames("car", "auto")], ids=["retired", "renamed"])
def test_a_name_that_is_added_again_is_that_of_a_class_nobody_has_spoken_of(goes: ClassChange) -> None:
    told, again = yes("0.jpg", "anna", car="yes"), yes("0.jpg", "anna", car="no")
    assert "car" not in labels(told, goes, adds("car"))
    assert labels(told, goes, adds("car"), again)["car"] is Label.NO


def test_a_retired_class_is_asked_no_more_and_what_was_said_of_it_stays() -> None:
    lines = (yes("0.jpg", "anna", car="yes"), retires("car"))
    assert classes(*lines) == ("person",)
    assert labels(*lines) == {"car": Label.YES}


def test_a_class_that_takes_its_old_name_back_is_what_it_was() -> None:
    lines = (yes("0.jpg", "anna", car="yes"), renames("car", "auto"), renames("auto", "car"))
    assert classes(*lines) == INITIAL
    assert labels(*lines) == {"car": Label.YES}


def test_who_still_has_the_old_name_on_the_screen_means_the_renamed_class() -> None:
    late = replace(yes("0.jpg", "anna", car="yes"), is_rest_no=True, classes=INITIAL)
    assert labels(renames("car", "auto"), late) == {"auto": Label.YES, "person": Label.NO}


def test_the_rest_is_no_for_no_class_that_came_later() -> None:
    before = replace(yes("0.jpg", "anna", car="yes"), is_rest_no=True, classes=INITIAL)
    assert labels(before, adds("bus")) == {"car": Label.YES, "person": Label.NO}


def test_a_class_whose_name_another_one_took_over_is_called_nothing() -> None:
    lines = (retires("person"), renames("car", "person"))
    assert classes(*lines) == ("person",)
    assert labels(yes("0.jpg", "anna", car="yes", person="no"), *lines) == {"person": Label.YES}


def test_a_sheet_of_every_class_that_is_left_has_asked_for_the_whole_image() -> None:
    on_sheet = Answer(0.0, "anna", "0.jpg", None, {"car": Opinion.NO}, via=Channel.SHEET, classes=INITIAL)
    for change, is_answered in ((retires("person"), True), (retires("car"), False), (adds("bus"), False)):
        assert resolve(numbered([on_sheet, change])).images["0.jpg"].is_answered is is_answered


def test_names_of_a_line_are_those_of_the_changes_before_it() -> None:
    naming = Naming(changes_of((renames("car", "auto"), adds("car"), retires("person"))))
    behind: dict[str, str | None] = {}
    before, between = {"car": "auto", "auto": None}, {"car": "auto"}
    lines = numbered([yes("0.jpg", "anna")] * 3)
    assert [naming.at(line) for line in lines] == [before, between, behind]
    assert [naming.since(line) for line in range(4)] == [before, between, behind, behind]
    assert naming.retired == {"person"}
