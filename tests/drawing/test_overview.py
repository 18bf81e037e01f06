"""The wall: every size is filled, and shows as many views as was promised."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alwsl_tui.drawing.bars import spark_rows, sparkline
from alwsl_tui.drawing.overview import TileArea, capacity, losses, neighbour, plan, plots
from alwsl_tui.drawing.palette import THEMES
from campaigns.services.results.rounds import TrainingOf
from tests.tui.still import LOSSES, RUNNING, VIEW

WIDTHS, HEIGHTS, COUNTS = st.integers(20, 250), st.integers(3, 80), st.integers(1, 8)
DARK = THEMES["dark"]


@pytest.mark.parametrize(("size", "count"), [((80, 21), 2), ((120, 37), 4), ((40, 9), 1), ((20, 3), 1)], ids=str)
def test_a_terminal_shows_as_many_views_as_was_promised(size: tuple[int, int], count: int) -> None:
    assert capacity(*size) == count


def test_a_large_terminal_shows_all_eight() -> None:
    assert capacity(200, 57) >= 8


@given(width=WIDTHS, height=HEIGHTS, count=COUNTS)
def test_views_fill_the_wall_and_none_lies_over_another(width: int, height: int, count: int) -> None:
    shown = min(count, capacity(width, height))
    cells = [
        {(x, y) for x in range(left, left + wide) for y in range(top, top + high)}
        for left, top, wide, high in plots(width, height, shown)
    ]
    assert len(cells) == shown
    assert all(cells)
    assert set().union(*cells) == {(x, y) for x in range(width) for y in range(height)}
    assert all(not (a & b) for a, b in combinations(cells, 2))


@given(width=WIDTHS, height=HEIGHTS, count=COUNTS)
def test_arrow_keys_reach_every_view_from_every_other_one(width: int, height: int, count: int) -> None:
    shown = min(count, capacity(width, height))
    regions = [(str(at), place) for at, place in enumerate(plots(width, height, shown))]
    reached, new = {"0"}, {"0"}
    while new:
        new = {
            found
            for here in new
            for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1))
            if (found := neighbour(regions, here, right, down)) is not None
        } - reached
        reached |= new
    assert reached == {name for name, _ in regions}


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=60), rows=st.integers(1, 8))
def test_sparks_of_several_rows_are_as_wide_as_their_values_and_stand_on_each_other(
    values: list[float], rows: int
) -> None:
    drawn = spark_rows(values, rows)
    assert [len(row) for row in drawn] == [len(values)] * rows
    assert " " not in drawn[-1]
    for above, below in pairwise(drawn):
        assert all(lower == "█" for upper, lower in zip(above, below, strict=True) if upper != " ")
    assert spark_rows(values, 1) == [sparkline(values)]


@given(columns=st.integers(10, 120), rows=st.integers(1, 30), is_ascii=st.booleans())
def test_losses_and_plan_stay_within_their_place(columns: int, rows: int, is_ascii: bool) -> None:
    area = TileArea(columns, rows, DARK, is_ascii)
    trained = (TrainingOf(RUNNING.id, 2, LOSSES[:4], ()),)
    for text in (losses(VIEW, trained, area), plan(VIEW, area)):
        lines = text.split("\n")
        assert len(lines) <= rows
        assert all(line.cell_len <= columns for line in lines)


def test_losses_say_whose_they_are_and_how_far_it_is() -> None:
    text = losses(VIEW, (TrainingOf(RUNNING.id, 2, LOSSES[:4], ()),), TileArea(70, 8, DARK)).plain
    head, *graph = text.split("\n")
    assert head.startswith("ag t2  round 2  epoch 4/10")
    assert head.endswith("0.212 → 0.071")
    assert max(len(line.rstrip()) for line in graph) == 28  # 4 of 10 epochs of 70 cells
