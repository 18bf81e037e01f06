"""A key that is pressed again while a screen closes or opens closes or opens no other one."""

import pytest
from textual.events import Key
from textual.pilot import Pilot

from alwsl_tui.options import Manners
from alwsl_tui.tui.questions import AskOne, AskText, Confirm
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.compare import CompareScreen
from alwsl_tui.tui.screens.guide import GuideScreen
from alwsl_tui.tui.screens.keys import KeysScreen
from alwsl_tui.tui.screens.new import NewScreen
from alwsl_tui.tui.screens.settings import SettingsScreen
from alwsl_tui.tui.screens.station import StationScreen
from campaigns.services.workspace import Workspace
from tests.stage import tiny
from tests.tui.journeys import opened, shows
from tests.tui.waiting import seen, until

HELD = 5
"""Times a key comes before the screen has answered to the first."""


def kinds(pilot: Pilot[None]) -> list[type]:
    return [type(screen) for screen in pilot.app.screen_stack]


async def hold(pilot: Pilot[None], key: str) -> None:
    """Hold a key down: it comes again before anybody has answered to it."""
    for at in range(HELD):
        event = Key(key, None)
        event.time += at and 0.25 + 0.03 * at  # a keyboard begins to repeat it after a while
        pilot.app.post_message(event)
    await pilot.pause()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tab", "key", "above"),
    [
        ("logs", "slash", AskText),
        ("logs", "l", AskOne),
        ("curves", "X", Confirm),
        ("curves", "question_mark", KeysScreen),
        ("curves", "comma", SettingsScreen),
    ],
)
async def test_a_screen_that_is_closed_again_closes_no_other(place: Workspace, tab: str, key: str, above: type) -> None:
    tiny(place)
    async with opened(place, Manners(campaign="tiny", tab=tab)) as pilot:
        await shows(pilot, "tiny", "on shapes")
        await pilot.press(key)
        await until(pilot, lambda: kinds(pilot) == [StationScreen, CampaignScreen, above])
        top = pilot.app.screen
        for _ in range(3):
            top.dismiss(None)  # before it is composed, it closes then
        await until(pilot, lambda: top not in pilot.app.screen_stack)
        assert kinds(pilot) == [StationScreen, CampaignScreen]


@pytest.mark.parametrize(("key", "held"), [("slash", "enter"), ("C", "enter")])
async def test_a_key_held_on_a_question_closes_that_alone(place: Workspace, key: str, held: str) -> None:
    tiny(place)
    async with opened(place, Manners(campaign="tiny", tab="logs")) as pilot:
        await shows(pilot, "tiny", "on shapes")
        await pilot.press(key)
        await until(pilot, lambda: len(kinds(pilot)) == 3 and pilot.app.focused is not None)
        await hold(pilot, held)
        await until(pilot, lambda: len(kinds(pilot)) < 3)
        await shows(pilot, "tiny", "on shapes")
        assert kinds(pilot) == [StationScreen, CampaignScreen]


async def test_enter_held_on_a_question_of_the_station_ends_nothing(place: Workspace) -> None:
    tiny(place)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("X")
        await until(pilot, lambda: kinds(pilot) == [StationScreen, Confirm] and pilot.app.focused is not None)
        await hold(pilot, "enter")
        await shows(pilot, "1 campaign", "tiny")
        assert pilot.app.is_running


async def test_the_guide_opens_once_and_closes_once(place: Workspace) -> None:
    tiny(place)
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        await pilot.press("question_mark")
        await until(pilot, lambda: kinds(pilot) == [StationScreen, KeysScreen])
        await hold(pilot, "g")
        await until(pilot, lambda: GuideScreen in kinds(pilot))
        assert kinds(pilot) == [StationScreen, KeysScreen, GuideScreen]
        guide = pilot.app.screen
        for _ in range(3):
            guide.dismiss(None)  # before it is composed, it closes then
        await until(pilot, lambda: guide not in pilot.app.screen_stack)
        # A key that was still on its way may have opened another one by now; no other screen has closed.
        assert kinds(pilot) in ([StationScreen, KeysScreen], [StationScreen, KeysScreen, GuideScreen])


@pytest.mark.parametrize(
    ("tab", "key", "above"),
    [("logs", "slash", AskText), ("logs", "l", AskOne), ("curves", "X", Confirm), ("curves", "V", AskOne)],
)
async def test_a_key_held_opens_one_question(place: Workspace, tab: str, key: str, above: type) -> None:
    tiny(place)
    tiny(place, name="other")
    async with opened(place, Manners(campaign="tiny", tab=tab)) as pilot:
        await shows(pilot, "tiny", "on shapes")
        await hold(pilot, key)
        await until(pilot, lambda: above in kinds(pilot))
        await pilot.pause(0.2)
        assert kinds(pilot) == [StationScreen, CampaignScreen, above]


async def test_enter_held_on_a_list_takes_once(place: Workspace) -> None:
    tiny(place)
    tiny(place, name="other")
    async with opened(place, Manners(campaign="tiny")) as pilot:
        await shows(pilot, "tiny", "on shapes")
        await pilot.press("V")
        await until(pilot, lambda: AskOne in kinds(pilot) and pilot.app.focused is not None)
        await hold(pilot, "enter")
        await until(pilot, lambda: CompareScreen in kinds(pilot))
        assert kinds(pilot) == [StationScreen, CampaignScreen, CompareScreen]


@pytest.mark.slow
async def test_the_form_opens_once(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "begin the demo")
        await hold(pilot, "n")
        await until(pilot, lambda: NewScreen in kinds(pilot))
        assert kinds(pilot) == [StationScreen, NewScreen]
        await shows(pilot, "ready")


async def test_what_is_answered_under_another_screen_is_answered_when_that_is_gone(place: Workspace) -> None:
    tiny(place)
    answers: list[bool | None] = []
    async with opened(place) as pilot:
        await shows(pilot, "tiny")
        question = Confirm("Really?", "Nothing is lost.", command="true")
        pilot.app.push_screen(question, answers.append)
        pilot.app.push_screen(KeysScreen(pilot.app.screen, is_readonly=False))
        await until(pilot, lambda: KeysScreen in kinds(pilot) and "g guide" in seen(pilot))
        question.dismiss(True)
        assert kinds(pilot) == [StationScreen, Confirm, KeysScreen]
        assert answers == []
        await pilot.press("escape")
        await until(pilot, lambda: kinds(pilot) == [StationScreen])
        assert answers == [True]
