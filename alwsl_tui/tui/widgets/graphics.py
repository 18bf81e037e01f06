"""Pixels drawn by the terminal itself, through the optional package textual-image; imported when a picture needs it.

Importing that package asks the terminal what it can do and waits for the answer on the keyboard. While Textual listens
there the answer would never come and its letters would be typed into the screen, so it is imported with nobody to ask.
"""

import io
import os
import re
import subprocess
import sys
import threading
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PIL.Image import Image
from textual.widget import Widget

from alwsl_tui.drawing.graphics import ChosenGraphics, Way, way_for
from alwsl_tui.options import Images

FALLBACK = (10, 20)
"""Pixels of a cell, wide and high, where the terminal does not say: those of the VT340, which all of Sixel assumes."""
_KITTY = re.compile(r"kitty (?P<version>\d+(\.\d+)*)")
_DEFINED = re.compile(r"#(\d+);2;\d+;\d+;\d+")
"""A colour of a Sixel as it is defined: its number, and how red, green and blue it is."""
_importing = threading.Lock()


def best_way(images: Images, *, is_ascii: bool) -> ChosenGraphics:
    """Return the way pictures are drawn in the terminal of this process, as `way_for` has it."""
    return way_for(images, environment=os.environ, has_package=_has_package(), is_ascii=is_ascii, kitty=kitty_version())


@cache
def kitty_version() -> tuple[int, ...] | None:
    """Return the version of the kitty that this process runs in; None where it is none, or is far away."""
    number = os.environ.get("KITTY_PID", "")
    program = Path("/proc", number, "exe")
    if not number.isdecimal() or not program.exists():
        return None
    try:
        done = subprocess.run([program.resolve(), "--version"], capture_output=True, text=True, timeout=2, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    told = _KITTY.match(done.stdout)
    return None if told is None else tuple(map(int, told["version"].split(".")))


def _has_package() -> bool:
    """Return whether textual-image is installed."""
    return find_spec("textual_image") is not None


def prepare() -> tuple[int, int]:
    """Import the package, in any thread; pixels of a cell, wide and high. The first call takes most of a second.

    Raises:
        ImportError: it is not installed.
    """
    with _importing:
        if "textual_image.widget" not in sys.modules:
            with _nobody_to_ask():
                import textual_image.widget
            from textual_image import _terminal

            sixel = textual_image.widget.sixel
            vars(sixel)["image_to_sixels"] = _choosing(vars(sixel)["image_to_sixels"])
            # It has noted the cell of no terminal at all; left to itself it would ask the one it now finds.
            _terminal.get_cell_size._result = _terminal.CellSize(*_cell())  # type: ignore[attr-defined]
        from textual_image._terminal import get_cell_size

        width, height = get_cell_size()
        return width, height


def pixels(way: Way, image: Image) -> Widget:
    """Return a widget as large as the image; `prepare` must have been called, and the way be one of the terminal's own.

    Raises:
        KeyError: the way is none of the terminal's own.
    """
    from textual_image.widget import SixelImage, TGPImage

    kinds: dict[Way, type[SixelImage | TGPImage]] = {Way.SIXEL: SixelImage, Way.KITTY: TGPImage}
    widget = kinds[way](image)
    widget.styles.width = widget.styles.height = "auto"
    return widget


def _choosing(encode: Callable[..., str]) -> Callable[..., str]:
    """Return an encoder of Sixel that chooses each colour after it has defined it.

    The package lets a definition choose as well. xterm and foot go on in the colour before, which leaves streaks.
    """

    def encoded(*arguments: Any, **options: Any) -> str:
        return _DEFINED.sub(r"\g<0>#\1", encode(*arguments, **options))

    return encoded


@contextmanager
def _nobody_to_ask() -> Iterator[None]:
    # Textual writes to `sys.__stderr__`, so its drawing is not touched by this.
    terminal = sys.__stdout__
    vars(sys)["__stdout__"] = io.StringIO()
    try:
        yield
    finally:
        vars(sys)["__stdout__"] = terminal


def _cell() -> tuple[int, int]:
    """Return what the operating system knows of the terminal: nothing is sent there."""
    try:
        import fcntl
        import termios
    except ImportError:  # Windows has neither
        return FALLBACK
    size = array("H", [0, 0, 0, 0])
    try:
        fcntl.ioctl(sys.__stderr__ or 2, termios.TIOCGWINSZ, size)
    except OSError:
        return FALLBACK
    rows, columns, width, height = size
    return (width // columns, height // rows) if rows and columns and width >= columns and height >= rows else FALLBACK
