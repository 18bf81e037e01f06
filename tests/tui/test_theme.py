"""Themes and the last word on what reaches a terminal."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.design import ColorSystem

from alwsl_tui.drawing.palette import THEMES, Palette, contrast
from alwsl_tui.tui.theme import Ascii, cursor_of, theme_of

READ = (
    ("foreground", "background"), ("foreground", "surface"), ("text-muted", "background"), ("text-muted", "surface"),
    ("text-error", "surface"), ("text-error", "background"), ("text-success", "background"),
    ("text-warning", "background"), ("text-accent", "background"), ("footer-key-foreground", "footer-background"),
    ("footer-description-foreground", "footer-background"), ("block-cursor-foreground", "block-cursor-background"),
    ("block-cursor-blurred-foreground", "block-cursor-blurred-background"),
    ("button-color-foreground", "error"), ("button-color-foreground", "primary"),
)  # fmt: skip
"""What is written on what, by the names that style sheets use."""


@pytest.mark.parametrize("palette", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize(("written", "on"), READ, ids=" on ".join)
def test_everything_can_be_read_in_every_theme(palette: Palette, written: str, on: str) -> None:
    system: ColorSystem = theme_of(palette).to_color_system()
    colours = system.generate()
    assert contrast(_hex(colours[written]), _hex(colours[on])) >= 4.5


@pytest.mark.parametrize("palette", THEMES.values(), ids=list(THEMES))
def test_states_and_curves_can_be_read_under_the_cursor(palette: Palette) -> None:
    under = cursor_of(palette)
    for colour in (palette.text, palette.accent, palette.good, palette.warning, palette.bad):
        assert contrast(colour, under) >= 4.5, colour


@given(st.text(max_size=40))
def test_ascii_leaves_nothing_else_and_no_line_changes_its_width(text: str) -> None:
    (segment,) = Ascii().apply([Segment(text)], Color(0, 0, 0))
    assert segment.text.isascii()
    assert cell_len(segment.text) == cell_len(text)


def test_ascii_keeps_shapes_apart() -> None:
    drawn = "│─┌█░●▲"
    (segment,) = Ascii().apply([Segment(drawn)], Color(0, 0, 0))
    assert segment.text == "|-+#:o^"
    assert Ascii().apply([Segment(string.printable)], Color(0, 0, 0))[0].text == string.printable


def _hex(colour: str) -> str:
    return Color.parse(colour).hex6.lower()
