"""The first screen: it says at once what it is doing, and draws again only what has changed."""

import gc
import importlib.util
from dataclasses import replace
from pathlib import Path
from threading import Event
from weakref import ref

import pytest
from textual._styles_cache import StylesCache
from textual.screen import Screen
from textual.widgets import Input, Static
from textual.widgets._footer import FooterKey

import alwsl_tui.tui.app
from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.app import AlwslApp
from alwsl_tui.tui.screens.campaign import CampaignScreen
from alwsl_tui.tui.screens.compare import CompareScreen
from alwsl_tui.tui.screens.new import NewScreen
from alwsl_tui.tui.screens.station import NEXT, StationScreen
from alwsl_tui.tui.screens.station_rows import Rows
from alwsl_tui.tui.widgets.keyline import KeyLine
from alwsl_tui.tui.widgets.listing import Listing
from campaigns.services.station.list import load_campaigns
from campaigns.services.station.station import StationView
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import delete_campaign
from campaigns.store.rows import CampaignRow
from tests.patience import patience
from tests.stage import tiny
from tests.tui.desk import labelling
from tests.tui.waiting import seen, until

DARK, LIGHT = THEMES["dark"], THEMES["light"]


class Slow(StationScreen):
    """Reads as slowly as a disk can be."""

    gate = Event()

    def read(self) -> StationView:
        self.gate.wait(patience())
        return super().read()


class Opened(AlwslApp):
    """The program with such a first screen."""

    CSS_PATH = str(Path(alwsl_tui.tui.app.__file__).with_name("app.tcss"))

    def get_default_screen(self) -> Screen[None]:
        return Slow(self.workspace, self.manners)


async def test_a_home_that_is_still_being_read_does_not_count_as_empty(place: Workspace) -> None:
    app = Opened(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        try:
            await until(pilot, lambda: "reading the campaigns" in seen(pilot))
            assert "No campaigns" not in seen(pilot)
        finally:
            Slow.gate.set()
        await until(pilot, lambda: "No campaigns here yet" in seen(pilot))
        assert "reading the campaigns" not in seen(pilot)


@pytest.mark.slow
async def test_a_filter_that_nothing_fits_says_so_and_names_the_way_back(place: Workspace) -> None:
    tiny(place)
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query_one(Listing).rows)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"nowhere")
        await until(pilot, lambda: "No campaign matches the filter." in seen(pilot))
        assert "begin the demo" not in seen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen.query_one(Listing).rows)


async def test_where_there_are_campaigns_the_demo_is_asked_about_first(place: Workspace) -> None:
    tiny(place)
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query_one(Listing).rows)
        await pilot.press("b")
        await until(pilot, lambda: "Begin the demo?" in seen(pilot) and "two cores for a minute or two" in seen(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, StationScreen))
    assert [line.row.name for line in load_campaigns(place)] == ["tiny"]


async def test_a_misspelt_filter_is_told_below_its_line_while_it_is_typed(place: Workspace) -> None:
    tiny(place)
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query_one(Listing).rows)
        hint = app.screen.query_one("#filter-hint", Static)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"state:new")
        line = app.screen.query_one("#filter", Input)
        await until(pilot, lambda: line.value == "state:new" and not hint.display)
        await pilot.press(*"x")
        await until(pilot, lambda: hint.display and "no campaign is ever 'newx': did you mean 'new'?" in seen(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: not hint.display)


@pytest.mark.slow
async def test_a_screen_hides_the_one_below_it(finished: tuple[Workspace, CampaignRow]) -> None:
    place, row = finished
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query(Listing))
        above: list[Screen[None] | Screen[str | None]] = [
            CampaignScreen(place, row.name, tab=None, manners=Manners(), images=Images.OFF),
            CompareScreen(place, (row.name, row.name)),
            NewScreen(place, source=None, is_readonly=False),
        ]
        assert app.screen.styles.background.a == 1
        for screen in above:
            await app.push_screen(screen)
            # What can be seen through is drawn again below with every paint.
            assert app.screen.styles.background.a == 1, screen
            await app.pop_screen()


@pytest.mark.slow
async def test_a_campaign_can_be_left_before_it_has_drawn_anything(finished: tuple[Workspace, CampaignRow]) -> None:
    place, row = finished
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in range(5):
            await app.push_screen(CampaignScreen(place, row.name, tab=None, manners=Manners(), images=Images.OFF))
            await app.pop_screen()
        await until(pilot, lambda: app.screen.query_one(Listing).rows)


@pytest.mark.slow
async def test_a_campaign_that_was_left_is_forgotten(finished: tuple[Workspace, CampaignRow]) -> None:
    place, _ = finished
    app = AlwslApp(place, Manners())
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query_one(Listing).rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen) and app.screen.panes)
        left = ref(app.screen)
        await pilot.press("q")
        # Whoever keeps the program open all day looks into campaigns again and again.
        await until(pilot, lambda: gc.collect() >= 0 and left() is None)


@pytest.mark.slow
async def test_no_more_than_lines_of_keys_outlive_a_screen_that_was_left(
    finished: tuple[Workspace, CampaignRow],
) -> None:
    place, _ = finished
    app = AlwslApp(place, Manners())

    def left_over() -> int:
        """Lines that are kept of widgets that are gone, but for those of one line: keys change while a screen lives."""
        gc.collect()
        living = {id(one._styles_cache) for screen in app.screen_stack for one in [screen, *screen.query("*")]}
        caches = [one for one in gc.get_objects() if type(one) is StylesCache and id(one) not in living]
        return sum(len(one._cache) for one in caches if len(one._cache) > 1)

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query_one(Listing).rows)
        before = left_over()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CampaignScreen) and app.screen.panes)
        for key in ("1", "2", "4", "5", "6"):
            await pilot.press(key)
        await pilot.press("q")
        await until(pilot, lambda: isinstance(app.screen, StationScreen) and left_over() <= before)


@pytest.mark.slow
async def test_keys_that_are_no_longer_shown_are_forgotten(finished: tuple[Workspace, CampaignRow]) -> None:
    # With a campaign: the picture of an empty home is drawn in a thread, and what a thread has half made must not be
    # held by whoever asks for all objects.
    app = AlwslApp(finished[0], Manners())

    def gathered() -> int:
        gc.collect()
        return sum(type(one) is FooterKey for one in gc.get_objects())

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.screen.query(FooterKey))
        line = app.screen.query_one(KeyLine)
        shown, before = len(line.query(FooterKey)), gathered()
        for key in ("slash", "escape") * 3:
            old = line.children[0]
            await pilot.press(key)
            await until(pilot, lambda old=old: line.children and line.children[0] is not old)  # type: ignore[misc]
        await until(pilot, lambda: gathered() < before + shown)


def test_a_row_is_drawn_again_only_when_its_line_is_another_one(finished: tuple[Workspace, CampaignRow]) -> None:
    rows, (line,) = Rows(), load_campaigns(finished[0])
    now = line.row.created + 600
    (first,) = rows.of([line], DARK, now=now, is_ascii=False)
    (again,) = rows.of([line], DARK, now=now + 1, is_ascii=False)
    (changed,) = rows.of([replace(line, progress=0.5)], DARK, now=now, is_ascii=False)
    assert again is first
    assert changed != first


def test_a_row_is_drawn_again_in_other_colours_in_other_glyphs_and_when_its_age_reads_otherwise(
    finished: tuple[Workspace, CampaignRow],
) -> None:
    rows, (line,) = Rows(), load_campaigns(finished[0])
    now = line.row.created + 600
    (first,) = rows.of([line], DARK, now=now, is_ascii=False)
    assert rows.of([line], LIGHT, now=now, is_ascii=False) != (first,)
    assert rows.of([line], DARK, now=now, is_ascii=True) != (first,)
    assert rows.of([line], DARK, now=now + 60, is_ascii=False) != (first,)


def test_what_is_imported_ahead_is_there_to_import() -> None:
    assert all(importlib.util.find_spec(f"alwsl_tui.tui.{name}") for name in NEXT)


async def test_campaigns_that_the_store_does_not_know_are_told_with_what_brings_them_back(place: Workspace) -> None:
    row = tiny(place)
    with place.store() as store:
        delete_campaign(store, row.id)
    async with AlwslApp(place, Manners()).run_test(size=(100, 30)) as pilot:
        texts = ("does not know 1 campaign whose", "alwsl-tui repair   brings back", "1 lost: alwsl-tui repair")
        await until(pilot, lambda: all(text in seen(pilot) for text in texts))


async def test_a_store_that_cannot_be_read_says_so_for_as_long_as_that_is_so(place: Workspace) -> None:
    place.home.store.write_bytes(b"this is no store" * 100)
    async with AlwslApp(place, Manners()).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "it is damaged" in seen(pilot))
        pilot.app.clear_notifications()
        await until(pilot, lambda: "it is damaged" in seen(pilot) and "next: alwsl-tui repair" in seen(pilot))
        place.home.store.unlink()
        await until(pilot, lambda: "No campaigns here yet" in seen(pilot))


async def test_a_store_that_is_gone_says_how_it_comes_back(place: Workspace) -> None:
    tiny(place)
    place.home.store.unlink()
    async with AlwslApp(place, Manners()).run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: "1 campaign" in seen(pilot) and "next: alwsl-tui repair" in seen(pilot))


async def test_a_station_beneath_another_screen_prepares_nothing_until_it_is_seen(photos: Workspace) -> None:
    async with labelling(photos) as pilot:
        (station, _) = pilot.app.screen_stack
        assert isinstance(station, StationScreen)
        station._is_prepared = False  # its first look may have ended before the other screen came
        station.preview = None
        await until(pilot, lambda: station.content is not None)
        station.repaint()
        assert not station._is_prepared
        await pilot.press("escape", "escape")
        await until(pilot, lambda: station.preview is not None and pilot.app.screen is station)
