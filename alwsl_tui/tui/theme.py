"""Themes made of our palettes, and what a widget may ask of its surroundings: colours, and whether to stay ASCII."""

from rich.segment import Segment
from textual.color import Color
from textual.dom import DOMNode
from textual.filter import LineFilter
from textual.theme import Theme

from alwsl_tui.drawing.palette import THEMES, Palette, blend

FIRST = "dark"
"""The theme of somebody who has chosen none."""


def palette_of(node: DOMNode) -> Palette:
    """Return the colours of the present theme."""
    return THEMES.get(node.app.theme, THEMES[FIRST])


def is_ascii(node: DOMNode) -> bool:
    """Return whether nothing but ASCII may be drawn."""
    return node.app.has_class("ascii")


def cursor_of(palette: Palette) -> str:
    """Return the colour under the row of a cursor."""
    return blend(palette.accent, palette.background, 0.16)


def theme_of(palette: Palette) -> Theme:
    """Return a theme of Textual's that uses these colours and no others."""
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.muted,
        warning=palette.warning,
        error=palette.bad,
        success=palette.good,
        accent=palette.accent,
        foreground=palette.text,
        background=palette.background,
        surface=palette.surface,
        panel=palette.surface,
        dark=palette.is_dark,
        variables={
            "text-muted": palette.muted,
            "text-disabled": palette.muted,
            "foreground-muted": palette.muted,
            "text-primary": palette.accent,
            "text-accent": palette.accent,
            "text-success": palette.good,
            "text-warning": palette.warning,
            "text-error": palette.bad,
            "border": palette.accent,
            "border-blurred": palette.muted,
            "footer-key-foreground": palette.accent,
            "footer-description-foreground": palette.muted,
            "footer-background": palette.background,
            "footer-item-background": palette.background,
            "footer-key-background": palette.background,
            "block-cursor-background": palette.accent,
            "block-cursor-foreground": palette.background,
            "block-cursor-blurred-background": cursor_of(palette),
            "block-cursor-blurred-foreground": palette.text,
            "input-cursor-background": palette.text,
            "input-selection-background": palette.surface,
            "scrollbar": palette.surface,
            "scrollbar-hover": palette.muted,
            "scrollbar-active": palette.accent,
            "scrollbar-background": palette.background,
            "scrollbar-background-hover": palette.background,
            "scrollbar-background-active": palette.background,
            "scrollbar-corner-color": palette.background,
            "link-color": palette.accent,
            "button-foreground": palette.text,
            "button-color-foreground": palette.background,
        },
    )


class Ascii(LineFilter):
    """Every glyph beyond ASCII becomes one of the same width within it: the last word on what reaches a terminal."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the same line in ASCII."""
        return [
            segment if segment.text.isascii() else Segment(ascii_text(segment.text), segment.style, segment.control)
            for segment in segments
        ]


def ascii_text(text: str) -> str:
    """Return a text with a sign of ASCII for each other one, as many as it takes cells."""
    return "".join(c if c.isascii() else _GLYPHS.get(c) or "?" * max(0, Segment(c).cell_length) for c in text)


_GLYPHS = (
    {
        glyph: plain
        for glyphs, plain in (
            ("─━═╌┄┈╶╴╸╺–—‐−⎯", "-"),
            ("│┃║╎┆┊▏▕▌▐▎▍▋▊▉", "|"),
            ("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╞╡╟╢╪╫╬┏┓┗┛┣┫┳┻╋", "+"),
            ("█▓▇▆■◼▀▄▅", "#"),
            ("▒░▃", ":"),
            ("▂▁", "_"),
            ("●○◉•∙⏺", "o"),
            ("▲△↑⌃", "^"),
            ("▼▽↓⌄", "v"),
            ("◆◇✦✚", "+"),
            ("▶▷►→›»❯⏵", ">"),
            ("◀◄←‹«❮", "<"),
            ("✔✓", "v"),
            ("✖✗✘×", "x"),
            ("·…⋯", "."),
            ("“”„", '"'),
            ("‘’", "'"),
            ("±", "~"),
            ("⏸‖", "="),
            ("✎", "*"),
            (" \u00a0", " "),
        )
        for glyph in glyphs
        for plain in [plain]
    }
    | {chr(code): "." for code in range(0x2801, 0x2900)}
    | {"\u2800": " "}
)
