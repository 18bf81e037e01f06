"""Sheets on the screen: one class, several photographs, answers on the disk."""

import pytest
from textual.pilot import Pilot

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.label import LabelScreen
from alwsl_tui.tui.screens.sheet import SheetScreen
from campaigns.core.answers import Opinion
from campaigns.core.labels import Label, resolve
from campaigns.home.answers import read_answers
from campaigns.services.labelling.classes import add_classes
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.labelling.leases import Holder, claim
from campaigns.services.labelling.requests import next_images
from campaigns.services.workspace import Workspace
from tests.tui.desk import answers, labelling, ready, screen
from tests.tui.waiting import seen, until


async def test_a_sheet_goes_through_images_that_were_never_asked_about_a_class(photos: Workspace) -> None:
    wanted = next_images(photos, "photos").images
    answer(photos, "photos", [Spoken(each.image, is_rest_no=True) for each in wanted], by="ben")
    add_classes(photos, "photos", ["bicycle"])
    chosen = Manners(campaign="photos", is_labelling=True, by="anna", images=Images.BLOCKS)
    async with AlwslApp(photos, chosen).run_test(size=(120, 40), notifications=True) as pilot:
        await until(pilot, lambda: f"{len(wanted)} images were never asked about bicycle" in seen(pilot))
        await pilot.press("g")
        await until(pilot, lambda: isinstance(pilot.app.screen, SheetScreen) and sheet(pilot).is_ready)
        page = [each.image for each in sheet(pilot).page]
        await pilot.press("q", "enter")
        await until(pilot, lambda: sheet(pilot).is_ready and sheet(pilot).page[0].image != page[0])
    known = resolve(read_answers(photos.home.labels("photos"))).images
    assert [known[image].labels["bicycle"] for image in page] == [Label.YES] + [Label.NO] * (len(page) - 1)


def sheet(pilot: Pilot[None]) -> SheetScreen:
    assert isinstance(pilot.app.screen, SheetScreen)
    return pilot.app.screen


@pytest.mark.slow
@pytest.mark.parametrize(("size", "count"), [((120, 40), 6), ((80, 24), 2), ((40, 12), 1)])
async def test_a_sheet_asks_about_one_class_and_is_taken_back(
    photos: Workspace, size: tuple[int, int], count: int
) -> None:
    async with labelling(photos, size) as pilot:
        name = screen(pilot).marking.classes[0]
        await pilot.press("g")
        await until(pilot, lambda: isinstance(pilot.app.screen, SheetScreen) and sheet(pilot).is_ready)
        page = [each.image for each in sheet(pilot).page]
        assert len(page) == count
        await pilot.press("q", "enter")
        await until(pilot, lambda: sheet(pilot).is_ready and sheet(pilot).page[0].image != page[0])
        given = {each.image: dict(each.says) for each in answers(photos)}
        assert given == {each: {name: Opinion.NO if at else Opinion.YES} for at, each in enumerate(page)}
        assert not any(each.is_rest_no for each in answers(photos))
        assert next_images(photos, "photos").progress.answered == 0
        await pilot.press("backspace")
        await until(pilot, lambda: sheet(pilot).is_ready and sheet(pilot).page[0].image == page[0])
        assert resolve(read_answers(photos.home.labels("photos"))).images == {}
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabelScreen))
        await ready(pilot)


async def test_who_takes_back_a_sheet_is_told_what_others_have_by_now(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        await pilot.press("g")
        await until(pilot, lambda: isinstance(pilot.app.screen, SheetScreen) and sheet(pilot).is_ready)
        page = [each.image for each in sheet(pilot).page]
        await pilot.press("q", "enter")
        await until(pilot, lambda: sheet(pilot).is_ready and sheet(pilot).page[0].image != page[0])
        dataset = sheet(pilot).desk._subject.row.dataset
        await until(pilot, lambda: claim(photos, dataset, page[0], Holder.command("ben")))
        await pilot.press("backspace")
        await until(pilot, lambda: any("labels 1 of those" in notice.message for notice in pilot.app._notifications))
        await until(pilot, lambda: sheet(pilot).is_ready and sheet(pilot).page[0].image == page[1])
