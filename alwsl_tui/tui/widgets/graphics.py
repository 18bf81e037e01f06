"""Pixels drawn by the terminal itself, through the optional package textual-image; imported when a picture needs it.

Importing that package asks the terminal what it can do and waits for the answer on the keyboard. While Textual listens
there the answer would never come and its letters would be typed into the screen, so it is imported with nobody to ask.
"""

import io
import sys
import threading
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from PIL.Image import Image
from textual.widget import Widget

from alwsl_tui.drawing.graphics import Way

FALLBACK = (10, 20)
"""Pixels of a cell, wide and high, where the terminal does not say: those of the VT340, which all of Sixel assumes."""
_importing = threading.Lock()


def has_package() -> bool:
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
                import textual_image.widget  # noqa: F401
            from textual_image import _terminal

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
