"""Colours and marks by name: five palettes, and how far two colours stand apart for an eye that sees no hue."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.reporting import colours

MARKS = tuple(colours.SIGNS)
ASCII_MARKS = ("*", "^", "#", "o", "+", "x", "@", "v", "%", "=")
"""No `.`, `:` and `|`: lines, bands and reading points are drawn with these."""
BLACK, WHITE = "#000000", "#ffffff"


@dataclass(frozen=True, slots=True)
class Palette:
    """What a theme paints with; every colour is `#rrggbb`.

    Text, muted, accent, good, warning, bad and every one of `series` have a contrast of at least 4.5 with background
    and surface.
    """

    name: str
    is_dark: bool
    background: str
    surface: str
    """What lies on the background: panels, headers."""
    text: str
    muted: str
    """Captions, axes, what is known already."""
    accent: str
    """Where one is: cursor, focus, title."""
    good: str
    warning: str
    bad: str
    series: tuple[str, ...]
    """Ten, after Okabe and Ito (2008), lightened or darkened for the background; a mark always goes with it."""
    heat: tuple[str, ...]
    """Low to high, ever farther from the background, so that shade alone tells the order."""


DARK = Palette(
    "dark", True, "#10151c", "#18202a", "#d8dee6", "#8995a3", "#6cb6ff", "#56c596", "#e5b454", "#f4796b",
    series=colours.DARK.series, heat=colours.DARK.heat,
)  # fmt: skip
LIGHT = Palette(
    "light", False, "#fbfbf9", "#f0f1ee", "#20262d", "#5a636e", "#0a5ca8", "#116644", "#7a5200", "#b3261e",
    series=colours.LIGHT.series, heat=colours.LIGHT.heat,
)  # fmt: skip
CONTRAST = Palette(
    "contrast", True, "#000000", "#0d0d0d", "#ffffff", "#c8c8c8", "#ffff00", "#7dff8a", "#ffd000", "#ff9a9a",
    series=(
        "#ffffff", "#ffff00", "#00e5ff", "#ffa940", "#7dff8a",
        "#ff9ede", "#b8b8ff", "#ff8a80", "#d7ccc8", "#64ffda",
    ),
    heat=(
        "#000000", "#1f1f00", "#3a3a00", "#575700", "#757500",
        "#949400", "#b5b500", "#d6d600", "#f2f200", "#ffffb0",
    ),
)  # fmt: skip
DUSK = Palette(
    "dusk", True, "#232736", "#2b3041", "#dcdfe8", "#a3abc0", "#b4a7f5", "#93cfa8", "#e6c384", "#f29ca3",
    series=(
        "#89bff0", "#eeb27a", "#86cfb0", "#e8a5cc", "#e9dc94",
        "#f29a80", "#b4b5f7", "#cdd2de", "#d3b797", "#9adbdf",
    ),
    heat=(
        "#2a2f42", "#343a56", "#40466b", "#4f547f", "#626393",
        "#7974a4", "#9488b4", "#b19fc2", "#cfb9cf", "#efd9dc",
    ),
)  # fmt: skip
MONO = Palette(
    "mono", True, "#121212", "#1b1b1b", "#e2e2e2", "#949494", "#ffffff", "#d0d0d0", "#e8e8e8", "#ffffff",
    series=(
        "#f5f5f5", "#b0b0b0", "#d8d8d8", "#969696", "#e6e6e6",
        "#a4a4a4", "#cacaca", "#8e8e8e", "#bdbdbd", "#ffffff",
    ),
    heat=(
        "#1a1a1a", "#2b2b2b", "#3e3e3e", "#535353", "#696969",
        "#818181", "#9b9b9b", "#b6b6b6", "#d3d3d3", "#f2f2f2",
    ),
)  # fmt: skip
THEMES: Mapping[str, Palette] = {palette.name: palette for palette in (DARK, LIGHT, CONTRAST, DUSK, MONO)}

UNKNOWN = Palette(
    "unknown", True, "#000000", "#000000", "#808080", "#808080", "#2e86de", "#1a9850", "#b8860b", "#e0463c",
    series=(
        "#2f8fd8", "#d97706", "#0f9d72", "#cc5fa0", "#a68a00",
        "#e0562b", "#7f7fe0", "#868686", "#a87848", "#2a9d9d",
    ),
    heat=MONO.heat,
)  # fmt: skip
"""For a command line, which knows nothing of the paper it writes on: at least 3 from black and from white."""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, in [0, 1] (WCAG 2.2, "relative luminance")."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (n / 255 for n in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, in [1, 21] (WCAG 2.2, "contrast ratio"); 4.5 is enough to read."""
    darker, lighter = sorted((luminance(a), luminance(b)))
    return (lighter + 0.05) / (darker + 0.05)


def blend(over: str, under: str, share: float) -> str:
    """Return a colour seen through another: `share` of `over` in [0, 1], the rest is `under`."""
    mixed = (round(share * a + (1 - share) * b) for a, b in zip(_channels(over), _channels(under), strict=True))
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def ink(shade: str, palette: Palette) -> str:
    """Return a colour to write with on a shade: the palette's own where it can be read, black or white otherwise."""
    own = max((palette.text, palette.background), key=lambda colour: contrast(colour, shade))
    # One of black and white is always at least 4.58 away: the geometric mean of 0.05 and 1.05 is between them.
    return own if contrast(own, shade) >= 4.5 else max((BLACK, WHITE), key=lambda colour: contrast(colour, shade))


def shade(share: float, palette: Palette) -> str:
    """Return the colour of the ramp for a share in [0, 1]; what lies outside is taken as the nearer end."""
    steps = len(palette.heat)
    return palette.heat[max(0, min(steps - 1, int(share * steps)))]


def two_sided(value: float, palette: Palette) -> str:
    """Return the colour of a value in [-1, 1]: the ramp above 0, another hue below, the more the farther from 0."""
    if value >= 0:
        return shade(value, palette)
    steps = len(palette.heat)
    step = min(steps - 1, int(-value * steps))
    return blend(palette.series[1], palette.background, 0.08 + 0.84 * step / (steps - 1))


def mark(at: int, *, is_ascii: bool) -> str:
    """Return the sign of the criterion at a place, counted from 0, as in reports; letters where these end."""
    marks = ASCII_MARKS if is_ascii else MARKS
    return marks[at] if at < len(marks) else chr(ord("A") + (at - len(marks)) % 26)


def hue(at: int, palette: Palette) -> str:
    """Return the colour of the criterion at a place, counted from 0."""
    return palette.series[at % len(palette.series)]
