"""Which way pictures are drawn in this terminal, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alwsl_tui.options import Images


class Way(StrEnum):
    """How a picture is drawn."""

    KITTY = "Kitty graphics"
    SIXEL = "Sixel graphics"
    BLOCKS = "half-blocks"
    ASCII = "ASCII"
    OFF = "off"

    @property
    def is_graphics(self) -> bool:
        """True where the terminal draws pixels itself."""
        return self in {Way.KITTY, Way.SIXEL}


@dataclass(frozen=True, slots=True)
class ChosenGraphics:
    """A way, and what a person should know of how it came about."""

    way: Way
    why: str


GRAPHICS: Mapping[str, Way] = {
    "kitty": Way.KITTY,
    "ghostty": Way.KITTY,
    # It knows Kitty's protocol but not its placeholders, without which a picture would not scroll with its text.
    "wezterm": Way.SIXEL,
    "iterm.app": Way.SIXEL,
    "foot": Way.SIXEL,
    "mlterm": Way.SIXEL,
    "contour": Way.SIXEL,
}
"""Terminals that draw pixels, by what they call themselves."""
OLDEST_KITTY = (0, 28)
"""The first kitty that knows the placeholders of its own protocol; before it, each is drawn as an empty box."""
_ASKED = {Images.KITTY: Way.KITTY, Images.SIXEL: Way.SIXEL, Images.BLOCKS: Way.BLOCKS, Images.OFF: Way.OFF}
_MISSING = "half-blocks: for the terminal's own graphics, pip install 'alwsl-tui[images]'"


def way_for(
    images: Images,
    *,
    environment: Mapping[str, str],
    has_package: bool,
    is_ascii: bool = False,
    kitty: tuple[int, ...] | None = None,
) -> ChosenGraphics:
    """Return the way that was asked for, else the best that this terminal is known to draw. The terminal is not
    queried.

    Asking would need an answer on the keyboard, and there the screens listen. `has_package`: textual-image is here.
    `kitty`: the version of the kitty that this runs in, None where it is none or nobody knows.
    """
    if images is Images.OFF:
        return ChosenGraphics(Way.OFF, "off, as asked")
    if is_ascii:
        return ChosenGraphics(Way.ASCII, "ASCII, as asked")
    if images is not Images.AUTO:
        asked = _ASKED[images]
        return (
            ChosenGraphics(Way.BLOCKS, _MISSING)
            if asked.is_graphics and not has_package
            else ChosenGraphics(asked, "as asked")
        )
    if environment.get("TMUX") or environment.get("STY") or environment.get("TERM", "").startswith(("tmux", "screen")):
        return ChosenGraphics(Way.BLOCKS, "half-blocks: a terminal in a terminal passes no graphics on")
    terminal = _terminal(environment)
    if terminal is None:
        return ChosenGraphics(Way.BLOCKS, "half-blocks: nothing is known of graphics in this terminal")
    if not has_package:
        return ChosenGraphics(Way.BLOCKS, _MISSING)
    if terminal == "kitty" and kitty is not None and kitty < OLDEST_KITTY:
        ours, oldest = (".".join(map(str, version)) for version in (kitty, OLDEST_KITTY))
        return ChosenGraphics(Way.BLOCKS, f"half-blocks: kitty is {ours} here, pictures in text need {oldest}")
    return ChosenGraphics(GRAPHICS[terminal], f"this terminal is {terminal}")


def _terminal(environment: Mapping[str, str]) -> str | None:
    """Return what the terminal calls itself, where it draws pixels."""
    if environment.get("KITTY_WINDOW_ID"):
        return "kitty"
    words = (environment.get("TERM_PROGRAM", "").lower(), environment.get("TERM", "").lower().removeprefix("xterm-"))
    return next((name for name in GRAPHICS for word in words if word.split("-")[0] == name), None)
