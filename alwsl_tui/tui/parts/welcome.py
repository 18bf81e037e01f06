"""What a home without campaigns shows: a scene under a class map that breathes, and three ways on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.worker import get_current_worker

from alwsl_tui.tui.polling import is_on_view
from alwsl_tui.tui.theme import is_ascii, palette_of

if TYPE_CHECKING:
    from campaigns.services.welcome import WelcomeScene

SCENES, SIZE = 6, 128
"""How many there are, and pixels of a side."""
FRAMES, BREATHS = 9, 3
"""Pictures from breathed out to breathed in, and breaths of a scene."""


@dataclass(frozen=True, slots=True)
class BreathingScene:
    """A scene, drawn for one place on the screen."""

    room: tuple[int, int]
    class_: str
    frames: tuple[tuple[Strip, ...], ...]
    """From breathed out to breathed in."""
    moving: Region
    """The cells in which frames differ."""


STILL = 3.0
"""Seconds between two looks whether it is to move by now."""


class SceneView(Widget):
    """Shows scenes of the built-in data, one after the other; still where nobody wants it to move."""

    EVERY: ClassVar[float] = 0.2
    """Seconds of a frame."""
    DEFAULT_CSS = """
    SceneView { height: 100%; max-height: 46; width: 50%; max-width: 90; margin: 0 2 0 0; color: $text-muted; }
    """

    @dataclass
    class SceneDrawn(Message, bubble=False):
        """A scene is ready for the screen."""

        scene: BreathingScene

    def __init__(self) -> None:
        super().__init__()
        self._scenes: tuple[WelcomeScene, ...] = ()
        self._number = self._step = 0
        self._shown: BreathingScene | None = None
        self._next: BreathingScene | None = None

    def on_mount(self) -> None:
        """Begin to breathe."""
        self.set_timer(self.EVERY, self._go_on)

    def on_resize(self) -> None:
        """Draw as large as its place."""
        self._next = None
        self._draw()

    def render_line(self, y: int) -> Strip:
        """Draw a line of the frame."""
        width, height = self.size
        scene = self._shown
        if scene is None or scene.room != (width, height):
            return Strip.blank(width, self.rich_style)
        lines = scene.frames[self._frame]
        at = y - self._top(scene)
        if at == len(lines):
            caption = f"where a scene shows: {scene.class_}"
            caption = (caption if len(caption) <= width else scene.class_).center(width)
            return Strip([Segment(caption, self.rich_style)]).adjust_cell_length(width, self.rich_style)
        if not 0 <= at < len(lines):
            return Strip.blank(width, self.rich_style)
        left = Segment(" " * ((width - lines[at].cell_length) // 2), self.rich_style)
        return Strip([left, *lines[at]]).adjust_cell_length(width, self.rich_style)

    def _top(self, scene: BreathingScene) -> int:
        return max(0, (self.size.height - len(scene.frames[0]) - 1) // 2)

    @property
    def is_still(self) -> bool:
        """Whether nothing is to move: nobody is there to see it, or they do not want it, or there are no colours."""
        app = self.app
        plain = is_ascii(self) or app.no_color or app.animation_level == "none"
        return plain or not app.app_focus or not is_on_view(self) or not self.region.area

    def on_scene_view_scene_drawn(self, message: SceneDrawn) -> None:
        """Show the first one at once, and the next one in its turn."""
        if message.scene.room != (self.size.width, self.size.height):
            return
        if self._shown is None or self._shown.room != message.scene.room:
            self._turn_to(message.scene)
        else:
            self._next = message.scene

    @property
    def _frame(self) -> int:
        """There and back, again and again; breathed in where it is still from the beginning."""
        if self._step == 0:
            return FRAMES - 1
        at = (self._step + FRAMES - 1) % (2 * FRAMES - 2)
        return at if at < FRAMES else 2 * FRAMES - 2 - at

    def _go_on(self) -> None:
        self._breathe()
        # A home with campaigns shows no scene: five frames a second of nothing were half of what an open screen cost.
        self.set_timer(STILL if self.is_still else self.EVERY, self._go_on)

    def _breathe(self) -> None:
        scene = self._shown
        if scene is None or self.is_still:
            return
        self._step += 1
        if self._step >= BREATHS * (2 * FRAMES - 2) and self._next is not None:
            self._turn_to(self._next)
        else:
            left = (self.size.width - scene.frames[0][0].cell_length) // 2
            self.refresh(scene.moving.translate((left, self._top(scene))))

    def _turn_to(self, scene: BreathingScene) -> None:
        self._shown, self._next, self._step = scene, None, 0
        self._number += 1
        self.refresh()
        if not self.is_still:
            self._draw()

    def _draw(self) -> None:
        if self.size.width >= 2 and self.size.height >= 3:
            room, number = (self.size.width, self.size.height), self._number
            plain = is_ascii(self)
            self.run_worker(lambda: self._make(room, number, is_ascii=plain), thread=True, exclusive=True, group="draw")

    def _make(self, room: tuple[int, int], number: int, *, is_ascii: bool) -> None:
        # The first screen is there before these are imported.
        from alwsl_tui.drawing.picture import cells, fitted
        from alwsl_tui.drawing.welcome import breath, changed, glow
        from campaigns.services.welcome import draw_scenes

        self._scenes = self._scenes or draw_scenes(SCENES, size=SIZE)
        scene = self._scenes[number % SCENES]
        small = fitted(scene.picture, width=room[0], height=2 * (room[1] - 1))
        frames = [glow(small, scene.class_map, strength=strength) for strength in breath(FRAMES)]
        left, top, right, bottom = changed(frames)
        strips = tuple(tuple(Strip(line, small.width) for line in cells(frame, is_ascii=is_ascii)) for frame in frames)
        if not get_current_worker().is_cancelled:
            moving = Region(left, top, right - left, bottom - top)
            self.post_message(self.SceneDrawn(BreathingScene(room, scene.class_, strips, moving)))


class WelcomeWords(Widget):
    """What the program is and three ways on, in as many words as there are lines for."""

    DEFAULT_CSS = """
    WelcomeWords {
        height: 100%; max-height: 46; width: 1fr; max-width: 62; padding: 0 1; content-align: left middle;
    }
    """

    def on_mount(self) -> None:
        """Write in the colours of the theme, whatever theme it is."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.refresh())

    def on_unmount(self) -> None:
        """Forget the signal, which would hold what is gone."""
        self.app.theme_changed_signal.unsubscribe(self)

    def render(self) -> Text:
        """Write as many words as there are lines for."""
        from alwsl_tui.drawing.welcome import words

        return words(palette_of(self), lines=self.size.height)


class Welcome(Horizontal):
    """A scene beside the words; `app.tcss` leaves the words alone where there is no room for both."""

    DEFAULT_CSS = """
    Welcome { height: 1fr; width: 1fr; align: center middle; display: none; }
    """

    def compose(self) -> ComposeResult:
        """Compose scene and words."""
        yield SceneView()
        yield WelcomeWords()
