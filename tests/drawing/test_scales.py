"""Grids, ticks and numbers of axes."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from alwsl_tui.drawing import scales
from alwsl_tui.drawing.canvas import Canvas
from alwsl_tui.drawing.strokes import Area


@given(low=st.floats(-1e3, 1e3), span=st.floats(0.5, 1e3), rows=st.integers(3, 60), dots=st.sampled_from((1, 4)))
def test_a_grid_is_even_and_holds_everything(low: float, span: float, rows: int, dots: int) -> None:
    edges, ticks = scales.even_grid(low, low + span, rows=rows, dots=dots)
    area = Area(10, rows, (0, 1), edges, is_ascii=dots == 1)
    at = [area.row(tick) for tick in ticks]
    assert len({a - b for a, b in pairwise(at)}) <= 1
    assert all(0 <= row < rows for row in (*at, area.row(low), area.row(low + span)))
    if rows >= 8:
        assert 2 <= len(ticks) <= rows


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-3, 1e6), count=st.integers(1, 12))
def test_ticks_are_few_and_within(low: float, span: float, count: int) -> None:
    ticks = scales.even_ticks(low, low + span, count)
    slack = 1e-6 * (abs(low) + span)
    assert len(ticks) <= count + 1
    assert all(low - slack <= tick <= low + span + slack for tick in ticks)
    assert len(scales.tick_labels(ticks)) == len(ticks)


def test_numbers_in_little_room() -> None:
    assert [scales.short(n) for n in (0, 950, 4000, 12_000, 12_500, 1_250_000)] == [
        "0", "950", "4000", "12k", "12.5k", "1.25M",
    ]  # fmt: skip
    assert scales.tick_labels((0.0, 0.5, 1.0)) == ("0.0", "0.5", "1.0")
    assert scales.tick_labels((60.0, 80.0)) == ("60", "80")


def test_a_canvas_forgets_what_falls_off_it() -> None:
    sheet = Canvas(4, 1)
    sheet.put(-1, 0, "abcdef", None)
    sheet.put(0, 7, "x", None)
    assert sheet.text().plain == "bcde"
