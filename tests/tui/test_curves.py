"""Curves: which axes there are, whose line is bright, a chart for each class."""

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from alwsl_tui.tui.panes.curves import CurvesContent, CurvesPane
from alwsl_tui.tui.widgets.chart import CurveChart
from campaigns.reporting.series import Axis
from campaigns.services.results.curves import load_curves, load_curves_by_class
from campaigns.services.workspace import open_workspace
from tests.conftest import Campaign
from tests.tui.still import CRITERIA, CURVES, PLAN, ROW, Still, StillCampaign
from tests.tui.waiting import seen, until


class ByClass(CurvesPane):
    """The same curves for every class."""

    def read(self) -> CurvesContent:
        parts = tuple((name, CURVES) for name in PLAN.classes) if self.is_by_class else ()
        return CurvesContent(ROW, CURVES, "", parts)


async def opened(pilot: Pilot[Any]) -> CurvesPane:
    await until(pilot, lambda: "labelled images" in seen(pilot))
    return pilot.app.screen.query_one(CurvesPane)


async def test_only_axes_that_have_values_are_offered(tmp_path: Path) -> None:
    usual = open_workspace(tmp_path)
    async with Still(usual, StillCampaign(usual, "curves", ByClass)).run_test(size=(120, 40)) as pilot:
        pane = await opened(pilot)
        offered = []
        for _ in range(4):
            await pilot.press("x")
            offered.append(pane.look_of.axis)
        # Nothing ran on a GPU.
        assert offered == [Axis.DECISIONS, Axis.SECONDS, Axis.IMAGES, Axis.DECISIONS]


async def test_the_focus_goes_from_criterion_to_criterion(tmp_path: Path) -> None:
    usual = open_workspace(tmp_path)
    async with Still(usual, StillCampaign(usual, "curves", ByClass)).run_test(size=(120, 40)) as pilot:
        pane = await opened(pilot)
        chart = pane.query_one(CurveChart)
        focused = [chart.look.focus]
        for key in ("f", "down", "up", "f", "f", "f"):
            await pilot.press(key)
            focused.append(chart.look.focus)
        assert focused == [CRITERIA[at] for at in (0, 1, 2, 1, 2, 3, 0)]


async def test_a_key_shows_a_chart_for_each_class_and_one_again(tmp_path: Path) -> None:
    usual = open_workspace(tmp_path)
    async with Still(usual, StillCampaign(usual, "curves", ByClass)).run_test(size=(120, 40)) as pilot:
        await opened(pilot)
        await pilot.press("m")
        await until(pilot, lambda: all(name in seen(pilot) for name in PLAN.classes))
        await pilot.press("m")
        await until(pilot, lambda: "aeroplane" not in seen(pilot))


def test_the_curves_of_a_class_are_those_of_it_alone(finished: Campaign) -> None:
    place, row = finished
    by_class = load_curves_by_class(place, row.name)
    assert by_class
    assert [name for name, _ in by_class] == list(load_curves(place, row.name).known)
    for name, result in by_class:
        assert result == load_curves(place, row.name, classes=(name,))
