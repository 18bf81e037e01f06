"""What somebody at the keys would lose, or be held by, without having asked for it."""

import shutil

import pytest
from textual.events import Key
from textual.widgets import Input

from alwsl_tui.options import Manners
from alwsl_tui.tui.command_palette import ActionPalette
from alwsl_tui.tui.messages import Compared, Opened
from alwsl_tui.tui.parts.logview import LogView, Wanted
from alwsl_tui.tui.questions import AskText, Confirm
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.new import NewScreen
from alwsl_tui.tui.screens.station import StationScreen
from alwsl_tui.tui.tabs import TABS
from campaigns.services.campaigns.delete import delete
from campaigns.services.workspace import Workspace
from tests.stage import tiny
from tests.tui.journeys import ONE, opened, shows
from tests.tui.waiting import rest, seen, until


async def test_escape_clears_what_a_log_is_filtered_by_before_it_leaves(place: Workspace) -> None:
    tiny(place)
    async with opened(place, Manners(campaign="tiny", tab="logs")) as pilot:
        await shows(pilot, "tiny", "on shapes")
        await until(pilot, lambda: pilot.app.screen.query(LogView))
        view = pilot.app.screen.query_one(LogView)
        await until(pilot, lambda: view.has_focus)
        for kind in Wanted:
            view.give(kind, "loss")
            await pilot.press("escape")
            await until(pilot, lambda: view.marks is None and not view.sieve.wanted and not view.sieve.unwanted)
            assert isinstance(pilot.app.screen, CampaignScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, StationScreen))


async def test_a_campaign_that_is_deleted_elsewhere_leaves_its_screen_with_one_notice(place: Workspace) -> None:
    tiny(place)
    async with opened(place, Manners(campaign="tiny", tab="rounds")) as pilot:
        await shows(pilot, "tiny", "on shapes")
        await pilot.press("question_mark")
        delete(place, "tiny")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await shows(pilot, "tiny was deleted elsewhere")
        assert len(pilot.app._notifications) == 1
        await shows(pilot, "No campaigns here yet.")


@pytest.mark.slow
async def test_a_form_that_was_filled_in_is_left_after_a_question(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "begin the demo")
        await pilot.press("n")
        await shows(pilot, "ready")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, StationScreen))
        await pilot.press("n")
        await shows(pilot, "ready")
        await pilot.press("m", "i", "n", "e", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm) and pilot.app.focused is not None)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, NewScreen))
        assert "mine" in pilot.app.screen.query_one("#field-name Input", Input).value
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, Confirm))
        await pilot.press("y")
        await until(pilot, lambda: isinstance(pilot.app.screen, StationScreen))


def has_keys(screen: object, digit: str) -> bool:
    """Whether that tab is the one that is seen, and keys go to it."""
    assert isinstance(screen, CampaignScreen)
    tab = TABS.names()[int(digit) - 1]
    shown = [name for name, pane in screen.panes.items() if pane.display]
    return shown == [tab] and (screen.panes[tab].has_focus or screen.panes[tab].has_focus_within)


@pytest.mark.slow
async def test_keys_belong_to_the_tab_that_is_seen(place: Workspace) -> None:
    tiny(place)
    async with opened(place, Manners(campaign="tiny")) as pilot:
        await shows(pilot, "tiny", "on shapes")
        for order in ("46", "5218", "64", "124683"):
            for key in order:
                pilot.app.post_message(Key(key, key))
            await until(pilot, lambda order=order: has_keys(pilot.app.screen, order[-1]))  # type: ignore[misc]


async def test_a_home_that_is_gone_is_not_made_anew(place: Workspace) -> None:
    tiny(place)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        # At once: a look into a home that is half deleted meets other trouble first.
        shutil.rmtree(place.home.folder.replace(place.home.folder.with_name("gone")))
        await shows(pilot, "is gone", "put it back")
        await rest(pilot, 1.2)
        assert not place.home.folder.exists()
        assert len(pilot.app._notifications) == 1
        assert "Traceback" not in seen(pilot)


@pytest.mark.parametrize("size", [(2, 1), (1, 1), (40, 12)])
async def test_pages_are_turned_in_a_palette_and_a_list_of_any_size(place: Workspace, size: tuple[int, int]) -> None:
    async with opened(place, size=size) as pilot:
        for key in ("ctrl+p", "down", "pagedown", "pageup", "escape", "comma", "pagedown", "pageup", "end", "pageup"):
            pilot.app.post_message(Key(key, None))
            await pilot.pause(0.05)
        assert pilot.app.is_running


async def test_an_action_of_a_screen_that_has_closed_does_nothing(place: Workspace) -> None:
    for name in ("tiny", "other"):
        tiny(place, *ONE, name=name)
    async with opened(place) as pilot:
        await shows(pilot, "tiny", "other")
        pilot.app.post_message(Compared(("tiny", "other")))
        await until(pilot, lambda: type(pilot.app.screen).__name__ == "CompareScreen")
        compared = pilot.app.screen
        await shows(pilot, "Recipes differ in")
        await pilot.app.pop_screen()
        assert await pilot.app.run_action("absolute", compared)
        assert pilot.app.is_running


async def test_the_palette_is_opened_once_also_when_a_campaign_opens_above_it(place: Workspace) -> None:
    tiny(place, *ONE)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ActionPalette))
        pilot.app.post_message(Opened("tiny"))
        await until(pilot, lambda: isinstance(pilot.app.screen, CampaignScreen))
        await pilot.press("ctrl+p")
        await shows(pilot, "1 Overview")
        assert pilot.app.is_running


@pytest.mark.slow
async def test_the_palette_is_opened_again_while_the_last_one_still_goes(place: Workspace) -> None:
    async with opened(place) as pilot:
        await pilot.press("ctrl+p")
        await shows(pilot, "Search for commands")
        pilot.app.pop_screen()
        pilot.app.action_command_palette()
        await shows(pilot, "Search for commands")
        await pilot.press("escape")
        await shows(pilot, "begin the demo", but="Search for commands")
        assert pilot.app.is_running


async def test_what_somebody_has_typed_is_no_markup_for_the_palette(place: Workspace) -> None:
    tiny(place)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("slash")
        pilot.app.screen.query_one("#filter", Input).value = "[e a=-b [@click=app.quit]x"
        await pilot.press("ctrl+p")
        await shows(pilot, "Search for commands", "alwsl-tui list --filter '[e a=-b [@click=app.quit]x'")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "told"),
    [("~'hl;a6 6", "there is no folder"), (300 * "a", "cannot be a path here")],
    ids=["nobody", "long"],
)
async def test_a_path_that_can_be_none_is_told_below_its_line(place: Workspace, typed: str, told: str) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "No campaigns here yet.")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(pilot.app.screen, AskText) and isinstance(pilot.app.focused, Input))
        pilot.app.screen.query_one(Input).value = typed
        await pilot.press("enter")
        await shows(pilot, told)
