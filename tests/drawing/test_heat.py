"""Matrices, bars and sparks: the number, the shade and the length say the same."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing.bars import bar, class_bars, histogram, sparkline
from alwsl_tui.drawing.heat import heat_table, shortened
from alwsl_tui.drawing.palette import THEMES, contrast

DARK = THEMES["dark"]
NAMES = ("ag", "unc", "ent", "mm", "sepmin", "sepmax", "sepsum", "vote", "adv", "random")
EVIL = "\x1b[31mred\n[b]"


def square(size: int, value: float = 0.25) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(1.0 if row == column else value for column in range(size)) for row in range(size))


def widest(text: Text) -> int:
    return max(line.cell_len for line in text.split("\n"))


@pytest.mark.parametrize("size", [6, 8, 10])
def test_six_to_ten_criteria_fit_80_columns_with_their_whole_names(size: int) -> None:
    text = heat_table(NAMES[:size], square(size), palette=DARK, high=1.0)
    assert widest(text) <= 80
    assert all(text.plain.count(name) == 2 for name in ("unc", "sepmin", "sepmax"))


def test_in_little_room_names_are_cut_in_the_middle_and_numbers_stay_whole() -> None:
    text = heat_table(NAMES[:6], square(6), palette=DARK, high=1.0, width=44)
    assert widest(text) <= 44
    assert "se…in" in text.plain
    assert "se…ax" in text.plain
    assert text.plain.count("0.25") == 30


def test_every_number_can_be_read_on_its_shade() -> None:
    for palette in THEMES.values():
        line = tuple(n / 20 for n in range(21))
        text = heat_table([str(n) for n in range(21)], (line,) * 21, palette=palette, high=1.0, width=200)
        styles = [span.style for span in text.spans if isinstance(span.style, Style) and span.style.bgcolor]
        assert styles
        for style in styles:
            assert style.color
            assert style.bgcolor
            assert contrast(style.color.name, style.bgcolor.name) >= 4.5


def test_the_cursor_stands_in_brackets_so_it_needs_no_colour() -> None:
    text = heat_table(NAMES[:2], ((9, 4), (4, 7)), palette=DARK, cursor=(0, 1), high=9)
    assert text.plain.count("[") == 1
    assert "4]" in text.plain.splitlines()[1]


def test_whole_numbers_stay_whole_and_what_is_unknown_is_a_dot() -> None:
    text = heat_table(NAMES[:2], ((100, 7), (7, 100)), palette=DARK, high=100)
    assert "100" in text.plain
    assert "." not in text.plain
    assert "·" in heat_table(("a",), ((math.nan,),), palette=DARK, high=1).plain


def test_a_matrix_of_nothing_is_drawn_too() -> None:
    assert heat_table((), (), palette=DARK, high=0).plain.strip() == ""
    assert "0" in heat_table(("a",), ((0,),), palette=DARK, high=0).plain


def test_everything_has_an_ascii_form() -> None:
    texts = (
        heat_table(NAMES, square(10, math.nan), palette=DARK, high=1, cursor=(1, 1), width=60, is_ascii=True),
        histogram(("1 vote", "a very long label indeed"), (3, 5), width=40, palette=DARK, is_ascii=True),
        class_bars(("cat", "dog"), ((0.5, None), (0.4, 0.9)), width=50, palette=DARK, is_ascii=True),
    )
    assert all(text.plain.isascii() for text in texts)
    assert sparkline((1, 2, None, 3), is_ascii=True).isascii()


def test_names_from_outside_are_not_obeyed() -> None:
    texts = (
        heat_table((EVIL,), ((1,),), palette=DARK, high=1, width=60),
        histogram((EVIL,), (1,), width=60, palette=DARK),
        class_bars((EVIL,), ((0.5,),), width=60, palette=DARK),
    )
    for text in texts:
        assert "\x1b" not in text.plain
        assert "\\x1b" in text.plain


@given(name=st.text(max_size=20), width=st.integers(3, 12))
def test_a_shortened_name_fits(name: str, width: int) -> None:
    assert Text(shortened(name, width, is_ascii=False)).cell_len <= width


@given(share=st.floats(-1, 2), width=st.integers(1, 60), is_ascii=st.booleans())
def test_a_bar_is_as_wide_as_it_was_told(share: float, width: int, is_ascii: bool) -> None:
    drawn = bar(share, width, is_ascii=is_ascii)
    assert len(drawn) == width
    assert (drawn.strip() == "") is (share <= 0)


def test_a_histogram_counts_and_says_per_cent() -> None:
    text = histogram(("1 vote", "2 votes", "3 votes"), (6, 3, 0), width=50, palette=DARK)
    high = histogram(("1 vote", "2 votes", "3 votes"), (6, 3, 0), width=50, palette=DARK, lines=3)
    assert [line.rstrip() for line in high.plain.split("\n")[1::3]] == text.plain.split("\n")
    lines = text.plain.splitlines()
    assert [line.split("%")[0].split()[-2:] for line in lines] == [["6", "67"], ["3", "33"], ["0", "0"]]
    assert lines[0].count("█") == 2 * lines[1].count("█") + (1 if lines[0].count("█") % 2 else 0)
    assert "█" not in lines[2]
    assert widest(text) <= 50


def test_a_histogram_of_nothing_divides_by_nothing() -> None:
    assert "0 %" in histogram(("1 vote",), (0,), width=30, palette=DARK).plain
    assert histogram((), (), width=30, palette=DARK).plain == ""


def test_two_campaigns_are_compared_class_by_class() -> None:
    text = class_bars(("cat", "dog", "newt"), ((0.5, 0.5, None), (0.6, 0.25, 0.1)), width=70, palette=DARK)
    lines = text.plain.splitlines()
    assert len(lines) == 6
    assert "+10.0" in lines[1]
    assert "−25.0" in lines[3]
    assert "not measured" in lines[4]
    assert "+" not in lines[5]
    assert all(("●" if at % 2 == 0 else "▲") in line for at, line in enumerate(lines))
    assert widest(text) <= 70


def test_a_spark_is_lowest_at_the_least_and_highest_at_the_greatest() -> None:
    assert sparkline((0.1, None, 0.5, 0.9)) == "▁ ▅█"
    assert sparkline((2.0, 2.0)) == "▄▄"
    assert sparkline(()) == ""
