"""Every screen and tab in every size, in every theme and in ASCII: nothing breaks, nothing is wider than its place."""

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.tabs import TABS, actions_of
from alwsl_tui.tui.widgets.tabbar import TabBar
from campaigns.services.workspace import Workspace, open_workspace
from tests.stage import tiny
from tests.tui.tour import record, tour
from tests.tui.waiting import seen, until

Two = tuple[Workspace, tuple[str, str]]
GLANCE, NORMAL = (40, 12), (80, 24)
SIZES = (GLANCE, NORMAL, (120, 40), (200, 60))


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    """A home with a finished campaign and one that has not begun."""
    place = open_workspace(tmp_path_factory.mktemp("two"))
    tiny(place, 'criteria.names=["random"]', name="other")
    record(place, tiny(place, name="first"))  # the newest is the first in the list
    return place, ("first", "other")


@pytest.mark.slow
@pytest.mark.long
async def test_in_ascii_everything_is_ascii_and_fits_and_the_last_line_has_the_keys(two: Two) -> None:
    place, names = two
    app = AlwslApp(place, Manners(is_ascii=True, images=Images.BLOCKS))
    async with app.run_test(size=NORMAL) as pilot:
        async for what in tour(pilot, names, is_brief=True):
            for size in (GLANCE, NORMAL) if what in TABS else (NORMAL,):
                await resized(pilot, size, what)
                assert seen(pilot).isascii(), f"{what}\n{seen(pilot)}"
            keys = [f"{one.shown_key} {one.short}" for one in actions_of(what) if one.short] if what in TABS else []
            assert all(key in seen(pilot).splitlines()[-1] for key in keys), f"{what}\n{seen(pilot)}"


@pytest.mark.slow
@pytest.mark.long
async def test_everything_fits_every_size_in_every_theme(two: Two) -> None:
    place, names = two
    app = AlwslApp(place, Manners(images=Images.BLOCKS))
    async with app.run_test(size=NORMAL) as pilot:
        async for what in tour(pilot, names):
            for size in (*SIZES, NORMAL):
                await resized(pilot, size, what)
            await pilot.press("ctrl+t")


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("width", [40, 60, 80])
async def test_the_tab_on_top_is_always_written_out_and_every_digit_is_seen(width: int, tab: str) -> None:
    app = Bar()
    async with app.run_test(size=(width, 3)) as pilot:
        app.bar.active = tab
        name = f" {TABS.names().index(tab) + 1} {tab.capitalize()}"
        await until(pilot, lambda: name in f" {seen(pilot).splitlines()[0]}")
        line = seen(pilot).splitlines()[0]
        assert [word for word in line.split() if word.isdigit()] == list("123456789")
        assert width < 80 or all(name.capitalize() in line for name in TABS)


async def resized(pilot: Pilot[None], size: tuple[int, int], what: str) -> None:
    """Give the terminal another size; every line of the screen must then be as wide as that."""

    def is_filled() -> bool:
        strips = pilot.app.screen._compositor.render_strips()
        return [strip.cell_length for strip in strips] == [size[0]] * size[1]

    await pilot.resize_terminal(*size)
    try:
        await until(pilot, is_filled)
    except AssertionError as error:
        error.add_note(f"{what} in {size}")
        raise


class Bar(App[None]):
    """Tabs alone."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = TabBar(TABS.names())

    def compose(self) -> ComposeResult:
        yield self.bar
