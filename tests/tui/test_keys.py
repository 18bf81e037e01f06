"""The screen that tells every key of a place, and its command line."""

from functools import partial
from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Static
from textual.widgets._footer import FooterKey

from alwsl_tui.options import Manners
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.keys import MOTIONS, KeysScreen
from alwsl_tui.tui.tabs import actions_of
from campaigns.services.workspace import Workspace
from tests.stage import tiny
from tests.tui.waiting import seen, settled, until

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
        return self.said("#keys-text")

    def said(self, name: str) -> str:
        return "".join(str(one.visual) for one in self.screen.query(name).results(Static))


def keys_of(app: Host) -> KeysScreen:
    assert isinstance(app.screen, KeysScreen)
    return app.screen


def is_told(app: Host, at: int, told: str) -> bool:
    """Whether the cursor is at that entry, and this its command line."""
    return keys_of(app).cursor == at and app.said("#keys-command") == told


async def test_every_action_of_every_place_is_there_on_one_screen() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in seen(pilot))
        for place in PLACES:
            assert place.capitalize() in app.text
            assert [action.title for action in actions_of(place) if action.title not in seen(pilot)] == []
        assert all(said in seen(pilot) for _, said in MOTIONS)
        headings = [line.text for line in keys_of(app).lines if line.is_heading]
        assert headings == ["Log", "Logs", "Campaign", "Anywhere", "Moving about"]


@pytest.mark.slow
async def test_the_command_line_of_the_entry_under_the_cursor_is_told_once() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in app.text)
        lines = [line for line in keys_of(app).lines if not line.is_heading]
        for at, line in enumerate(lines):
            told = f"$ {line.command}" if line.command else ""
            await until(pilot, partial(is_told, app, at, told))
            await pilot.press("down")
        assert "--job arm-0-ag --attempt 2" in lines[0].command
        assert seen(pilot).count("alwsl-tui") <= 1


async def test_a_filter_leaves_the_entries_that_hold_its_letters() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.open()
        await until(pilot, lambda: "Log" in app.text)
        await pilot.press("slash", *"previous")
        left = ["Previous match", "Previous error", "Previous round", "Previous epoch"]
        await until(pilot, lambda: [line.text for line in keys_of(app)._entries()] == left)
        await until(pilot, lambda: "Start" not in app.text and "Logs" not in app.text)
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is None)
        await pilot.press("down")
        await until(pilot, lambda: app.said("#keys-command").endswith("--grep error"))
        await pilot.press("escape")
        await until(pilot, lambda: "Start" in app.text)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Campaign))


async def test_left_and_right_go_to_the_column_beside() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in app.text)
        screen = keys_of(app)
        columns = [[line for line in column if not line.is_heading] for column in screen._columns(screen._shown())]
        assert len(columns) == 3
        await pilot.press("down", "right")
        await until(pilot, lambda: screen._entries()[screen.cursor] == columns[1][1])
        await pilot.press("left")
        await until(pilot, lambda: screen._entries()[screen.cursor] == columns[0][1])


async def test_names_from_outside_are_neither_markup_nor_orders() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open()
        await until(pilot, lambda: "my [b]campaign\\x1b" in app.said("#keys-command"))
        await until(pilot, lambda: "Moving about" in seen(pilot))
        assert "\x1b" not in seen(pilot)


async def test_in_a_readonly_program_what_changes_something_is_marked() -> None:
    app = Host()
    async with app.run_test(size=(140, 40)) as pilot:
        app.open(is_readonly=True)
        await until(pilot, lambda: "Moving about" in app.text)
        every = [action for place in PLACES for action in actions_of(place)]
        assert app.text.count("(readonly)") == sum(action.is_change for action in every)
        await until(pilot, lambda: "grey: not with --readonly" in seen(pilot))


@pytest.mark.parametrize("key", ["escape", "q", "question_mark"])
async def test_it_fits_the_smallest_screen_by_scrolling_and_closes(key: str) -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.open()
        await until(pilot, lambda: "Moving about" in app.text and "Log" in seen(pilot))
        await pilot.press("end")
        await until(pilot, lambda: "campaigns go on" in seen(pilot))
        await pilot.press(key)
        await until(pilot, lambda: isinstance(app.screen, Campaign))


def listed(pilot: Pilot[None]) -> set[str]:
    """Return the actions whose keys stand at the bottom."""
    return {key.action for key in pilot.app.screen.query(FooterKey)}


@pytest.mark.parametrize(("name", "is_listed"), [("photos", True), ("measured", False)])
async def test_the_key_that_labels_is_listed_where_people_label_alone(
    photos: Workspace, name: str, is_listed: bool
) -> None:
    tiny(photos, name="measured")
    async with AlwslApp(photos, Manners(campaign=name)).run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "pause" in listed(pilot) and name in seen(pilot))
        await settled(pilot)
        assert ("label" in listed(pilot)) is is_listed
