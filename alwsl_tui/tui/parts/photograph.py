"""A photograph to look at closely: as a whole, twice or four times as large, with or without a class map over it."""

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive

from alwsl_tui.drawing.graphics import Way
from alwsl_tui.drawing.picture import overlay
from alwsl_tui.options import Images
from alwsl_tui.tui.theme import is_ascii
from alwsl_tui.tui.widgets.graphics import best_way
from alwsl_tui.tui.widgets.picture import Painting, Picture
from campaigns.core.text import printable

SCALES = (1, 2, 4)
STEP = 0.25
"""Share of what is seen that an arrow key moves."""


class Photograph(Container):
    """Shows whatever `image` holds; what it shows of it, and how, is for the keys of the screen."""

    DEFAULT_CSS = """
    Photograph Picture { width: 1fr; height: 1fr; }
    """

    image: reactive[Image | None] = reactive(None, always_update=True)
    trouble: reactive[str] = reactive("")
    """Why there is none."""
    class_map: reactive[NDArray[np.float32] | None] = reactive(None, always_update=True)
    has_map = False

    def __init__(self, *, images: Images) -> None:
        super().__init__()
        self._images = images
        self._ways: tuple[Way, ...] = ()
        self._scale, self._centre = 1, (0.5, 0.5)
        self._drawn: Image | None = None
        """The image that is on the screen, in whatever size; it stays so while it is drawn in another one."""
        self._whole: dict[int, Painting] = {}
        """By the identity of the image: what was drawn ahead."""

    def compose(self) -> ComposeResult:
        """Compose the picture."""
        yield Picture()

    @property
    def picture(self) -> Picture:
        """Where it is drawn."""
        return self.query_one(Picture)

    @property
    def is_drawn(self) -> bool:
        """True when the photograph that `image` holds can be seen."""
        return self.image is not None and self._drawn is self.image and self.picture.is_drawn

    @property
    def is_close(self) -> bool:
        """True when only a part of it is shown."""
        return self._scale > 1

    def on_mount(self) -> None:
        """Find out once how pictures are drawn here."""
        plain = is_ascii(self)
        chosen = best_way(self._images, is_ascii=plain)
        self._ways = tuple(dict.fromkeys((chosen.way, *((Way.ASCII,) if plain else (Way.BLOCKS, Way.ASCII)), Way.OFF)))
        self.picture.tooltip = chosen.why
        self.picture.way = chosen.way

    def on_picture_shown(self, message: Picture.Shown) -> None:
        """Know what is on the screen; a message may come when something else is to be shown already."""
        if message.painting is self.picture.painting:
            self._drawn = self.image

    def watch_image(self) -> None:
        """Another photograph, as a whole."""
        self._scale, self._centre = 1, (0.5, 0.5)
        self._paint()

    def watch_trouble(self) -> None:
        """Say why there is none."""
        self._paint()

    def watch_class_map(self, before: NDArray[np.float32] | None, now: NDArray[np.float32] | None) -> None:
        """Another map over it, or none."""
        if before is not None or now is not None:
            self._paint()

    def draw_ahead(self, image: Image) -> None:
        """Draw a photograph that will be shown soon."""
        painting = self._whole[id(image)] = Painting(image)
        self.picture.draw_ahead(painting)

    def closer(self) -> None:
        """Show a smaller part of it, larger; after the largest, the whole again."""
        self._scale = SCALES[(SCALES.index(self._scale) + 1) % len(SCALES)]
        self._paint()

    def shift(self, right: int, down: int) -> None:
        """Show another part of it."""
        half = 0.5 / self._scale
        x, y = (
            min(1 - half, max(half, at + by * STEP / self._scale))
            for at, by in zip(self._centre, (right, down), strict=True)
        )
        self._centre = x, y
        self._paint()

    def next_way(self) -> Way:
        """Draw another way, and say which."""
        self.picture.way = self._ways[(self._ways.index(self.picture.way) + 1) % len(self._ways)]
        self._paint()
        return self.picture.way

    def _paint(self) -> None:
        if not self.is_mounted:
            return
        picture, image = self.picture, self.image
        off = "Pictures are off. Press v to turn them on."
        picture.message = off if picture.way is Way.OFF else printable(self.trouble)
        if image is None:
            picture.painting = None
        elif self.is_close:
            picture.painting = Painting(image.crop(self._part(image)))
        elif self.class_map is not None:
            picture.painting = Painting(image, partial(overlay, class_map=self.class_map))
        else:
            picture.painting = self._whole.pop(id(image), None) or Painting(image)

    def _part(self, image: Image) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of what is shown, in pixels."""
        width, height = image.width / self._scale, image.height / self._scale
        left, top = self._centre[0] * image.width - width / 2, self._centre[1] * image.height - height / 2
        return round(left), round(top), round(left + width), round(top + height)
