"""States as a person sees them: a sign and a word always, a colour where there is one."""

from collections.abc import Mapping

from rich.text import Text

from alwsl_tui.drawing.palette import Palette

GLYPHS: Mapping[str, str] = {
    "new": "○",
    "waiting": "·",
    "queued": "⋯",
    "running": "▶",
    "labelling": "✎",
    "pausing": "▷",
    "paused": "‖",
    "cancelling": "▷",
    "cancelled": "■",
    "failed": "✖",
    "stranded": "!",
    "lost": "✖",
    "stopped": "‖",
    "done": "✔",
}
"""By the word of the state: of campaigns, jobs and attempts."""


def tone(state: str, palette: Palette) -> str:
    """Return the colour of a state."""
    tones = {
        "running": palette.accent, "done": palette.good, "failed": palette.bad, "lost": palette.bad,
        "stranded": palette.bad, "queued": palette.warning, "labelling": palette.warning, "paused": palette.warning,
        "pausing": palette.warning, "stopped": palette.warning,
        "cancelled": palette.warning, "cancelling": palette.warning,
    }  # fmt: skip
    return tones.get(state, palette.muted)


def badge(state: str, palette: Palette) -> Text:
    """Draw a state with its word, `▶ running`, in its colour."""
    return Text(f"{GLYPHS[state]} {state}", tone(state, palette))


def glyph(state: str, palette: Palette) -> Text:
    """Draw a state's sign, `▶`, in its colour."""
    return Text(GLYPHS[state], tone(state, palette))
