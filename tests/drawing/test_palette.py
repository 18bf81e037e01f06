"""Every colour can be read, and no meaning hangs on hue alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alwsl_tui.drawing.palette import (
    ASCII_MARKS,
    MARKS,
    THEMES,
    UNKNOWN,
    Palette,
    blend,
    contrast,
    hue,
    ink,
    mark,
    shade,
    two_sided,
)
from campaigns.reporting import colours
from campaigns.reporting.figures import board

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
every_theme = pytest.mark.parametrize("palette", THEMES.values(), ids=list(THEMES))


def test_there_are_five_themes_and_dark_comes_first() -> None:
    assert list(THEMES) == ["dark", "light", "contrast", "dusk", "mono"]
    assert all(name == palette.name for name, palette in THEMES.items())


def test_contrast_is_what_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ff0000", "#ffffff") == pytest.approx(4.00, abs=0.01)


@given(a=COLOURS, b=COLOURS)
def test_contrast_does_not_ask_which_colour_lies_on_top(a: str, b: str) -> None:
    assert contrast(a, b) == contrast(b, a)
    assert 1 <= contrast(a, b) <= 21.001


@every_theme
@pytest.mark.parametrize("word", ["text", "muted", "accent", "good", "warning", "bad"])
def test_words_can_be_read_on_background_and_surface(palette: Palette, word: str) -> None:
    assert min(contrast(getattr(palette, word), under) for under in (palette.background, palette.surface)) >= 4.5


@every_theme
def test_curves_can_be_seen_on_background_and_surface(palette: Palette) -> None:
    assert len(set(palette.series)) == 10
    for colour in palette.series:
        assert min(contrast(colour, under) for under in (palette.background, palette.surface)) >= 4.5


@every_theme
def test_the_ramp_leads_away_from_the_background_and_can_be_written_on(palette: Palette) -> None:
    away = [contrast(colour, palette.background) for colour in palette.heat]
    assert away == sorted(away)
    assert len(set(palette.heat)) == len(palette.heat)
    assert all(contrast(ink(colour, palette), colour) >= 4.5 for colour in palette.heat)


@every_theme
@given(colour=COLOURS)
def test_ink_can_be_read_on_whatever_it_is_given(palette: Palette, colour: str) -> None:
    assert contrast(ink(colour, palette), colour) >= 4.5


def test_mono_has_no_hue() -> None:
    mono = THEMES["mono"]
    words = (mono.background, mono.surface, mono.text, mono.muted, mono.accent, mono.good, mono.warning, mono.bad)
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in (*words, *mono.series, *mono.heat))


def test_the_command_line_can_be_seen_on_black_and_on_white_paper() -> None:
    for colour in (*UNKNOWN.series, UNKNOWN.text, UNKNOWN.muted, UNKNOWN.accent):
        assert min(contrast(colour, "#000000"), contrast(colour, "#ffffff")) >= 3


def test_marks_tell_twenty_criteria_apart_and_ascii_is_ascii() -> None:
    for is_ascii in (False, True):
        assert len({mark(at, is_ascii=is_ascii) for at in range(20)}) == 20
    assert "".join(mark(at, is_ascii=True) for at in range(36)).isascii()
    assert not set(ASCII_MARKS) & set(".:|-")
    assert len(ASCII_MARKS) == 10


def test_a_criterion_has_the_same_mark_and_colour_on_screens_and_in_reports() -> None:
    for name, at in colours.places((*colours.PLACES, "badge", "zeal")).items():
        assert mark(at, is_ascii=False) == colours.sign(at), name
        for theme, inks in (("dark", colours.DARK), ("light", colours.LIGHT)):
            assert hue(at, THEMES[theme]) == inks.series[at % len(inks.series)], name
    # What a figure draws, it draws at the same place of the same lists.
    assert [board.dot(at)["color"] for at in range(10)] == list(colours.LIGHT.series)
    shapes = dict(zip(board.MARKS, MARKS, strict=True))
    assert [shapes[board.dot(at)["marker"]] for at in (3, 7, 8, 9)] == [MARKS[at] for at in (3, 7, 8, 9)]


@every_theme
def test_two_sides_have_two_hues_and_can_be_written_on(palette: Palette) -> None:
    for at in range(11):
        for value in (at / 10, -at / 10):
            assert contrast(ink(two_sided(value, palette), palette), two_sided(value, palette)) >= 4.5
    assert two_sided(0.7, palette) == shade(0.7, palette)
    if palette.name != "mono":
        assert two_sided(-0.7, palette) != two_sided(0.7, palette)
    away = [contrast(two_sided(-at / 10, palette), palette.background) for at in range(1, 11)]
    assert away == sorted(away)


def test_the_eleventh_criterion_has_the_first_colour_again() -> None:
    assert hue(10, THEMES["dark"]) == hue(0, THEMES["dark"])


@given(a=COLOURS, b=COLOURS)
def test_a_blend_lies_between(a: str, b: str) -> None:
    assert blend(a, b, 1) == a
    assert blend(a, b, 0) == b
    for at in (1, 3, 5):
        low, high = sorted((int(a[at : at + 2], 16), int(b[at : at + 2], 16)))
        assert low <= int(blend(a, b, 0.3)[at : at + 2], 16) <= high


def test_shades_of_what_lies_outside_are_the_ends() -> None:
    dark = THEMES["dark"]
    assert (shade(-1, dark), shade(0, dark), shade(1, dark), shade(7, dark)) == (
        dark.heat[0], dark.heat[0], dark.heat[-1], dark.heat[-1],
    )  # fmt: skip
    assert len({shade(n / 10, dark) for n in range(10)}) == 10
