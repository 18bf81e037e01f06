"""An empty home: what the program is, three ways on, and a class map that breathes over a scene."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.Image import Image as Picture
from PIL.Image import Resampling
from rich.text import Text

from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.picture import HEAT, ramp

NAME = "alwsl-tui"
ABOUT = "Which images to label next: active-learning campaigns on multi-label images, in the terminal."
WAYS = (
    ("b", "begin the demo", "Watch it learn on drawn pictures.", "A minute or two; no network, no GPU."),
    ("f", "your own photographs", "A folder, and what to look for.", "You label what it asks for, batch by batch."),
    ("n", "a data set", "VOC, COCO, or a labelled folder.", "The paper's recipes come with the program."),
    ("?", "all keys of this place", "With the command line of each.", ""),
)
"""Key, what it does, what comes of it, and more of that."""


LONG, SHORT = 26, 17
"""Lines from which on all is said of each way, and from which on it is said what comes of it."""


def words(palette: Palette, *, lines: int) -> Text:
    """Draw the name, a line of what it is, and the ways on, in as many words as there are lines for."""
    text = Text().append(f"{NAME}\n", f"bold {palette.accent}")
    if lines >= SHORT:
        text.append(f"{ABOUT}\n\n", palette.text)
    text.append("No campaigns here yet.\n\n", palette.muted)
    for key, title, comes, more in WAYS:
        text.append(key, f"bold {palette.accent}").append(f"   {title}\n", f"bold {palette.text}")
        text.append(f"    {comes}\n" * (lines >= SHORT), palette.muted)
        if lines >= LONG:
            text.append(f"    {more}\n" + "\n" * bool(more), palette.muted)
    text.rstrip()
    return text


def glow(image: Picture, class_map: NDArray[np.float32], *, strength: float) -> Picture:
    """Let a class map, (H, W) in [0, 1], glow over a picture; `strength` is in [0, 1], 0 leaves the picture as it is.

    What the map does not cover keeps its colours, so that little has to be drawn again when the strength changes.
    """
    fine = np.asarray(Image.fromarray(class_map).resize(image.size, Resampling.BICUBIC)).clip(0, 1)
    colours = ramp(HEAT)[(fine * 255).astype(np.uint8)]  # (height, width, 3)
    weight = (strength * np.minimum(1.0, 1.6 * fine))[:, :, None]
    own = np.asarray(image.convert("RGB"), np.float32)
    return Image.fromarray((own * (1 - weight) + colours * weight).clip(0, 255).astype(np.uint8))


def breath(frames: int) -> tuple[float, ...]:
    """Return strengths from breathed out to breathed in, in [0, 1]; slow at both ends."""
    return tuple(float(0.5 - 0.5 * np.cos(np.pi * at / (frames - 1))) for at in range(frames))


def changed(frames: Iterable[Picture]) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the cells in which pictures of one size differ: two pixels high each."""
    pixels = np.stack([np.asarray(frame) for frame in frames]) & 0xFC
    differ = (pixels != pixels[:1]).any(axis=(0, 3))
    columns, rows = np.flatnonzero(differ.any(axis=0)), np.flatnonzero(differ.any(axis=1)) // 2
    if not columns.size:
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
