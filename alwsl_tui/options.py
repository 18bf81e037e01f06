"""How the screens behave for one person at one terminal."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Images(StrEnum):
    """How pictures are drawn."""

    AUTO = "auto"
    """As well as the terminal is known to can; half-blocks where nothing is known."""
    KITTY = "kitty"
    SIXEL = "sixel"
    BLOCKS = "blocks"
    """Two coloured halves a cell: any terminal with colours."""
    OFF = "off"


class Signal(StrEnum):
    """How somebody is called when a campaign stops by itself."""

    OFF = "off"
    BELL = "bell"
    OSC9 = "osc9"
    """A notice of the desktop, by the sequence of iTerm, kitty and others."""
    OSC777 = "osc777"
    """The same by that of urxvt, foot and others."""


@dataclass(frozen=True, slots=True)
class Manners:
    """What a person asked of the screens."""

    home: Path | None = None
    campaign: str | None = None
    """Open this one first; None opens the station."""
    tab: str | None = None
    """The tab of that campaign to open."""
    is_readonly: bool = False
    is_ascii: bool = False
    images: Images = Images.AUTO
    theme: str | None = None
    """One of `alwsl_tui.drawing.palette.THEMES`; None takes the one last chosen in this home."""
    port: int | None = None
    """Serve the screens to a browser of this machine on that port; None shows them on the terminal."""
    is_labelling: bool = False
    """Label for that campaign at once."""
    by: str | None = None
    """Who labels; None is the user of this system."""
    overlap: float = 0
    """The share of images that they label although others do, in [0, 1]."""
    repeats: float = 0
    """The share of what they answered that they are asked about once more, in [0, 1]."""
    is_rechecking: bool = False
    """Ask them once more at once about answers that may be mistakes."""
