"""Journeys through the whole program while workers run: keys alone, judged by what is on the screen."""

from pathlib import Path

import pytest

from alwsl_tui.options import Manners
from campaigns.services.campaigns.start import start
from campaigns.services.workspace import Workspace
from tests.stage import processes, said, tiny, wait_for
from tests.tui.journeys import LONG, line_of, marks, opened, shows, walk, write
from tests.tui.waiting import seen, until
from tests.worker.test_trouble import damage, of_folder, write_images

SMALL = (
    "data.images=60 data.test_images=30 protocol.initial=12 protocol.add=[6,6] protocol.epochs=[2,2,2] "
    "protocol.full=false"
)


@pytest.mark.slow
async def test_a_campaign_is_made_in_the_form_and_watched_to_its_curves(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "No campaigns here yet.", "begin the demo")
        await pilot.press("n")
        await shows(pilot, "New campaign", "ready")
        await walk(pilot, "#field-shelf Select", "shift+tab")
        await pilot.press("enter")
        await shows(pilot, "The shortest campaign that")
        await pilot.press("down", "enter")
        await shows(pilot, "--recipe smoke", "ready")
        await walk(pilot, "#field-overrides Input", "shift+tab")
        await write(pilot, SMALL)
        await shows(pilot, "--recipe smoke", "3 jobs", "ready")
        await pilot.press("ctrl+s")
        await shows(pilot, "smoke is made", "$ alwsl-tui new --recipe smoke")
        await shows(pilot, "1 Overview", "wildcat tiny on shapes")
        await pilot.press("6")
        await shows(pilot, " attempt 1", "epoch 2: loss", "log 1/")
        await pilot.press("2")
        await shows(pilot, "▼ ag", "● random", but="Nothing measured yet")
        await pilot.press("3")
        await shows(pilot, "images that both want", "round 0")
        await pilot.press("2")
        await shows(pilot, "ag at 24 images", "done")
        await pilot.press("escape")
        await shows(pilot, "1 campaign", "smoke", "100 %")


@pytest.mark.slow
async def test_the_demo_is_begun_from_the_empty_station_paused_and_cancelled(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "begin the demo")
        await pilot.press("b")
        await shows(pilot, "the demo is running in the background", "$ alwsl-tui demo")
        await shows(pilot, "1 Overview", "wildcat tiny on shapes")
        await pilot.press("6")
        await shows(pilot, "round 0 epoch 1")
        await pilot.press("P")
        await shows(pilot, "$ alwsl-tui pause demo")
        await shows(pilot, "‖ paused")
        await pilot.press("C")
        await shows(pilot, "Cancel demo?")
        await pilot.press("y")
        await shows(pilot, "cancelled", "R")
    # One that has paused has said so before its process ends.
    wait_for(lambda: processes(place, "campaigns.worker") == [], on_failure=lambda: said(place))


@pytest.mark.slow
async def test_a_failed_job_is_found_with_its_error_and_tried_again(place: Workspace, tmp_path: Path) -> None:
    root = write_images(tmp_path / "images")
    damage(root, "04.png")
    row = of_folder(place, root)
    start(place, row.name)
    async with opened(place) as pilot:
        await shows(pilot, "1 with failed jobs", "failed")
        await pilot.press("enter")
        await shows(pilot, "baseline-t0: ", "cannot be read", "Press R to retry, 6 to see its log.")
        await pilot.press("6")
        await shows(pilot, "baseline-t0 attempt 1", "failed")
        await pilot.press("home", "e")
        await marks(pilot, "failed: 1 image cannot be read")
        await shows(pilot, "04.png is not a")  # the folder's name is long, and a line ends with the window
        await pilot.press("4")
        await shows(pilot, "baseline-t0 is failed")
        await pilot.press("R")
        await shows(pilot, "running in the background", "$ alwsl-tui retry mine")
        await pilot.press("6")
        await shows(pilot, "log 2/2")
        await pilot.press("l")
        await shows(pilot, "Log of", "baseline-t0 attempt 2")


@pytest.mark.slow
async def test_campaigns_are_started_paused_resumed_cancelled_tried_again_and_deleted(place: Workspace) -> None:
    for name in ("one", "two"):
        tiny(place, *LONG, name=name)
    async with opened(place) as pilot:
        await shows(pilot, "2 campaigns", "two", "one")
        await pilot.press("space", "space", "S")
        await shows(pilot, "2 campaigns: running in the background", "$ alwsl-tui start two  (and 1 more)")
        await until(pilot, lambda: all("running" in line_of(pilot, f"*{name}") for name in ("one", "two")))
        await pilot.press("P")
        await shows(pilot, "2 campaigns: pausing at the next checkpoint", "$ alwsl-tui pause two  (and 1 more)")
        await until(pilot, lambda: all("paused" in line_of(pilot, f"*{name}") for name in ("one", "two")))
        await pilot.press("escape", "home", "S")
        await shows(pilot, "two: running in the background", "$ alwsl-tui start two")
        await shows(pilot, "1 job running")
        await pilot.press("C")
        await shows(pilot, "Cancel two?", "the epoch each is in is lost", "$ alwsl-tui cancel two")
        await pilot.press("n")
        await shows(pilot, "1 job running", but="Cancel two?")
        await pilot.press("X")
        await shows(pilot, "Delete two?", "All its models, scores, picks and logs are lost")
        await pilot.press("y")
        await shows(pilot, "Not done", "workers are at two", "next: first: alwsl-tui cancel two")
        await pilot.press("C")
        await shows(pilot, "Cancel two?")
        await pilot.press("y")
        await shows(pilot, "two: cancelled; what is finished stays")
        await until(pilot, lambda: "cancelled" in line_of(pilot, " two  "))
        await pilot.press("R")
        await shows(pilot, "$ alwsl-tui retry two")
        await until(pilot, lambda: "running" in line_of(pilot, " two  "))
        await pilot.press("C")
        await shows(pilot, "Cancel two?")
        await pilot.press("y")
        await until(pilot, lambda: "cancelled" in line_of(pilot, " two  "))
        await pilot.press("X")
        await shows(pilot, "Delete two?")
        await pilot.press("y")
        await shows(pilot, "two: deleted", "$ alwsl-tui delete two")
        await shows(pilot, "1 campaign ")


@pytest.mark.slow
async def test_two_programs_see_the_same_and_leaving_one_leaves_the_workers_running(place: Workspace) -> None:
    tiny(place, *LONG, name="long")
    async with opened(place, Manners(campaign="long", tab="logs")) as second:
        async with opened(place) as first:
            await shows(first, "long", "new")
            await shows(second, "No log yet.")
            await first.press("S")
            await shows(first, "1 job running")
            await shows(second, "running", "baseline-t0 attempt 1", "epoch")
            workers = processes(place, "campaigns.worker")
            await first.press("q")
            await until(first, lambda: not first.app.is_running)
        assert workers
        assert processes(place, "campaigns.worker") == workers
        epochs = seen(second)
        await until(second, lambda: seen(second) != epochs and "epoch" in seen(second) and "running" in seen(second))
