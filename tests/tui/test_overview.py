"""The wall of a campaign: as many panes as there is room for, in the order that somebody chose."""

import random
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.panes.overview import OverviewPane
from alwsl_tui.tui.parts.tiles import TILES
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.station import StationScreen
from campaigns.core.states import AttemptState, CampaignState, JobState
from campaigns.home.preferences import ScreenSettings
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.results.overview import Aspect, load_overview
from campaigns.services.settings import load_settings, save_settings
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow, RequestRow
from tests.labelling.truth import asking, write_photos
from tests.stage import tiny
from tests.tui.boxes import Box
from tests.tui.journeys import opened, shows
from tests.tui.waiting import seen, settled, until

Finished = tuple[Workspace, CampaignRow]
ENDED = [name for name in TILES if name != "losses"]
"""What a campaign that is over has to show."""


@pytest.fixture
def own(finished: Finished) -> Finished:
    """The finished campaign, in whose home nobody has chosen anything."""
    save_settings(finished[0], ScreenSettings())
    return finished


def on(name: str) -> Manners:
    return Manners(campaign=name, images=Images.BLOCKS)


def wall(pilot: Pilot[Any]) -> OverviewPane:
    assert isinstance(pilot.app.screen, CampaignScreen)
    pane = pilot.app.screen.panes["overview"]
    assert isinstance(pane, OverviewPane)
    return pane


def names(pilot: Pilot[Any]) -> list[str]:
    return [tile.NAME for tile in wall(pilot).shown]


async def stands(pilot: Pilot[Any], *wanted: str) -> None:
    """Wait until these panes are seen, everything in them is read, and keys go to one of them."""

    def is_so() -> bool:
        if not isinstance(pilot.app.screen, CampaignScreen) or "overview" not in pilot.app.screen.panes:
            return False
        pane = wall(pilot)
        aspects = {tile.ASPECT for tile in pane.shown} - {None}
        has_read = pane.content is not None and aspects <= pane.content.aspects
        has_keys = pane.here is not None and (pane.here.has_focus or pane.here.has_focus_within)
        return names(pilot) == list(wanted) and has_read and has_keys

    await until(pilot, is_so)
    await pilot.pause()


@pytest.mark.slow
@pytest.mark.parametrize(("size", "count"), [((40, 12), 1), ((80, 24), 2), ((120, 40), 4), ((200, 60), 8)], ids=str)
async def test_it_is_the_first_tab_and_shows_what_there_is_room_for(
    own: Finished, size: tuple[int, int], count: int
) -> None:
    async with opened(own[0], on(own[1].name), size=size) as pilot:
        await stands(pilot, *ENDED[:count])
        await shows(pilot, "1 Overview", *ENDED[:count])


async def test_a_pane_fills_the_screen_and_comes_back_with_one_key(own: Finished) -> None:
    async with opened(own[0], on(own[1].name)) as pilot:
        await stands(pilot, *ENDED[:4])
        await until(pilot, lambda: not any(worker.is_running for worker in pilot.app.workers))  # charts are drawn
        await settled(pilot)
        before = seen(pilot)
        for there, back in (("z", "z"), ("enter", "escape"), ("z", "escape")):
            await pilot.press(there)
            await stands(pilot, "curves")
            await shows(pilot, "curves", "labelled images", but="picks  ")
            await pilot.press(back)
            await stands(pilot, *ENDED[:4])
        await until(pilot, lambda: seen(pilot) == before)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, StationScreen))


async def test_keys_move_within_what_fills_the_screen_and_between_panes_otherwise(own: Finished) -> None:
    async with opened(own[0], on(own[1].name)) as pilot:
        await stands(pilot, *ENDED[:4])
        await pilot.press("right", "down", "left")
        await until(pilot, lambda: wall(pilot).here is wall(pilot).tiles["vs random"])
        await pilot.press("right")
        await until(pilot, lambda: wall(pilot).here is wall(pilot).tiles["agreement"])
        await pilot.press("z")
        await stands(pilot, "agreement")
        await pilot.press("down", "right")
        table = wall(pilot).tiles["agreement"].inner
        assert table is not None
        await until(pilot, lambda: getattr(table, "cursor", None) == (1, 2))
        await pilot.press("z")
        await stands(pilot, *ENDED[:4])


async def test_keys_in_a_pane_that_has_nothing_to_show_any_more_do_nothing(
    own: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(own[0], on(own[1].name)) as pilot:
        await stands(pilot, *ENDED[:4])
        here = wall(pilot).here
        assert here is not None
        monkeypatch.setattr(here, "has", lambda _view: False)  # the wall follows with the next look
        await pilot.press("right", "left", "down", "up", "greater_than_sign", "less_than_sign")
        assert wall(pilot).here is here
        assert names(pilot) == list(ENDED[:4])


@pytest.mark.slow
async def test_beyond_the_edge_come_the_panes_that_had_no_room(own: Finished) -> None:
    async with opened(own[0], on(own[1].name), size=(80, 24)) as pilot:
        await stands(pilot, *ENDED[:2])
        for first in range(1, len(ENDED) - 1):
            await pilot.press("down", *(["down"] if first == 1 else []))
            await stands(pilot, *ENDED[first : first + 2])
        await pilot.press("down")
        await stands(pilot, *ENDED[-2:])
        await pilot.press(*["up"] * len(ENDED))
        await stands(pilot, *ENDED[:2])


@pytest.mark.slow
async def test_what_is_chosen_and_its_order_are_kept_for_the_next_time(own: Finished) -> None:
    place, row = own
    async with opened(place, on(row.name)) as pilot:
        await stands(pilot, *ENDED[:4])
        await pilot.press("greater_than_sign")
        await stands(pilot, "picks", "curves", *ENDED[2:4])
        await pilot.press("greater_than_sign")
        await stands(pilot, "picks", ENDED[2], "curves", ENDED[3])
        await pilot.press("less_than_sign", "h")
        chosen = ["picks", *ENDED[2:5]]
        await stands(pilot, *chosen)
        await until(pilot, lambda: "curves" not in (load_settings(place).panes or ("curves",)))
    async with opened(place, on(row.name)) as pilot:
        await stands(pilot, *chosen)
        await pilot.press("c")
        await shows(pilot, "Panes: enter shows or hides one")
        await pilot.press("home")
        await shows(pilot, "Panes: enter shows or hides one", "x  picks", "   curves")
        await pilot.press("enter")
        await shows(pilot, "x  curves")
        await pilot.press("escape")
        await until(pilot, lambda: (load_settings(place).panes or ())[-1:] == ("curves",))


async def test_one_pane_always_stays(own: Finished) -> None:
    place, row = own
    save_settings(place, ScreenSettings(panes=("jobs", "of-a-newer-version")))
    async with opened(place, on(row.name)) as pilot:
        await stands(pilot, "jobs")
        await pilot.press("h")
        await shows(pilot, "Not done", "jobs is the last pane")
        assert load_settings(place).panes == ("jobs", "of-a-newer-version")


async def test_a_key_opens_the_tab_of_a_pane_where_it_stands(own: Finished) -> None:
    async with opened(own[0], on(own[1].name)) as pilot:
        await stands(pilot, *ENDED[:4])
        await pilot.press("right", "t")
        await until(pilot, lambda: getattr(pilot.app.screen, "tab", "") == "picks")
        await shows(pilot, "ag   trial 0")
        await pilot.press("1")
        await stands(pilot, *ENDED[:4])


def is_filled(pilot: Pilot[Any], size: tuple[int, int]) -> bool:
    strips = pilot.app.screen._compositor.render_strips()
    return [strip.cell_length for strip in strips] == [size[0]] * size[1]


@pytest.mark.slow
async def test_any_size_is_filled_and_survived(own: Finished) -> None:
    draw = random.Random(16)
    sizes = [(20, 6), (250, 80), *((draw.randint(20, 250), draw.randint(6, 80)) for _ in range(8))]
    async with opened(own[0], on(own[1].name)) as pilot:
        await stands(pilot, *ENDED[:4])
        for size in sizes:
            await pilot.resize_terminal(*size)
            await until(pilot, partial(is_filled, pilot, size))
            await until(pilot, lambda: wall(pilot).shown)


async def test_before_the_first_point_it_shows_the_plan(place: Workspace) -> None:
    tiny(place, name="new")
    async with opened(place, on("new")) as pilot:
        await stands(pilot, "curves", "jobs")
        await shows(pilot, "first point", "Not started. Press S to start.", "12 → 18 → 24 of 60", "0 of 6 models done")


async def test_what_people_are_waited_for_is_said(place: Workspace, tmp_path: Path) -> None:
    row = tiny(place, *asking(write_photos(tmp_path / "photos")), name="photos")
    asked = watch(place, row.name)
    first = asked.jobs[0]
    request = RequestRow(round=0, asked=12, answered=3)
    waiting = replace(first, row=replace(first.row, request=request), reason="waits for labels: 3 of 12 (round 0)")
    view = replace(asked, jobs=(waiting, *asked.jobs[1:]), state=CampaignState.LABELLING)
    async with Box(OverviewPane(place, row.name), view).run_test(size=(120, 40)) as pilot:
        texts = ("waits for labels: 3 of 12 (round 0)  ", " 25 %", "labels: 3 of 12 (round 0); L labels them")
        await until(pilot, lambda: all(text in seen(pilot) for text in texts))


def busy(view: CampaignView) -> CampaignView:
    """The same campaign while its last job is trained in its last round."""
    job = view.jobs[-1]
    assert job.attempt is not None
    tried = replace(job.attempt, state=AttemptState.RUNNING, activity="training", round=2, epoch=1, epochs=2)
    working = replace(job, row=replace(job.row, state=JobState.RUNNING), attempt=tried)
    return replace(view, jobs=(*view.jobs[:-1], working))


@pytest.mark.slow
async def test_losses_of_what_runs_are_drawn_live(own: Finished) -> None:
    place, row = own
    pane = OverviewPane(place, row.name)
    async with Box(pane, busy(watch(place, row.name))).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "losses  1 job at work" in seen(pilot) and "epoch 1/2" in seen(pilot))
        await until(pilot, lambda: re.search(r"losses.*\n.* → .*\n.*[⠁-⣿]", seen(pilot)))


def test_only_what_is_wanted_is_read_and_what_has_not_changed_is_kept(own: Finished) -> None:
    place, row = own
    view = watch(place, row.name)
    first = load_overview(place, view, wanted={Aspect.CURVES})
    assert first.curves is not None
    assert (first.picks, first.logs, first.agreements) == (None, (), ())
    both = load_overview(place, view, wanted={Aspect.CURVES, Aspect.PICKS, Aspect.LOGS}, before=first)
    assert both.curves is first.curves
    assert both.picks is not None
    assert len(both.logs) == len(view.jobs)
    later = replace(view, jobs=(replace(view.jobs[0], rounds=view.jobs[0].rounds[:-1]), *view.jobs[1:]))
    again = load_overview(place, later, wanted={Aspect.CURVES, Aspect.PICKS}, before=both)
    assert again.curves is not first.curves
    assert again.picks is both.picks


def test_losses_are_those_of_the_round_that_a_job_is_in(own: Finished) -> None:
    place, row = own
    (trained,) = load_overview(place, busy(watch(place, row.name)), wanted={Aspect.LOSSES}).losses
    assert (trained.job, trained.round, len(trained.losses)) == (row.plan.jobs[-1].id, 2, 2)
