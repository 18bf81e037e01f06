"""Labelling on the screen: keys in, answers on the disk out. A real campaign, real photographs on a real disk."""

from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.label import LabelScreen
from campaigns.core.answers import Answer, Channel, Opinion, TakesBack
from campaigns.core.labels import Label, resolve
from campaigns.core.recheck import Again
from campaigns.home.answers import read_answers
from campaigns.home.picks import Pick
from campaigns.services.desk.desk import DeskView
from campaigns.services.labelling.classes import add_classes, rename_class
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.labelling.leases import Holder, claim
from campaigns.services.labelling.requests import WantedImage, next_images
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from tests.patience import patience
from tests.stage import tiny
from tests.tui.desk import answers, has_answered, labelling, ready, screen
from tests.tui.journeys import write
from tests.tui.waiting import seen, settled, until


async def test_keys_become_an_answer_and_the_next_image_comes(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        classes = screen(pilot).marking.classes
        await pilot.press("1", "2", "u", "enter")
        second = await ready(pilot, but=first)
        (answer,) = answers(photos)
        assert (answer.image, answer.by, answer.via) == (first, "anna", Channel.SCREEN)
        assert answer.says == {classes[0]: Opinion.YES, classes[1]: Opinion.UNSURE}
        assert answer.is_rest_no
        assert answer.mark is not None
        assert answer.seconds is not None
        await pilot.press("1", "space")
        await ready(pilot, but=second)
        assert [(each.image, each.is_rest_no) for each in answers(photos)] == [(first, True), (second, False)]


async def test_a_class_is_found_by_its_letters(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        name = screen(pilot).marking.classes[2]
        await pilot.press("slash")
        await until(pilot, lambda: pilot.app.focused is not None)
        await write(pilot, name[:3].upper())
        await pilot.press("enter")
        await until(pilot, lambda: screen(pilot).marking.says == {name: Opinion.YES} and pilot.app.focused is None)


async def test_backspace_takes_back_key_by_key_and_then_image_by_image(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        await pilot.press("1", "2", "backspace", "enter")
        second = await ready(pilot, but=first)
        await until(pilot, lambda: has_answered(pilot))
        await pilot.press("backspace")
        assert await ready(pilot, but=second) == first
        assert list(screen(pilot).marking.says) == [screen(pilot).marking.classes[0]]
        statements = [entry.statement for entry in read_answers(photos.home.labels("photos"))]
        assert [type(statement) for statement in statements] == [Answer, TakesBack]


async def test_an_answer_that_is_taken_back_is_no_more_the_last_where_others_have_its_image(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        await pilot.press("1", "enter")
        await ready(pilot, but=first)
        await until(pilot, lambda: f"last: {first} " in seen(pilot))
        desk = screen(pilot).desk
        await until(pilot, lambda: claim(photos, desk._subject.row.dataset, first, Holder.command("ben")))
        await pilot.press("backspace")
        await until(pilot, lambda: any("somebody else" in notice.message for notice in pilot.app._notifications))
        await until(pilot, lambda: "last: " not in seen(pilot))


@pytest.mark.slow
async def test_an_answer_can_be_taken_back_after_a_restart(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        await pilot.press("1", "enter")
        await ready(pilot, but=first)
    async with labelling(photos) as pilot:
        second = await ready(pilot)
        await until(pilot, lambda: has_answered(pilot))
        await pilot.press("backspace")
        assert await ready(pilot, but=second) == first


async def test_a_look_that_began_before_an_answer_was_taken_back_does_not_go_on(
    photos: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        await pilot.press("1", "enter")
        second = await ready(pilot, but=first)
        await until(pilot, lambda: has_answered(pilot))
        label, has_read, may_end, look = screen(pilot), Event(), Event(), screen(pilot).read

        def late() -> DeskView:
            view = look()
            has_read.set()
            may_end.wait(patience())
            return replace(view, seconds=99.0)  # what is shown already would draw nothing

        with monkeypatch.context() as patched:
            patched.setattr(label, "read", late)
            label.look_anew()
            await until(pilot, has_read.is_set)
        await pilot.press("backspace")
        assert await ready(pilot, but=second) == first
        may_end.set()
        await until(pilot, lambda: not any(worker.is_running for worker in pilot.app.workers if worker.group == "look"))
        await settled(pilot)
        assert getattr(label.asked, "image", None) == first


async def test_backspace_takes_back_the_last_answer_however_soon_it_comes(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        await pilot.press("1", "enter")
        second = await ready(pilot, but=first)
        await until(pilot, lambda: has_answered(pilot))
        screen(pilot)._is_reading = True  # no look comes in between
        await pilot.press("2", "enter")
        third = await ready(pilot, but=second)
        await pilot.press("backspace")
        assert await ready(pilot, but=third) == second
        await pilot.press("backspace", "backspace")
        assert await ready(pilot, but=second) == first
        assert resolve(read_answers(photos.home.labels("photos"))).images == {}


@pytest.mark.slow
async def test_an_image_is_set_aside_with_a_reason(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        await pilot.press("s")
        await until(pilot, lambda: "Skip this image" in seen(pilot) and pilot.app.focused is not None)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelScreen))
        await ready(pilot, but=first)
        (answer,) = answers(photos)
        assert (answer.skip, answer.says, answer.is_rest_no) == ("damaged", {}, False)


async def test_nobody_answers_for_what_was_not_seen(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        await ready(pilot)
        await pilot.press("v", "v")
        await until(pilot, lambda: "Pictures are off" in seen(pilot))
        await pilot.press("1", "enter")
        await pilot.pause()
        assert answers(photos) == []
        await pilot.press("v")
        await ready(pilot)


async def test_a_photograph_that_is_gone_is_told_of_and_can_be_skipped(photos: Workspace, tmp_path: Path) -> None:
    async with labelling(photos) as pilot:
        view = screen(pilot).content
        assert view is not None
        second = view.wanted.images[5].image
        (tmp_path / "photos" / second).write_bytes(b"no picture")
        for _ in range(5):
            before = await ready(pilot)
            await pilot.press("enter")
            await until(pilot, lambda before=before: screen(pilot).asked.image != before)  # type: ignore[misc, union-attr]
        await until(pilot, lambda: "s skips it" in seen(pilot))
        await pilot.press("enter", "1")
        assert second not in {answer.image for answer in answers(photos)}
        await pilot.press("s")
        await until(pilot, lambda: "Skip this image" in seen(pilot) and pilot.app.focused is not None)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelScreen))
        await ready(pilot, but=second)
        assert answers(photos)[-1].skip == "cannot tell"


@pytest.mark.slow
async def test_a_test_image_is_blind(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        await ready(pilot)
        await until(pilot, lambda: "set aside for testing" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: answers(photos))
        assert answers(photos)[0].is_blind


async def test_who_only_looks_answers_nothing(photos: Workspace) -> None:
    async with labelling(photos, is_readonly=True) as pilot:
        await ready(pilot)
        await pilot.press("1", "enter", "s", "backspace")
        await pilot.pause()
        assert answers(photos) == []


@pytest.mark.slow
async def test_escape_leads_to_the_campaign_and_capital_l_back(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        assert not any(isinstance(below, CampaignScreen) for below in pilot.app.screen_stack), (
            "a photograph comes first"
        )
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, CampaignScreen) and pilot.app.focused is not None)
        await pilot.press("L")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelScreen))
        await ready(pilot)


@pytest.mark.slow
async def test_a_share_of_ones_answers_is_asked_again_among_the_others(photos: Workspace) -> None:
    subject = Subject.open(photos, "photos")
    asked = [each.image for each in next_images(photos, "photos").images]
    again = next(image for image in subject.dataset.train.ids if image not in asked)
    answer(photos, "photos", [Spoken(again, is_rest_no=True)], by="anna")
    answer(photos, "photos", [Spoken(image, is_rest_no=True) for image in asked[2:]], by="ben")
    asked_for: list[WantedImage] = []
    async with labelling(photos, repeats=1.0) as pilot:
        # Once nothing waits any more, what was answered just now is due, too.
        for _ in range(5):
            await until(pilot, lambda: screen(pilot).is_ready and screen(pilot).asked not in asked_for)
            wanted = screen(pilot).asked
            assert wanted is not None
            asked_for.append(wanted)
            await ready(pilot)
            await pilot.press("1", "enter")
        await until(pilot, lambda: screen(pilot).asked is None)
    repeat = Again.REPEAT.request(subject.row.id)
    assert {each.image for each in asked_for if each.request == repeat} == {again, *asked[:2]}
    assert {each.image for each in asked_for if each.request != repeat} == set(asked[:2])
    own = [each for each in answers(photos) if each.by == "anna"]
    assert [each.image for each in own] == [again, *(each.image for each in asked_for)]
    assert all(each.is_blind for each in own if each.request == repeat)


async def test_a_campaign_that_nobody_labels_for_says_so_and_stays(place: Workspace) -> None:
    tiny(place, name="tiny")
    async with AlwslApp(place, Manners(campaign="tiny")).run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, CampaignScreen) and pilot.app.focused is not None)
        await pilot.press("L")
        await until(pilot, lambda: "nobody labels for tiny" in seen(pilot))
        await until(pilot, lambda: isinstance(pilot.app.screen, CampaignScreen))


async def test_a_damaged_class_map_is_told_of_and_the_photograph_stays(photos: Workspace, tmp_path: Path) -> None:
    (tmp_path / "maps").write_bytes(b"no maps")
    async with labelling(photos) as pilot:
        await ready(pilot)
        view, label = screen(pilot).content, screen(pilot)
        assert view is not None
        wanted = next(each for each in next_images(photos, "photos").images if not each.is_test)
        pick = Pick(image=wanted.image, ranks={"unc": 1}, votes=1, probabilities=(0.5,) * len(view.classes))
        label.turn_to(replace(wanted, pick=pick, maps=tmp_path / "maps", place=1, classes=view.classes))
        await pilot.press("m")
        await until(pilot, lambda: "maps" in seen(pilot) and "Not done" in seen(pilot))
        await ready(pilot)


@pytest.mark.slow
async def test_a_class_that_comes_is_shown_and_marks_stay_and_no_rest_is_said_of_it(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        first = await ready(pilot)
        classes = screen(pilot).marking.classes
        await pilot.press("2", "enter")  # before the screen has looked again
        second = await ready(pilot, but=first)
        await pilot.press("1", "2")
        add_classes(photos, "photos", ["bicycle"])
        rename_class(photos, "photos", classes[1], "renamed")
        now = (classes[0], "renamed", *classes[2:], "bicycle")
        await until(pilot, lambda: screen(pilot).marking.classes == now and "bicycle" in seen(pilot))
        assert screen(pilot).marking.says == {classes[0]: Opinion.YES, "renamed": Opinion.YES}
        await pilot.press("enter")
        await ready(pilot, but=second)
        assert [answer.classes for answer in answers(photos)] == [classes, now]
        known = resolve(read_answers(photos.home.labels("photos"))).images
        assert ("bicycle" in known[first].labels, known[second].labels["bicycle"]) == (False, Label.NO)
