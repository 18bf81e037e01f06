"""A home without campaigns: a scene that breathes where somebody looks, and three ways on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.parts.welcome import FRAMES, SceneView
from alwsl_tui.tui.widgets.line import Line
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace
from tests.labelling.truth import write_photos
from tests.stage import clear
from tests.tui.journeys import opened, shows, write
from tests.tui.waiting import seen, until


@pytest.fixture
def own(place: Workspace) -> Iterator[Workspace]:
    """A home whose station, if one is started, ends with the test."""
    yield place
    clear(place)


def view(pilot: Pilot[None]) -> SceneView:
    return pilot.app.screen.query_one(SceneView)


async def stands(pilot: Pilot[None]) -> None:
    await shows(pilot, "No campaigns here yet.", "where a scene shows")


async def test_it_breathes_and_shows_one_scene_after_the_other(place: Workspace) -> None:
    async with opened(place) as pilot:
        await stands(pilot)
        scene = view(pilot)
        first, frames = scene._shown, {scene._frame}
        for _ in range(2 * FRAMES):
            scene._breathe()
            frames.add(scene._frame)
        assert frames == set(range(FRAMES))
        await until(pilot, lambda: scene._next is not None)
        while scene._shown is first:
            scene._breathe()
        assert scene._shown is not None
        assert first is not None
        assert scene._shown.class_ != first.class_ or scene._shown.frames != first.frames


@pytest.mark.slow
@pytest.mark.parametrize("why", ["focus", "motion", "ascii", "colour", "screen above"])
async def test_it_is_still_where_nobody_looks_or_nobody_wants_it_to_move(place: Workspace, why: str) -> None:
    app = AlwslApp(place, Manners(is_ascii=why == "ascii"))
    async with app.run_test(size=(120, 40)) as pilot:
        await stands(pilot)
        scene = view(pilot)
        if why == "focus":
            app.app_focus = False
        elif why == "motion":
            app.animation_level = "none"
        elif why == "colour":
            app.no_color = True
        elif why == "screen above":
            await pilot.press("n")
            await shows(pilot, "New campaign")
        step = scene._step
        for _ in range(FRAMES):
            scene._breathe()
        assert scene._step == step
        if why == "ascii":
            assert seen(pilot).replace("…", "").replace("▀", "")
            await until(pilot, lambda: "@" in seen(pilot) or "#" in seen(pilot))


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24), (200, 60)], ids=str)
async def test_the_ways_on_are_seen_at_every_size(place: Workspace, size: tuple[int, int]) -> None:
    async with opened(place, size=size) as pilot:
        await shows(pilot, "begin the demo", "your own photographs", "a data set")


@pytest.mark.slow
async def test_a_folder_of_photographs_becomes_a_campaign_that_asks_for_labels(own: Workspace, tmp_path: Path) -> None:
    folder = write_photos(tmp_path / "photos")
    async with opened(own) as pilot:
        await shows(pilot, "your own photographs")
        await pilot.press("f")
        await shows(pilot, "Folder of your photographs")
        await write(pilot, str(folder))
        await pilot.press("enter")
        await shows(pilot, "What to look for")
        await write(pilot, "car, person")
        await pilot.press("enter")
        await shows(pilot, "How many to label", "or all there are")
        await pilot.press("enter")
        await shows(pilot, "1 Overview", "photos")
    (line,) = load_campaigns(own)
    assert line.row.plan.classes == ("car", "person")
    assert line.row.plan.schedule.budget == 160


async def answer(pilot: Pilot[None], text: str) -> None:
    """Write on a line, in place of what stands there."""
    pilot.app.screen.query_one(Line).value = ""
    await write(pilot, text)
    await pilot.press("enter")


@pytest.mark.slow
async def test_what_cannot_be_taken_is_told_below_the_line_where_it_can_be_mended(
    place: Workspace, tmp_path: Path
) -> None:
    folder = write_photos(tmp_path / "photos")
    (tmp_path / "empty").mkdir()
    async with opened(place) as pilot:
        await shows(pilot, "your own photographs")
        await pilot.press("f")
        for wrong, told in ((tmp_path / "nowhere", "there is no folder"), (tmp_path / "empty", "holds no image")):
            await shows(pilot, "Folder of your photographs")
            await answer(pilot, str(wrong))
            await shows(pilot, "Folder of your photographs", told)
        await answer(pilot, str(folder))
        for wrong_classes, told in (("car", "is the only one"), ("car, Car", "it looks like the class")):
            await shows(pilot, "What to look for")
            await answer(pilot, wrong_classes)
            await shows(pilot, "What to look for", told)
        await answer(pilot, "car, person")
        await shows(pilot, "How many to label")
        await answer(pilot, "x")
        await shows(pilot, "How many to label", "is not a number of photographs")
    assert load_campaigns(place) == []
