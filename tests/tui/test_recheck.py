"""Answers that may be mistakes, asked once more on the screen."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from alwsl_tui.tui.screens.label import LabelScreen
from alwsl_tui.tui.screens.recheck import RecheckScreen
from campaigns.core.answers import Opinion
from campaigns.core.labels import Label
from campaigns.services.labelling.label import Spoken, answer
from campaigns.services.labelling.requests import next_images
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from tests.labelling.truth import asking, write_photos
from tests.stage import tiny
from tests.tui.desk import answers, labelling, ready, screen
from tests.tui.waiting import seen, until


@pytest.fixture
def disputed(place: Workspace, tmp_path: Path) -> tuple[Workspace, str, tuple[str, ...]]:
    """A home with a campaign, an image that Anna and Ben disagree about, and the classes."""
    row = tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    image = next_images(place, "photos").images[0].image
    for by, opinion in (("anna", Opinion.YES), ("ben", Opinion.NO)):
        answer(place, "photos", [Spoken(image, {row.plan.classes[0]: opinion}, is_rest_no=True)], by=by)
    return place, image, row.plan.classes


async def rechecking(pilot: Pilot[None]) -> None:
    await pilot.press("R")
    await until(pilot, lambda: isinstance(pilot.app.screen, RecheckScreen))


async def test_what_is_in_doubt_is_asked_blind_and_the_old_answer_is_shown_behind_the_new_one(
    disputed: tuple[Workspace, str, tuple[str, ...]],
) -> None:
    place, image, classes = disputed
    async with labelling(place) as pilot:
        await rechecking(pilot)
        assert await ready(pilot) == image
        await until(pilot, lambda: "once more   1 left" in seen(pilot))
        assert "disputed" not in seen(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: f"{image}: {classes[0]} disputed → no" in seen(pilot))
        await until(pilot, lambda: "No answer is in doubt" in seen(pilot))
        last = answers(place)[-1]
        assert (last.image, last.is_blind, (last.request or "").rpartition("/")[2]) == (image, True, "recheck")
        assert Subject.open(place, "photos").labelling().images[image].labels[classes[0]] is Label.NO
        await pilot.press("backspace")
        assert await ready(pilot) == image
        await pilot.press("R")
        await until(pilot, lambda: type(pilot.app.screen) is LabelScreen and screen(pilot).asked is not None)


async def test_the_command_opens_it_at_once(disputed: tuple[Workspace, str, tuple[str, ...]]) -> None:
    place, image, _ = disputed
    async with labelling(place, is_rechecking=True) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, RecheckScreen))
        assert await ready(pilot) == image
        await pilot.press("escape")
        await until(pilot, lambda: type(pilot.app.screen) is LabelScreen)
