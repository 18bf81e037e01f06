"""The screen of choices and of what this machine can do."""

import pytest
from textual.app import App
from textual.widgets import OptionList, Static

from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.messages import Chosen
from alwsl_tui.tui.screens.settings import SettingsScreen, settings
from alwsl_tui.tui.theme import theme_of
from campaigns.home.preferences import ScreenSettings
from campaigns.services.workspace import Workspace
from tests.tui.waiting import seen, until

NOTHING = ScreenSettings()


class Host(App[None]):
    """Follows a theme, and notes everything that is chosen."""

    def __init__(self, place: Workspace, manners: Manners, chosen: ScreenSettings) -> None:
        super().__init__()
        for palette in THEMES.values():
            self.register_theme(theme_of(palette))
        self.theme = "dark"
        self.shown = SettingsScreen(place, manners, chosen)
        self.chosen: list[Chosen] = []

    def on_mount(self) -> None:
        self.push_screen(self.shown)

    def on_chosen(self, message: Chosen) -> None:
        self.chosen.append(message)
        if message.theme is not None:
            self.theme = message.theme

    async def pick(self, option: str) -> None:
        options = self.shown.query_one(OptionList)
        options.highlighted = options.get_option_index(option)
        options.action_select()


async def test_a_choice_acts_at_once_and_is_told_to_the_application(place: Workspace) -> None:
    app = Host(place, Manners(), NOTHING)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "(default)" in seen(pilot))
        options = app.shown.query_one(OptionList)
        await until(pilot, lambda: options.has_focus and options.highlighted == 1 + list(THEMES).index("dark"))
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.theme == "light" and "light  (chosen in this home)" in seen(pilot))
        await app.pick("images:blocks")
        await app.pick("ascii:yes")
        await until(pilot, lambda: len(app.chosen) == 3)
        assert app.chosen == [Chosen(theme="light"), Chosen(images="blocks"), Chosen(is_ascii=True)]
        texts = ("blocks  (chosen in this home)", "yes  (chosen in this home)")
        await until(pilot, lambda: all(text in seen(pilot) for text in texts))


async def test_the_machine_is_told_with_what_is_missing(place: Workspace) -> None:
    app = Host(place, Manners(), NOTHING)
    async with app.run_test(size=(120, 40)) as pilot:

        def machine() -> str:
            return str(app.shown.query_one("#machine", Static).visual)

        texts = ("Python", "torch", place.home.folder.name, "alwsl-tui 0")
        await until(pilot, lambda: all(text in machine() for text in texts))


@pytest.mark.parametrize("key", ["escape", "q", "comma"])
async def test_it_fits_the_smallest_screen_and_closes(place: Workspace, key: str) -> None:
    app = Host(place, Manners(), NOTHING)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "This machine" in seen(pilot))
        await pilot.press("end")
        await until(pilot, lambda: "ASCII only" in seen(pilot))
        await pilot.press(key)
        await until(pilot, lambda: app.screen is not app.shown)


@pytest.mark.parametrize(
    ("manners", "chosen", "expected"),
    [
        (Manners(), NOTHING, ("default", "default", "default")),
        (Manners(), ScreenSettings("dark", "off", is_ascii=False), ("chosen in this home",) * 3),
        (Manners(theme="dark", images=Images.SIXEL, is_ascii=True), NOTHING, ("command line",) * 3),
        (Manners(), ScreenSettings("gone", "holograms"), ("default", "default", "default")),
        (
            Manners(images=Images.SIXEL, is_ascii=True), ScreenSettings(None, "off", is_ascii=False),
            ("default", "command line; kept for later: off", "command line; kept for later: no"),
        ),
        (Manners(theme="light"), ScreenSettings("dark"), ("chosen in this home", "default", "default")),
    ],
)  # fmt: skip
def test_each_setting_says_where_it_comes_from(
    manners: Manners, chosen: ScreenSettings, expected: tuple[str, ...]
) -> None:
    assert tuple(setting.source for setting in settings(manners, chosen, "dark")[:3]) == expected


def test_what_holds_is_always_one_of_the_options() -> None:
    for manners in (Manners(), Manners(theme="mono", images=Images.KITTY, is_ascii=True)):
        for setting in settings(manners, ScreenSettings("dark", "holograms"), "dark"):
            assert setting.value in setting.options
