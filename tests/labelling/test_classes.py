"""Classes that change while people label: what is asked, and what is refused."""

import json

import pytest

from campaigns.core.answers import Channel, ClassChange, Opinion
from campaigns.core.ids import Job, JobKind
from campaigns.errors import BadData
from campaigns.home.answers import append, read_answers
from campaigns.services.desk.desk import Desk
from campaigns.services.labelling.backfill import in_two_orders, own_backfill
from campaigns.services.labelling.classes import add_classes, asked_classes, rename_class, retire_class
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.labelling.requests import next_images
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.cli.calling import good, refused
from tests.labelling.truth import first_request

BASELINE, ARM = Job(JobKind.BASELINE, 0), Job(JobKind.ARM, 0, "ag")


def test_a_class_that_is_added_is_asked_about_and_unknown_of_all_that_was_answered(
    place: Workspace, row: CampaignRow
) -> None:
    images = first_request(place, row)
    changed = add_classes(place, "asked", ["bicycle"], by="anna")
    assert changed.added == ("bicycle",)
    by_name = {each.name: each for each in changed.now.classes}
    assert list(by_name) == [*row.plan.classes, "bicycle"]
    assert (by_name["bicycle"].unasked, by_name["bicycle"].no) == (len(images), 0)
    assert by_name[row.plan.classes[0]].unasked == 0
    assert next_images(place, "asked").progress.classes == (*row.plan.classes, "bicycle")
    answer(place, "asked", [Spoken(images[0], {"bicycle": Opinion.YES})], by="anna")
    assert asked_classes(place, "asked").classes[-1].yes == 1


def test_what_a_screen_says_of_the_rest_is_said_of_the_classes_that_it_showed(
    place: Workspace, row: CampaignRow
) -> None:
    desk = Desk(place, "asked", by="anna")
    view = desk.look()
    image, first, second = view.wanted.images[0].image, *row.plan.classes[:2]
    add_classes(place, "asked", ["bicycle"])
    rename_class(place, "asked", first, "renamed")
    kept = desk.keep(Spoken(image, {first: Opinion.YES}, is_rest_no=True, line=view.line))
    assert kept.answer.classes == ("renamed", *row.plan.classes[1:])
    assert kept.answer.says == {"renamed": Opinion.YES}
    known = {each.name: each for each in asked_classes(place, "asked").classes}
    assert (known["renamed"].yes, known[second].no, known["bicycle"].unasked) == (1, 1, 1)
    assert desk.look().names_since(view.line) == {first: "renamed", "renamed": None}


def test_a_class_that_came_back_while_a_screen_was_open_is_another_one(place: Workspace, row: CampaignRow) -> None:
    desk, first = Desk(place, "asked", by="anna"), row.plan.classes[0]
    view = desk.look()
    retire_class(place, "asked", first)
    add_classes(place, "asked", [first])
    kept = desk.keep(Spoken(view.wanted.images[0].image, {first: Opinion.YES}, is_rest_no=True, line=view.line))
    assert kept.answer.classes == row.plan.classes[1:]
    assert asked_classes(place, "asked").classes[-1].unasked == 1


@pytest.mark.parametrize(
    ("words", "fact", "hint"),
    [
        (("add", "{0}"), "there is a class of that name", "another name"),
        (("add", "{0}", "bicycle"), "there is a class of that name", "another name"),
        (("add", "{up}"), "only case or signs that nobody sees differ", "another name"),
        (("add", "bicy\u200bcle", "bicycle"), "only case or signs that nobody sees differ", "another name"),
        (("add", "a=b"), "answers in words mean something else by it", "another name"),
        (("add", "rest"), "answers in words mean something else by it", "another name"),
        (("add", " "), "a class has no name", "another name"),
        (("rename", "{0}", "{1}"), "there is a class of that name", "another name"),
        (("rename", "{0}", "{0}"), "it is called so already", "another name"),
        (("rename", "{near}", "new"), "there is no class '{near}' in this campaign", "did you mean '{0}'?"),
        (("retire", "{near}"), "there is no class '{near}' in this campaign", "did you mean '{0}'?"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_and_nothing_is_written(
    place: Workspace, row: CampaignRow, words: tuple[str, ...], fact: str, hint: str
) -> None:
    first, second = row.plan.classes[:2]

    def filled(text: str) -> str:
        return text.format(first, second, up=first.upper(), near=first[:-1])

    command, *arguments = map(filled, words)
    told = refused(place, 3, "classes", command, "asked", *arguments).err
    assert filled(fact) in told
    assert filled(hint) in told
    assert not place.home.labels(row.dataset).answers.exists()


def test_a_change_is_later_than_the_one_before_whatever_the_clock_says(place: Workspace, row: CampaignRow) -> None:
    log = place.home.labels(row.dataset)
    append(log, [ClassChange(4e9, "anna", adds="bicycle")])
    add_classes(place, "asked", ["tram", "train"])
    times = [entry.when for entry in read_answers(log)]
    assert times[0] < times[1] == times[2]
    assert [each.name for each in asked_classes(place, "asked").classes][-3:] == ["bicycle", "tram", "train"]


def test_one_class_alone_is_not_enough(place: Workspace, row: CampaignRow) -> None:
    for name in row.plan.classes[2:]:
        retire_class(place, "asked", name)
    with pytest.raises(BadData, match="would have one class left"):
        retire_class(place, "asked", row.plan.classes[0])
    assert [each.name for each in asked_classes(place, "asked").classes] == list(row.plan.classes[:2])


def test_who_only_looks_changes_no_class_and_classes_of_a_data_set_are_its_own(place: Workspace) -> None:
    home = place
    good(home, "new", "--recipe", "smoke")
    assert "nobody labels for smoke" in refused(home, 3, "classes", "add", "smoke", "bicycle").err
    assert "nobody labels for smoke" in refused(home, 3, "classes", "list", "smoke").err
    assert "only" in refused(home, 2, "--readonly", "classes", "add", "smoke", "bicycle").err


def test_commands_tell_what_changed_and_what_is_left_to_ask(place: Workspace, row: CampaignRow) -> None:
    home, images = place, first_request(place, row)
    told = good(home, "classes", "add", "asked", "bicycle", "--by", "anna")
    assert f"{len(images)} images were never asked about bicycle" in told
    assert "alwsl-tui label asked --next --class bicycle" in told
    good(home, "classes", "rename", "asked", "bicycle", "bike", "--by", "anna")
    listed = json.loads(good(home, "classes", "list", "asked", "--json"))
    assert [each["class"] for each in listed["classes"]] == [*row.plan.classes, "bike"]
    assert [{key: each.get(key) for key in ("by", "adds", "renames")} for each in listed["changes"]] == [
        {"by": "anna", "adds": "bicycle", "renames": None},
        {"by": "anna", "adds": None, "renames": ["bicycle", "bike"]},
    ]
    table = good(home, "classes", "list", "asked")
    assert "anna renames bicycle to bike" in table
    assert "unsure" in table
    left = json.loads(good(home, "label", "asked", "--next", "--class", "bike", "--limit", "5", "--json"))
    assert (left["unasked"], len(left["images"])) == (len(images), 5)
    image = left["images"][0]["image"]
    good(home, "label", "asked", "--answer", image, "bike=yes", "--by", "anna")
    listed_text = good(home, "label", "asked", "--next", "--class", "bike")
    assert f"nothing is said about bike of {len(images) - 1} answered images" in listed_text
    assert "there is no class 'bicycle'" in refused(home, 3, "label", "asked", "--next", "--class", "bicycle").err
    assert "--class says what to list" in refused(home, 2, "label", "asked", "--class", "bike").err


def test_what_is_left_to_ask_goes_through_a_sheet_and_test_images_go_blind(place: Workspace, row: CampaignRow) -> None:
    images = first_request(place, row)
    add_classes(place, "asked", ["bicycle"])
    desk = Desk(place, "asked", by="anna")
    seen: list[str] = []
    while sheet := desk.unasked("bicycle"):
        assert all(each.pick is None and each.request is None for each in sheet)
        seen += [each.image for each in sheet]
        desk.keep_all([Spoken(each.image, {"bicycle": Opinion.NO}) for each in sheet], via=Channel.SHEET)
    assert sorted(seen) == sorted(images)
    assert asked_classes(place, "asked").classes[-1].no == len(images)
    tests = {each.image for each in own_backfill(place, "asked", row.plan.classes[0], most=9).images if each.is_test}
    assert tests == set()
    with pytest.raises(BadData, match="there is no class 'bike'"):
        desk.unasked("bike")


def test_likely_images_and_random_ones_take_turns() -> None:
    images = [f"{n}.jpg" for n in range(8)]
    by_chance = in_two_orders(images, {})
    assert sorted(by_chance) == images
    mixed = in_two_orders(images, {"3.jpg": 2.0, "5.jpg": 4.0, "gone.jpg": 9.0})
    assert sorted(mixed) == images
    assert mixed[0] == "5.jpg"
    assert [image for image in mixed if image not in {"3.jpg", "5.jpg"}] == [
        image for image in by_chance if image not in {"3.jpg", "5.jpg"}
    ]
