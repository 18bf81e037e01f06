"""Lines of a chart: without gaps, each with its own cells, and told apart also where there is no colour."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import Color, ColorSystem
from rich.style import Style

from alwsl_tui.drawing.curves import ChartLook
from alwsl_tui.drawing.painting import DIM, ROOMY
from alwsl_tui.drawing.palette import THEMES, Palette, blend, contrast
from alwsl_tui.drawing.strokes import Area, Stroke, rasterise
from tests.drawing.test_curves import DARK, FOUND, HERE, drawn_as

POINTS = st.lists(st.tuples(st.floats(-5, 15), st.floats(-5, 15)), min_size=2, max_size=8, unique_by=lambda at: at[0])


@pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES)
def test_a_dimmed_line_is_plain_to_see_and_told_from_a_bright_one(palette: Palette) -> None:
    for colour in palette.series:
        dimmed = blend(colour, palette.background, DIM)
        assert contrast(dimmed, palette.background) >= 3  # WCAG 2.2, "non-text contrast"
        few = [Color.parse(each).downgrade(ColorSystem.EIGHT_BIT) for each in (colour, dimmed)]
        assert few[0] != few[1]


def dots_of_unc(look: ChartLook, rows: int) -> int:
    drawn = drawn_as(size=(100, rows + (4 if rows >= 8 else 2)), look=look)
    assert drawn.rows == rows
    return sum(
        (ord(sign) - 0x2800).bit_count()
        for span in drawn.text.spans
        if isinstance(span.style, Style) and span.style.color and span.style.color.name == DARK.series[HERE[1]]
        for sign in drawn.text.plain[span.start : span.end]
        if 0x2800 < ord(sign) < 0x2900
    )


def test_the_line_in_focus_is_thicker_so_it_needs_no_colour() -> None:
    roomy = math.ceil(ROOMY * len(FOUND.curves))
    thin, thick = (dots_of_unc(ChartLook(), rows) for rows in (roomy - 1, roomy + 2))
    assert dots_of_unc(ChartLook(focus="unc"), roomy - 1) > 1.4 * thin
    assert dots_of_unc(ChartLook(focus="unc"), roomy + 2) > 1.2 * thick > 1.4 * 1.2 * thin


def test_a_cell_has_the_dots_of_the_line_on_top_alone() -> None:
    area = Area(20, 10, (0, 10), (0, 10))
    flat, steep = Stroke((0, 10), (5, 5), "#ff0000"), Stroke((0, 10), (0, 10), "#00ff00")
    alone, both = rasterise([steep], area), rasterise([flat, steep], area)
    for row, rest in zip(alone, both, strict=True):
        assert all(cell == other for cell, other in zip(row, rest, strict=True) if cell[0] != " ")
    assert {colour for row in both for _, colour in row} == {"", "#ff0000", "#00ff00"}


@given(points=POINTS, weight=st.integers(1, 3), is_ascii=st.booleans())
def test_a_line_has_no_gaps_and_a_thicker_one_covers_it(
    points: list[tuple[float, float]], weight: int, is_ascii: bool
) -> None:
    area = Area(20, 10, (0, 10), (-5, 15), is_ascii)
    x, y = zip(*sorted(points), strict=True)
    thin, thick = (rasterise([Stroke(x, y, "#ff0000", each)], area) for each in (1, weight))
    covered = [any(row[at][0] != " " for row in thin) for at in range(20)]
    first, last = (area.column(min(10.0, max(0.0, edge))) for edge in (x[0], x[-1]))
    assert covered == [x[0] <= 10 and x[-1] >= 0 and first <= at <= last for at in range(20)]
    for one, two in zip(thin, thick, strict=True):
        assert all(_covers(fat, slim) for (slim, _), (fat, _) in zip(one, two, strict=True))


def _covers(fat: str, slim: str) -> bool:
    return slim in (" ", fat) or (ord(slim) - 0x2800) & ~(ord(fat) - 0x2800) == 0
