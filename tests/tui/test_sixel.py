"""Pictures as Sixel, read as strictly as xterm and foot read them."""

import re
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.tui.widgets import graphics

pytest.importorskip("textual_image", reason="pip install 'alwsl-tui[images]'")
WIDTH, HEIGHT = 90, 61
TOKENS = re.compile(r'"[\d;]+|#(?P<of>\d+)(;2;(?P<rgb>[\d;]+))?|!(?P<times>\d+)(?P<again>.)|[$-]|[?-~]')


def scene() -> Image.Image:
    """A picture of more colours than there are registers, with sharp lines over it."""
    noise = np.random.default_rng(3).integers(0, 255, (6, 9, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    ImageDraw.Draw(image).rectangle((20, 10, 60, 40), outline="white", width=2)
    return image


def drawn(data: str) -> NDArray[np.int64]:
    """What a terminal draws for which a definition of a colour does not choose it; per cent, -1 where nothing is."""
    pixels = np.full((HEIGHT + 6, WIDTH, 3), -1)
    colours: dict[int, list[int]] = {}
    x = y = chosen = 0
    for token in TOKENS.finditer(data[data.index("q") + 1 : data.rindex("\x1b")]):
        match token[0][0]:
            case '"':
                pass
            case "#" if token["rgb"]:
                colours[int(token["of"])] = [int(part) for part in token["rgb"].split(";")]
            case "#":
                chosen = int(token["of"])
            case "$":
                x = 0
            case "-":
                x, y = 0, y + 6
            case first:
                times = int(token["times"] or 1)
                for row in rows_of(token["again"] or first):
                    pixels[y + row, x : x + times] = colours[chosen]
                x += times
    return pixels[:HEIGHT]


def rows_of(letter: str) -> Iterator[int]:
    """The rows of a band of six that a letter draws."""
    return (row for row in range(6) if ord(letter) - ord("?") >> row & 1)


def test_each_colour_is_chosen_after_it_was_defined() -> None:
    graphics.prepare()
    assert graphics.pixels(Way.SIXEL, scene())
    found = drawn(vars(sys.modules["textual_image.widget.sixel"])["image_to_sixels"](scene()))
    wanted = np.asarray(scene().quantize(256, Image.Quantize.FASTOCTREE).convert("RGB")) / 255 * 100
    assert np.abs(found - wanted).max() <= 1
