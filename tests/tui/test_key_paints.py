"""What a key draws anew: what it changes, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.color import ColorSystem
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from alwsl_tui.drawing.picture import cells
from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.guards import put_right
from alwsl_tui.tui.parts.pick_card import PickCard
from alwsl_tui.tui.widgets.keyline import KeyLine
from alwsl_tui.tui.widgets.listing import Column, Listing, Row
from alwsl_tui.tui.widgets.picture import Picture
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from tests.tui.journeys import opened, shows
from tests.tui.waiting import settled, until

put_right()

Campaign = tuple[Workspace, CampaignRow]


class Table(App[None]):
    """A table of a hundred rows."""

    def compose(self) -> ComposeResult:
        yield Listing(Column("name", 6))

    def on_mount(self) -> None:
        table = self.query_one(Listing)
        table.rows = tuple(Row(str(at), (str(at),)) for at in range(100))
        table.focus()


@contextmanager
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[Widget, tuple[Region, ...]]]]:
    """What is asked to be drawn anew, with its parts; none means all of it."""
    asked: list[tuple[Widget, tuple[Region, ...]]] = []
    refresh = Widget.refresh

    def noted(widget: Widget, *regions: Region, **options: bool) -> Widget:
        if options.get("repaint", True) or options.get("layout"):
            asked.append((widget, regions))
        return refresh(widget, *regions, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Widget, "refresh", noted)
        yield asked


async def test_a_cursor_that_moves_draws_the_two_rows_it_stood_and_stands_on(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Table()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Listing)
        await until(pilot, lambda: table.has_focus and "0" in table.render_line(1).text)
        await settled(pilot)
        with painted(monkeypatch) as asked:
            await pilot.press("down")
            await until(pilot, lambda: table.cursor == 1)
            await pilot.pause()
        regions = [region for widget, parts in asked if isinstance(widget, Listing) for region in parts]
        assert [(region.y, region.height) for region in regions] == [(1, 1), (2, 1)]
        assert all(parts for widget, parts in asked if isinstance(widget, Listing))
        lines = [app.query_one(Listing).render_line(y).text.strip() for y in range(4)]
        assert lines == ["name", "0", "1", "2"]


async def test_a_cursor_beyond_the_edge_draws_all_rows_that_come(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Table()
    async with app.run_test(size=(40, 12)) as pilot:
        table = app.query_one(Listing)
        await until(pilot, lambda: table.has_focus and table.size.area)
        await pilot.press("end")
        await until(pilot, lambda: table.scroll_offset.y == 89 and table.render_line(11).text.strip() == "99")


@pytest.mark.parametrize("has_codes", [False, True])
def test_codes_that_are_written_ahead_are_those_of_textual(has_codes: bool) -> None:
    rng = np.random.default_rng(3)
    image = Image.fromarray(rng.integers(0, 256, (8, 12, 3), dtype=np.uint8))
    for is_ascii in (False, True):
        for line in cells(image, is_ascii=is_ascii, has_codes=has_codes):
            for segment in line:
                assert segment.style is not None
                written = segment.style._ansi
                assert Strip.render_ansi(segment.style, ColorSystem.TRUECOLOR) == (written or segment.style._ansi)
                assert (written is not None) >= has_codes


async def test_work_that_begins_is_named_and_what_it_works_on_is_not_written_out() -> None:
    class Unwritten:
        def __repr__(self) -> str:
            raise AssertionError("written out on the thread that keys wait for")

        def __call__(self) -> str:
            return get_current_worker().description

    async with Table().run_test() as pilot:
        worker = pilot.app.run_worker(Unwritten(), thread=True, group="reading")
        assert await worker.wait() == "reading"


async def test_keys_that_go_to_another_tile_leave_screen_pictures_and_line_of_keys_as_they_are(
    finished: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(finished[0], Manners(campaign=finished[1].name, tab="overview", images=Images.BLOCKS)) as pilot:
        await shows(pilot, "▸curves")
        line, screen = pilot.app.screen.query_one(KeyLine), pilot.app.screen
        await until(pilot, lambda: line.children and any(picture.is_drawn for picture in screen.query(Picture)))
        await until(pilot, lambda: not any(worker.is_running for worker in pilot.app.workers))
        await until(pilot, lambda: all(picture.is_settled for picture in screen.query(Picture)))
        await settled(pilot)
        keys = list(line.children)
        with painted(monkeypatch) as asked:
            await pilot.press("right")
            await shows(pilot, "▸picks")
        drawn = [widget for widget, _ in asked if isinstance(widget, KeyLine | Picture | Screen)]
        assert not drawn
        assert list(line.children) == keys


async def test_the_next_pick_lays_nothing_out(rich: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(rich[0], Manners(campaign=rich[1].name, tab="picks", images=Images.BLOCKS)) as pilot:
        await until(pilot, lambda: any(card.picture.is_drawn for card in pilot.app.screen.query(PickCard)))
        card = pilot.app.screen.query_one(PickCard)
        for key in ("down", "down", "up", "up"):  # the longest of these texts has its place now
            before = card.card
            await pilot.press(key)
            await until(pilot, lambda before=before: card.card is not before and card.picture.is_settled)  # type: ignore[misc]
        await settled(pilot)
        laid_out: list[Screen[object]] = []
        lay_out = Screen._refresh_layout

        def noted(screen: Screen[object], *size: Any, **options: Any) -> None:
            laid_out.append(screen)
            lay_out(screen, *size, **options)

        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        for _ in range(2):
            before = card.card
            await pilot.press("down")
            await until(pilot, lambda before=before: card.card is not before and card.picture.is_settled)  # type: ignore[misc]
        assert not laid_out


async def test_keys_that_are_asked_for_once_their_screen_has_been_left_are_not_shown(place: Workspace) -> None:
    async with opened(place) as pilot:
        await shows(pilot, "No campaigns here yet.")
        line = pilot.app.screen.query_one(KeyLine)
        await line.remove()
        await line.recompose()
        assert not line.is_attached
