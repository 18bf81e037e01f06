"""Pictures as text, two pixels a cell, and class maps laid over them. Pure functions of images and arrays."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Image as Picture
from PIL.Image import Resampling
from rich.color import Color, ColorType
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

RAMP = " .:-=+*#%@"
"""From dark to bright, where half-blocks are not to be had."""
LEAST_CONTRAST = 32
"""Of 256 levels; what differs less is noise, and is not spread over all signs."""
LEAST_BRIGHT = 160
"""Of the strongest channel of a sign's colour."""
HEAT = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""Viridis, which colour-blind eyes read as others do. Not the theme's: a photograph has its own background."""
TOP_LINE = (255, 255, 255)
"""Drawn through, around the regions that speak for a class."""
BOTTOM_LINE = (120, 200, 255)
"""Dotted, around the regions that speak against it."""

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Lines = tuple[tuple[Segment, ...], ...]
"""Rows of cells; every row has the same width."""


def fitted(image: Picture, *, width: int, height: int) -> Picture:
    """Resize the whole picture to the largest size within that many pixels, both at least 2, keeping its proportions.

    Its height is even: a cell of text is two pixels high.
    """
    scale = min(width / image.width, height / image.height)
    size = max(1, round(image.width * scale)), max(2, 2 * round(image.height * scale / 2))
    return image.resize(size, Resampling.LANCZOS, reducing_gap=2.0)


def cells(image: Picture, *, is_ascii: bool = False, has_codes: bool = False) -> Lines:
    """Draw a picture of even height, pixel by pixel: a row of text for two rows of pixels.

    With `has_codes` its styles are written out for a terminal of 24-bit colours already.

    In ASCII a cell is one sign as bright as its two pixels, in their colour: its shape survives without colours. The
    picture's darkest and brightest pixels are the ends of the scale: of a dark one nothing would be left. A sign covers
    a part of its cell alone, so its colour is never dark.
    """
    # Six bits a channel: nobody sees the difference, and a screenful then has hundreds of styles, not thousands.
    pixels = np.asarray(image.convert("RGB")) & 0xFC
    upper, lower = pixels[0::2], pixels[1::2]
    if is_ascii:
        mean = ((upper.astype(np.uint16) + lower) // 2).astype(np.uint8)
        grey = mean @ np.array([0.299, 0.587, 0.114])
        low, high = (grey.min(), grey.max() + 1) if np.ptp(grey) >= LEAST_CONTRAST else (0, 256)
        levels = (grey - low) / (high - low) * len(RAMP)
        brightest = np.maximum(mean.max(axis=2, keepdims=True), 1)
        colours = (mean * (np.maximum(brightest, LEAST_BRIGHT) / brightest)).astype(np.uint8) & 0xFC
        return tuple(
            tuple(
                Segment(RAMP[int(level)], _style(colour, None, has_codes)) for level, colour in zip(*row, strict=True)
            )
            for row in zip(levels.tolist(), _packed(colours).tolist(), strict=True)
        )
    return tuple(_row(above, below, has_codes=has_codes) for above, below in zip(upper, lower, strict=True))


def half_blocks(image: Picture, *, columns: int, rows: int, is_ascii: bool = False) -> Text:
    """Draw the whole picture within so many cells, as text without a line end after its last line."""
    lines = cells(fitted(image, width=columns, height=2 * rows), is_ascii=is_ascii)
    text = Text(no_wrap=True, end="")
    for at, line in enumerate(lines):
        text.append("\n" if at else "")
        for segment in line:
            text.append(segment.text, segment.style)
    return text


def overlay(
    image: Picture, class_map: NDArray[np.float32], *, regions: tuple[int, int] = (0, 0), strength: float = 0.6,
    heat: Sequence[str] = HEAT,
) -> Picture:  # fmt: skip
    """Lay a class map, (H, W), over all of a picture: the network saw the picture warped to a square.

    `regions` are how many of the highest cells get a line around them, and how many of the lowest a dotted one.
    `strength` is in [0, 1]. The picture loses most of its own colours, so that what is coloured is the map.
    `heat` are colours from least to most as `#rrggbb`, at least two; the map's own minimum and maximum are its ends.
    """
    values = _between(class_map)
    size = image.size
    fine = np.asarray(Image.fromarray(values).resize(size, Resampling.BILINEAR)).clip(0, 1)
    colours = ramp(heat)[(fine * 255).astype(np.uint8)]  # (height, width, 3)
    own = np.asarray(image.convert("RGB"), np.float32)
    grey = np.asarray(image.convert("L"), np.float32)[:, :, None]
    weight = (strength * (0.35 + 0.65 * fine))[:, :, None]
    mixed = (0.25 * own + 0.75 * grey) * (1 - weight) + colours * weight
    drawn = mixed.clip(0, 255).astype(np.uint8)
    top, bottom = extremes(class_map, top=regions[0], bottom=regions[1])
    _outline(drawn, bottom, BOTTOM_LINE, is_dotted=True)
    _outline(drawn, top, TOP_LINE, is_dotted=False)
    return Image.fromarray(drawn)


def extremes(class_map: NDArray[np.float32], *, top: int, bottom: int) -> tuple[Mask, Mask]:
    """Return where the `top` highest and the `bottom` lowest cells of a map are; two (H, W)."""
    order = np.argsort(class_map, axis=None, kind="stable")
    high, low = np.zeros(class_map.size, np.bool_), np.zeros(class_map.size, np.bool_)
    high[order[class_map.size - top :]] = True
    low[order[:bottom]] = True
    return high.reshape(class_map.shape), low.reshape(class_map.shape)


def _row(upper: Pixels, lower: Pixels, *, has_codes: bool) -> tuple[Segment, ...]:
    """Draw a row of cells; neighbours of the same two colours are one segment."""
    pairs = _packed(upper) << 24 | _packed(lower)
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    lengths = np.diff(starts, append=len(pairs))
    return tuple(
        Segment("▀" * length, _style(pair >> 24, pair & 0xFFFFFF, has_codes))
        for pair, length in zip(pairs[starts].tolist(), lengths.tolist(), strict=True)
    )


def _packed(rgb: Pixels) -> NDArray[np.int64]:
    """Pack (..., 3) into (...), a number a colour."""
    packed: NDArray[np.int64] = rgb.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    return packed


@lru_cache(maxsize=1 << 12)
def _style(front: int, back: int | None, has_codes: bool) -> Style:
    # Making a style and its escape codes costs more than all else; kept, a redrawn picture costs a tenth. No more are
    # kept than a large window has cells: each takes a KiB, and somebody who goes on looking sees ever new colours.
    style = Style.from_color(_colour(front), None if back is None else _colour(back))
    if has_codes:
        # Rich itself writes them when a style is first painted: while somebody waits for the answer to a key.
        style._ansi = _codes(38, front) + ("" if back is None else f";{_codes(48, back)}")
    return style


@lru_cache(maxsize=1 << 12)
def _colour(rgb: int) -> Color:
    # As `Color.from_rgb`, in less than half of its time: a picture has a thousand colours that no other has.
    return Color(f"#{rgb:06x}", ColorType.TRUECOLOR, None, ColorTriplet(rgb >> 16, rgb >> 8 & 0xFF, rgb & 0xFF))


def _codes(ground: int, rgb: int) -> str:
    return f"{ground};2;{rgb >> 16};{rgb >> 8 & 0xFF};{rgb & 0xFF}"


def _between(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale values to [0, 1]; all 0 where they are all the same."""
    low, high = float(values.min()), float(values.max())
    return np.zeros_like(values) if high == low else ((values - low) / (high - low)).astype(np.float32)


def ramp(heat: Sequence[str]) -> NDArray[np.float32]:
    """Return (256, 3) colours from the first to the last."""
    stops = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in heat], np.float64)
    places = np.linspace(0, len(stops) - 1, 256)
    channels = [np.interp(places, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return np.stack(channels, axis=1).astype(np.float32)


def _outline(pixels: Pixels, mask: Mask, colour: tuple[int, int, int], *, is_dotted: bool) -> None:
    """Draw the inner edge of the cells of a mask onto the pixels."""
    height, width = pixels.shape[:2]
    if not mask.any() or height < 2 * mask.shape[0] or width < 2 * mask.shape[1]:
        return  # a cell of one pixel would be all edge
    rows = np.arange(height) * mask.shape[0] // height
    columns = np.arange(width) * mask.shape[1] // width
    large = mask[rows][:, columns]
    thick = max(1, min(height, width) // 160)
    inner = np.pad(large, thick)
    inside = (
        inner[: -2 * thick, thick:-thick] & inner[2 * thick :, thick:-thick]
        & inner[thick:-thick, : -2 * thick] & inner[thick:-thick, 2 * thick :]
    )  # fmt: skip
    edge = large & ~inside
    if is_dotted:
        y, x = np.indices((height, width)) // (2 * thick if thick > 1 else 1)
        edge &= (x + y) % 2 == 0
    # A quarter of the picture shines through, or lines one pixel wide of so few would be all one sees.
    pixels[edge] = 0.25 * pixels[edge] + 0.75 * np.array(colour)
