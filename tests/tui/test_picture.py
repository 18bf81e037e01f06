"""A picture on the screen, and what is left of it when another one takes its place."""

import gc

import numpy as np
from PIL import Image
from rich.style import Style
from textual.app import App, ComposeResult

from alwsl_tui.tui.widgets.picture import Painting, Picture
from tests.tui.waiting import until


class Frame(App[None]):
    """A screen with nothing but a picture."""

    def compose(self) -> ComposeResult:
        yield Picture()


def noise(seed: int) -> Image.Image:
    """A picture that shares no colours with another."""
    pixels = np.random.default_rng(seed).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def styles() -> int:
    """That are kept somewhere."""
    gc.collect()
    return sum(type(one) is Style for one in gc.get_objects())


async def test_however_many_pictures_were_shown_what_is_left_of_them_is_a_screenful_of_styles() -> None:
    app = Frame()
    async with app.run_test(size=(80, 40)) as pilot:
        picture = app.query_one(Picture)
        before = styles()
        for seed in range(6):  # 3 200 styles each
            shown = picture._strips
            picture.painting = Painting(noise(seed))
            await until(pilot, lambda shown=shown: picture._strips is not shown)  # type: ignore[misc]
            for strip in picture._strips:
                strip.render(app.console)  # as for a terminal; here there is none
        assert styles() - before < 2 * 4096  # kept for drawing, and those of the last one
