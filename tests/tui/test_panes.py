"""What every tab is held to by being in the registry, and one that is added in one file."""

import sys
from pathlib import Path

import pytest
from textual.events import Resize
from textual.geometry import Size

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.tabs import TABS, Tab
from campaigns.core.ids import NAME
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.distributions import install, run_with
from tests.stage import tiny
from tests.tui.waiting import until

every_tab = pytest.mark.parametrize("tab", TABS.values(), ids=str)


@every_tab
def test_its_pane_is_a_place_of_its_name_whose_actions_are_all_its_own(tab: Tab) -> None:
    assert NAME.fullmatch(tab.name)
    assert tab.name == tab.pane.PLACE
    assert all(action.place == tab.name for action in tab.actions)


@every_tab
async def test_it_opens_before_anything_is_measured_and_says_whose_it_is(tab: Tab, place: Workspace) -> None:
    row = tiny(place)
    app = AlwslApp(place, Manners(campaign=row.name, tab=tab.name, images=Images.BLOCKS))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen) and tab.name in app.screen.panes)
        assert isinstance(app.screen, CampaignScreen)
        pane = app.screen.panes[tab.name]
        await until(pilot, lambda: pane.campaign is not None)
        assert pane.facts().get("name", row.name) == row.name


@every_tab
async def test_what_arrives_while_it_goes_is_nobodys(tab: Tab, place: Workspace) -> None:
    row = tiny(place)
    app = AlwslApp(place, Manners(campaign=row.name, tab=tab.name, images=Images.BLOCKS))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen) and tab.name in app.screen.panes)
        assert isinstance(app.screen, CampaignScreen)
        pane = app.screen.panes[tab.name]
        await until(pilot, lambda: pane.content is not None)
        parts = list(pane.walk_children(with_self=True))
        content, pane.content = pane.content, None
        removed = pane.remove()
        for part in parts:
            part.post_message(Looking.Found(content, pane._turn))
            part.post_message(Resize(Size(61, 19), Size(61, 19)))
        await removed
        assert app.is_running
        assert pane.content is None


SOURCE = """
from textual.app import ComposeResult
from textual.widgets import Static

from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.tabs import Tab
from campaigns.services.monitor.show import watch

ACTIONS = (Action("jobs", "count", "o", "Count the jobs", "alwsl-tui show {name}", short="count"),)


class JobsPane(Pane):
    PLACE = "jobs"
    BINDINGS = [*bindings(ACTIONS)]

    def compose(self) -> ComposeResult:
        yield Static(id="jobs-text")

    def read(self):
        return len(watch(self.workspace, self.name_).jobs)

    def show(self, content) -> None:
        self.query_one("#jobs-text").update(f"{content} jobs altogether")

    def action_count(self) -> None:
        self.notify("counted")


JOBS = Tab("jobs", JobsPane, ACTIONS)
"""
SHOWN = """
import asyncio, sys
from pathlib import Path

from alwsl_tui.options import Manners
from alwsl_tui.tui.app import AlwslApp
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import open_workspace
from tests.tui.waiting import seen, until


async def main() -> None:
    app = AlwslApp(open_workspace(Path(sys.argv[1])), Manners(campaign=sys.argv[2], tab="jobs"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "jobs altogether" in seen(pilot) and "o count" in seen(pilot))
        print(seen(pilot))
        await pilot.press("1")
        await until(pilot, lambda: "jobs altogether" not in seen(pilot))
        await pilot.press("0")
        await until(pilot, lambda: "jobs altogether" in seen(pilot))


asyncio.run(main())
"""


@pytest.mark.slow
def test_a_pane_of_one_file_is_a_tab_with_its_digit_and_its_keys(
    finished: tuple[Workspace, CampaignRow], tmp_path: Path
) -> None:
    place, row = finished
    packages = install(tmp_path / "p", "alwsl_jobs", SOURCE, group="alwsl_tui.panes", entries={"jobs": "JOBS"})
    screen = run_with(packages, [sys.executable, "-c", SHOWN, str(place.home.folder), row.name])
    assert "9 Report  0 Jobs" in screen
    assert f"{len(watch(place, row.name).jobs)} jobs altogether" in screen
    assert "o count" in screen
