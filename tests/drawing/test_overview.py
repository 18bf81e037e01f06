"""The wall: every size is filled, and shows as many views as was promised."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alwsl_tui.drawing.bars import falling
from alwsl_tui.drawing.overview import TileArea, capacity, events, losses, neighbour, plan, plots
from alwsl_tui.drawing.palette import THEMES
from campaigns.core.ids import JobId, JobKind
from campaigns.core.states import AttemptState, JobState
from campaigns.services.monitor.feed import FeedLine
from campaigns.services.results.rounds import TrainingOf
from tests.tui.still import LOSSES, RUNNING, VIEW

WIDTHS, HEIGHTS, COUNTS = st.integers(20, 250), st.integers(3, 80), st.integers(1, 8)
DARK = THEMES["dark"]


@pytest.mark.parametrize(("size", "count"), [((80, 21), 2), ((120, 37), 4), ((40, 9), 1), ((20, 3), 1)], ids=str)
def test_a_terminal_shows_as_many_views_as_was_promised(size: tuple[int, int], count: int) -> None:
    assert capacity(*size) == count


def test_a_large_terminal_shows_all_nine() -> None:
    assert capacity(200, 57) >= 9


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


@given(
    values=st.lists(st.floats(0, 1), max_size=60), planned=st.integers(0, 80), columns=st.integers(1, 60),
    rows=st.integers(1, 9), is_ascii=st.booleans(),
)  # fmt: skip
def test_a_line_of_losses_fills_its_place_and_has_no_gaps(
    values: list[float], planned: int, columns: int, rows: int, is_ascii: bool
) -> None:
    drawn = falling(values, planned, columns=columns, rows=rows, is_ascii=is_ascii)
    assert [len(row) for row in drawn] == [columns] * rows
    marked = [any(row[at] != " " for row in drawn) for at in range(columns)]
    assert marked == sorted(marked, reverse=True)
    assert any(marked) is bool(values)
    assert all(marked) or len(values) < max(2, planned)


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
    head, *graph, epochs = text.split("\n")
    assert head.startswith("ag t2  round 2  epoch 4/10")
    assert head.endswith("0.212 → 0.071")
    assert (epochs.startswith("epoch 1 ┈"), epochs.endswith("┈ 10"), len(epochs)) == (True, True, 70)
    assert max(len(line.rstrip()) for line in graph) == 24  # the fourth of ten epochs stands at a third of 70 cells


@pytest.mark.parametrize("rows", range(2, 40))
def test_losses_of_one_job_take_all_the_lines_there_are(rows: int) -> None:
    text = losses(VIEW, (TrainingOf(RUNNING.id, 2, LOSSES[:4], ()),), TileArea(70, rows, DARK)).plain
    lines = text.split("\n")
    assert len(lines) == rows
    assert all(line.strip() for line in lines)


def test_events_end_with_the_newest_and_go_on_below_their_first_words() -> None:
    lines = [
        FeedLine(at, 1e9 + at, "c", JobId("arm-t0-ag"), at == 2, f"round {at}: " + "word " * 12) for at in range(3)
    ]
    text = events(lines, TileArea(40, 8, DARK))
    drawn = text.plain.splitlines()
    assert len(drawn) <= 8
    assert all(len(line) <= 40 for line in drawn)
    assert drawn[-1].startswith(" " * 9)
    assert "round 2:" in text.plain
    assert "round 0:" not in text.plain
    assert events([], TileArea(40, 8, DARK)).plain == "nothing yet"
    assert len(events(lines, TileArea(12, 2, DARK)).plain.splitlines()) == 2


def test_before_the_first_point_it_is_told_when_that_comes_and_what_the_loss_is_now() -> None:
    baseline = next(job for job in VIEW.jobs if job.row.job.kind is JobKind.BASELINE)
    assert baseline.attempt is not None
    tried = replace(baseline.attempt, state=AttemptState.RUNNING, epoch=4, epochs=10, loss=0.0412)
    at_work = replace(
        baseline, row=replace(baseline.row, state=JobState.RUNNING), attempt=tried, rounds=(), progress=0.5
    )
    view = replace(VIEW, jobs=(at_work,), seconds_left=100.0)
    assert view.seconds_to_first == 100.0
    text = plan(view, TileArea(70, 12, DARK)).plain
    assert "in about 2 min, when a baseline is done" in text
    assert f"0.0412 at epoch 4/10 of {baseline.row.job.id}" in text
    assert "in about" not in plan(replace(view, seconds_left=None), TileArea(70, 12, DARK)).plain
