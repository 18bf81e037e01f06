"""The screen that tells every key of a place, and its command line."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Static

from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.screens.keys import MOTIONS, KeysScreen
from alwsl_tui.tui.tabs import actions_of
from tests.tui.waiting import seen, until

PLACES = (Place.LOG, "logs", Place.CAMPAIGN, Place.ANYWHERE)
"""From the nearest one outwards."""


class Log(Static, can_focus=True):
    """A place within a tab."""

    PLACE = Place.LOG
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(actions_of(Place.LOG))]


class Logs(Container):
    """A place within a campaign."""

    PLACE = "logs"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(actions_of("logs"))]

    def compose(self) -> ComposeResult:
        yield Log()

    def facts(self) -> dict[str, str]:
        return {"job": "arm-0-ag", "attempt": "2"}


class Campaign(Screen[None]):
    """A place around it."""

    PLACE = Place.CAMPAIGN

    def compose(self) -> ComposeResult:
        yield Logs()

    def facts(self) -> dict[str, str]:
        return {"name": "my [b]campaign\x1b"}


class Host(App[None]):
    """The place around everything."""

    PLACE = Place.ANYWHERE

    def get_default_screen(self) -> Campaign:
        return Campaign()

    def open(self, *, is_readonly: bool = False) -> None:
        self.push_screen(KeysScreen(self.screen.query_one(Log), is_readonly=is_readonly))

    @property
    def text(self) -> str:
        return "".join(str(one.visual) for one in self.screen.query("#keys-text").results(Static))


async def test_every_action_of_every_place_is_there_with_its_command_line() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in app.text)
        for place in PLACES:
            assert place.capitalize() in app.text
            assert all(action.title in app.text for action in actions_of(place))
        assert "--job arm-0-ag --attempt 2" in app.text
        assert all(said in app.text for _, said in MOTIONS)
        assert (
            app.text.index("Log\n") < app.text.index("Logs\n") < app.text.index("Campaign") < app.text.index("Anywhere")
        )


async def test_names_from_outside_are_neither_markup_nor_orders() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in app.text)
        assert "my [b]campaign\\x1b" in app.text
        assert "\x1b" not in app.text


async def test_in_a_readonly_program_what_changes_something_is_marked() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open(is_readonly=True)
        await until(pilot, lambda: "Moving about" in app.text)
        marked = [line for line in app.text.splitlines() if "(readonly)" in line]
        every = [action for place in PLACES for action in actions_of(place)]
        assert len(marked) == sum(action.is_change for action in every)
        assert "grey: not with --readonly" in seen(pilot)


@pytest.mark.parametrize("key", ["escape", "q", "question_mark"])
async def test_it_fits_the_smallest_screen_by_scrolling_and_closes(key: str) -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in app.text)
        assert "Moving about" not in seen(pilot)
        await pilot.press("end")
        await until(pilot, lambda: "campaigns go on" in seen(pilot))
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Campaign))
