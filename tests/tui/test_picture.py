"""A picture on the screen, and what is left of it when another one takes its place."""

import gc
import sys
from io import StringIO

import numpy as np
import pytest
from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.app import App, ComposeResult
from textual.strip import Strip
from textual.widget import Widget

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.tui.widgets.picture import KEPT, DrawnPainting, Painting, Picture
from tests.tui.waiting import until


class Frame(App[None]):
    """A screen with nothing but a picture."""

    def __init__(self, way: Way = Way.BLOCKS) -> None:
        super().__init__()
        self.picture = Picture(way=way)

    def compose(self) -> ComposeResult:
        yield self.picture


def noise(seed: int) -> Image.Image:
    """A picture that shares no colours with another."""
    pixels = np.random.default_rng(seed).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def styles() -> int:
    """That are kept somewhere."""
    gc.collect()
    return sum(type(one) is Style for one in gc.get_objects())


@pytest.mark.slow
async def test_however_many_pictures_were_shown_what_is_left_is_of_those_that_are_kept() -> None:
    app = Frame()
    picture = app.picture
    async with app.run_test(size=(80, 40)) as pilot:
        before = styles()
        for seed in range(3 * KEPT):  # 3 200 styles each
            shown = picture._strips
            picture.painting = Painting(noise(seed))
            await until(pilot, lambda shown=shown: picture._strips is not shown)  # type: ignore[misc]
            for strip in picture._strips:
                strip.render(app.console)  # as for a terminal; here there is none
        assert styles() - before < (KEPT + 1) * 4096


@pytest.mark.parametrize("way", [Way.KITTY, Way.SIXEL])
@pytest.mark.slow
async def test_pixels_that_another_picture_took_the_place_of_leave_nothing_that_adds_up(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "__stdout__", StringIO())
    app = Frame(way)

    def left_over() -> int:
        """Lines that are kept of widgets that are gone."""
        gc.collect()
        living = {id(one._styles_cache) for one in [app.screen, *app.screen.query("*")]}
        return sum(len(one._cache) for one in gc.get_objects() if type(one) is StylesCache and id(one) not in living)

    def is_another(shown: list[Widget]) -> bool:
        found = list(app.picture.children)
        return len(found) == 1 and found != shown and found[0].region.area > 0

    async with app.run_test(size=(80, 40)) as pilot:
        before = left_over()
        for seed in range(8):
            shown = list(app.picture.children)
            app.picture.painting = Painting(noise(seed))
            await until(pilot, lambda shown=shown: is_another(shown))  # type: ignore[misc]
            await pilot.pause()
        # A widget that is drawn once more while it goes may leave its lines; all of them together would be hundreds.
        await until(pilot, lambda: left_over() - before < 3 * app.size.height)


async def test_a_picture_that_was_begun_earlier_and_drawn_later_takes_nothing_away() -> None:
    app = Frame()
    picture = app.picture
    async with app.run_test(size=(20, 10)) as pilot:
        picture._number = 7
        for number, text in ((6, "before"), (7, "counts"), (6, "late"), (5, "later")):
            drawn = DrawnPainting(Way.BLOCKS, (20, 10), (Strip([Segment(text)]),))
            picture.post_message(Picture.Drawn(number, drawn))
        await until(pilot, lambda: picture.is_drawn)
        await pilot.pause(0.05)
        assert [strip.text for strip in picture._strips] == ["counts"]


async def test_what_was_drawn_ahead_is_shown_at_once_and_is_the_same() -> None:
    app = Frame()
    picture, painting = app.picture, Painting(noise(1))
    async with app.run_test(size=(20, 10)) as pilot:
        picture.draw_ahead(painting)
        await until(pilot, lambda: picture._kept)
        picture.painting = painting
        assert picture.is_drawn
        ahead = [strip.text for strip in picture._strips]
        picture.painting = Painting(painting.image)
        await until(pilot, lambda: picture.is_settled)
        assert [strip.text for strip in picture._strips] == ahead


async def test_what_was_drawn_ahead_for_another_size_is_drawn_anew() -> None:
    app = Frame()
    picture, painting = app.picture, Painting(noise(2))
    async with app.run_test(size=(20, 10)) as pilot:
        picture.draw_ahead(painting)
        await until(pilot, lambda: picture._kept)
        await pilot.resize_terminal(30, 15)
        picture.painting = painting
        # The window is larger at once, the picture a moment later: until then it may be drawn as it was drawn ahead.
        await until(pilot, lambda: picture.is_settled and len(picture._strips) == 15)
