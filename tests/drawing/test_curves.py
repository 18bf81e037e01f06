"""Learning curves as text: everything stands where its number says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.style import Style

from alwsl_tui.drawing import curves
from alwsl_tui.drawing.curves import ChartLook, DrawnChart, draw_curves
from alwsl_tui.drawing.legend import line_legend
from alwsl_tui.drawing.painting import DIM
from alwsl_tui.drawing.palette import ASCII_MARKS, MARKS, THEMES, blend
from alwsl_tui.drawing.strokes import Area, Stroke, rasterise
from alwsl_tui.drawing.traces import traces
from campaigns.reporting.colours import PLACES
from campaigns.reporting.series import Axis, Curve, Point, Result

DARK = THEMES["dark"]
BUDGETS = (200, 400, 600, 800, 1000)


def a_point(labelled: int, *trials: float) -> Point:
    return Point(labelled, trials, tuple(range(len(trials))), labelled * 20, 3.0 * labelled, 1.8 * labelled)


def a_curve(name: str, start: float, *, budgets: tuple[int, ...] = BUDGETS) -> Curve:
    heights = [start + 0.06 * at for at in range(len(budgets))]
    return Curve(name, tuple(a_point(n, high - 0.02, high + 0.02) for n, high in zip(budgets, heights, strict=True)))


FOUND = Result(("cat",), (), 0.8, (a_curve("ag", 0.5), a_curve("unc", 0.44), a_curve("random", 0.38)))

HERE = [PLACES[curve.criterion] for curve in FOUND.curves]


def drawn_as(found: Result = FOUND, *, size: tuple[int, int] = (100, 30), look: ChartLook | None = None) -> DrawnChart:
    return draw_curves(found, size=size, look=look or ChartLook(), palette=DARK)


def colours_of(drawn: DrawnChart) -> set[str]:
    styles = [span.style for span in drawn.text.spans if isinstance(span.style, Style)]
    return {style.color.name for style in styles if style.color}


def colours_of_lines(drawn: DrawnChart) -> set[str]:
    text = drawn.text
    return {
        span.style.color.name
        for span in text.spans
        if isinstance(span.style, Style)
        and span.style.color
        and any(0x2800 < ord(sign) < 0x2900 for sign in text.plain[span.start : span.end])
    }


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 10), (33, 8)], ids=str)
@pytest.mark.parametrize("is_ascii", [False, True], ids=["unicode", "ascii"])
def test_a_chart_is_exactly_as_large_as_it_was_told(size: tuple[int, int], is_ascii: bool) -> None:
    look = ChartLook(is_ascii=is_ascii, spread="band", reading_points=(400, 1000))
    lines = drawn_as(size=size, look=look).text.split("\n", allow_blank=True)
    assert (len(lines), {line.cell_len for line in lines}) == (size[1], {size[0]})


def test_every_budget_of_every_criterion_has_its_mark_in_its_column() -> None:
    drawn = drawn_as()
    rows = drawn.text.plain.splitlines()
    canvas = rows[drawn.top : drawn.top + drawn.rows]
    for labelled in BUDGETS:
        column = "".join(row[drawn.column_of(labelled)] for row in canvas)
        assert [mark for mark in column if mark in MARKS] == [MARKS[at] for at in HERE]


def test_a_mark_sits_on_its_line() -> None:
    area = Area(50, 20, (0, 10), (0, 1))
    for x in (0, 1.3, 5, 7.77, 10):
        y = 0.05 + x / 11
        cells = rasterise([Stroke((x,), (y,), "#ff0000")], area)
        assert cells[area.row(y)][area.column(x)][1] == "#ff0000"


def test_a_line_that_leaves_the_area_is_cut_at_its_edge() -> None:
    area = Area(20, 10, (0, 10), (0, 10))
    cells = rasterise([Stroke((-1e6, 1e6), (5, 5), "#00ff00")], area)
    assert {sign != " " for sign, _ in cells[area.row(5)]} == {True}
    assert sum(sign != " " for row in cells for sign, _ in row) == 20


def test_budgets_are_stops_from_left_to_right() -> None:
    drawn = drawn_as()
    assert [labelled for labelled, _ in drawn.stops] == list(BUDGETS)
    assert [drawn.column_of(labelled) for labelled in BUDGETS] == [column for _, column in drawn.stops]
    assert drawn.stops[0][1] == drawn.left
    assert drawn.stops[-1][1] == drawn.left + drawn.columns - 1


@given(x=st.floats(200, 1000), is_ascii=st.booleans())
def test_a_column_and_its_value_are_inverse_to_each_other(x: float, is_ascii: bool) -> None:
    drawn = replace(DrawnChart(drawn_as().text, 5, 80, 200.0, 1000.0, 1, 20), dots=1 if is_ascii else 2)
    assert abs(drawn.column_of(drawn.x_at(drawn.column_of(x))) - drawn.column_of(x)) <= 1


def test_names_stand_at_the_ends_from_top_to_bottom() -> None:
    drawn = drawn_as()
    rows = drawn.text.plain.splitlines()[drawn.top : drawn.top + drawn.rows]
    ends = [row[drawn.left + drawn.columns :].split() for row in rows]
    assert drawn.is_labelled
    assert [end[:3] for end in ends if end] == [
        ["─", "full", "100.0"], ["▼", "ag", "92.5"], ["▲", "unc", "85.0"], ["●", "random", "77.5"],
    ]  # fmt: skip
    assert [name for _, name in drawn.labels] == ["ag", "unc", "random"]
    assert all(name in drawn.text.plain.splitlines()[row] for row, name in drawn.labels)


def test_names_that_do_not_fit_are_left_to_a_legend() -> None:
    assert not drawn_as(size=(40, 12)).is_labelled
    text = curves.curves_text(FOUND, width=40, height=12, is_coloured=False)
    assert all(f" {name} " in text for name in ("ag", "unc", "random"))
    assert len(text.splitlines()) <= 12


def test_a_hidden_criterion_leaves_the_others_as_they_are() -> None:
    drawn = drawn_as(look=ChartLook(hidden=frozenset({"ag"})))
    assert DARK.series[HERE[0]] not in colours_of(drawn)
    assert {DARK.series[HERE[1]], DARK.series[HERE[2]]} <= colours_of(drawn)
    assert MARKS[HERE[0]] not in drawn.text.plain


def test_the_full_model_is_a_line_when_it_is_near() -> None:
    assert "full" in drawn_as().text.plain
    low = replace(FOUND, full=4.0)
    assert "full" not in drawn_as(low).text.plain.replace("the full model", "")
    absolute = drawn_as(replace(FOUND, full=0.7), look=ChartLook(is_absolute=True)).text.plain
    assert "mAP, %" in absolute
    assert "full" in absolute


def test_reading_points_have_a_line_and_a_diamond_and_their_number() -> None:
    drawn = drawn_as(look=ChartLook(reading_points=(400, 700)))
    rows = drawn.text.plain.splitlines()
    axis = rows[drawn.top + drawn.rows]
    assert [at for at, sign in enumerate(axis) if sign == "◇"] == [drawn.column_of(400), drawn.column_of(700)]
    assert {"400", "700"} <= set(rows[drawn.top + drawn.rows + 1].split())
    assert "┊" in "".join(row[drawn.column_of(700)] for row in rows)


def test_a_band_is_two_hairlines_around_the_focus_alone() -> None:
    plain, banded = (drawn_as(look=ChartLook(spread=spread, focus="ag")) for spread in ("none", "band"))
    extra = colours_of(banded) - colours_of(plain)
    assert extra == {blend(DARK.series[HERE[0]], DARK.background, 0.6)}
    assert len(colours_of(drawn_as(look=ChartLook(spread="band"))) - colours_of(drawn_as())) == 3


def test_a_band_can_be_seen_without_colours() -> None:
    look = ChartLook(spread="band", focus="ag", is_ascii=True)
    assert (
        drawn_as(look=look).text.plain.count(".")
        > drawn_as(look=replace(look, spread="none")).text.plain.count(".") + 20
    )


def test_the_focus_is_bright_and_the_others_are_dimmed() -> None:
    assert {DARK.series[at] for at in HERE} <= colours_of(drawn_as(look=ChartLook(focus=None)))
    lines = colours_of_lines(drawn_as(look=ChartLook(focus="unc")))
    assert lines == {
        DARK.series[HERE[1]], *(blend(DARK.series[at], DARK.background, DIM) for at in (HERE[0], HERE[2])),
    }  # fmt: skip
    # Who is hidden is nobody's rival: nothing is dimmed for it.
    hidden = colours_of_lines(drawn_as(look=ChartLook(focus="unc", hidden=frozenset({"unc"}))))
    assert hidden == {DARK.series[HERE[0]], DARK.series[HERE[2]]}


def test_an_axis_is_as_long_as_the_plan_and_budgets_to_come_are_ghosts() -> None:
    drawn = drawn_as(look=ChartLook(planned=(*BUDGETS, 1500, 2000)))
    assert [(drawn.x_low, drawn.x_high), drawn.whole] == [(200, 2000)] * 2
    rows = drawn.text.plain.splitlines()
    assert {"1500", "2000"} <= set(rows[drawn.top + drawn.rows + 1].split())
    for budget, count in ((800, 0), (1500, drawn.rows)):
        column = [row[drawn.column_of(budget)] for row in rows[drawn.top : drawn.top + drawn.rows]]
        assert sum(sign in "┊∘" for sign in column) == count
    # Decisions grow with images; time does not.
    by_decisions = drawn_as(look=ChartLook(axis=Axis.DECISIONS, planned=(*BUDGETS, 2000)))
    assert by_decisions.x_high == 2000 * 20
    by_time = drawn_as(look=ChartLook(axis=Axis.SECONDS, planned=(*BUDGETS, 2000)))
    assert (by_time.x_low, by_time.x_high) == (600, 3000)


def test_a_criterion_without_a_line_is_named_below_the_others() -> None:
    late = replace(FOUND, curves=(*FOUND.curves, Curve("ent", ())))
    drawn = drawn_as(late, look=ChartLook(hidden=frozenset({"ag"})))
    assert [name for _, name in drawn.labels] == ["unc", "random", "ag", "ent"]
    rows = drawn.text.plain.splitlines()
    ends = {name: rows[row][drawn.left + drawn.columns :].split() for row, name in drawn.labels}
    assert (ends["ag"], ends["ent"]) == (["·", "ag", "-"], ["■", "ent", "-"])


def test_trials_are_lines_of_their_own_under_the_means() -> None:
    means, both = drawn_as(), drawn_as(look=ChartLook(spread="trials"))
    assert colours_of(means) < colours_of(both)
    assert {DARK.series[at] for at in HERE} <= colours_of(both)


def test_the_focus_lies_on_top() -> None:
    same = tuple(replace(FOUND.curves[0], criterion=name) for name in ("ag", "unc", "ent"))
    for focus, mark in (("ag", "▼"), ("unc", "▲"), ("ent", "■"), (None, "▼")):
        drawn = drawn_as(replace(FOUND, curves=same), look=ChartLook(focus=focus))
        rows = drawn.text.plain.splitlines()[drawn.top : drawn.top + drawn.rows]
        assert {row[drawn.column_of(600)] for row in rows} & set(MARKS) == {mark}


@pytest.mark.parametrize(
    ("axis", "title"),
    [
        (Axis.IMAGES, "labelled images"), (Axis.DECISIONS, "decisions (images × classes)"),
        (Axis.SECONDS, "minutes of work"), (Axis.GPU_HOURS, "hours on a GPU"),
    ],
)  # fmt: skip
def test_an_axis_says_what_it_counts(axis: Axis, title: str) -> None:
    drawn = drawn_as(look=ChartLook(axis=axis, reading_points=(400,)))
    assert title in drawn.text.plain
    assert (drawn.x_low, drawn.x_high) == (FOUND.curves[0].points[0].x(axis), FOUND.curves[0].points[-1].x(axis))
    assert [labelled for labelled, _ in drawn.stops] == list(BUDGETS)
    assert title.replace("×", "x") in drawn_as(look=ChartLook(axis=axis, is_ascii=True)).text.plain


def test_an_axis_on_which_nothing_moves_is_drawn_too() -> None:
    still = replace(FOUND, curves=(Curve("ag", tuple(replace(p, gpu_seconds=0.0) for p in FOUND.curves[0].points)),))
    assert "▼" in drawn_as(still, look=ChartLook(axis=Axis.GPU_HOURS)).text.plain


def test_a_zoom_shows_a_part_and_its_budgets_alone() -> None:
    drawn = drawn_as(look=ChartLook(zoom_x=(350.0, 850.0)))
    assert [labelled for labelled, _ in drawn.stops] == [400, 600, 800]
    closer = drawn_as(look=ChartLook(zoom_x=(350.0, 850.0), zoom_y=(70.0, 80.0)))
    assert (closer.x_low, closer.x_high) == (350.0, 850.0)
    assert "full" not in closer.text.plain.replace("the full model", "")


def test_a_zoom_between_two_budgets_still_shows_the_lines() -> None:
    drawn = drawn_as(look=ChartLook(zoom_x=(450.0, 550.0)))
    assert drawn.stops == ()
    assert {DARK.series[at] for at in HERE} <= colours_of(drawn)


def test_where_nothing_is_measured_it_says_when_something_will_be() -> None:
    for found in (Result((), (), None, ()), Result((), (), None, (Curve("ag", ()),))):
        drawn = drawn_as(found)
        assert "The first point appears when a baseline is done" in drawn.text.plain
        assert drawn.stops == ()
    hidden = drawn_as(look=ChartLook(hidden=frozenset({"ag", "unc", "random"})))
    assert "hidden" in hidden.text.plain


@pytest.mark.parametrize("size", [(1, 1), (10, 3), (20, 4), (0, 0), (300, 2)], ids=str)
def test_no_room_is_no_mistake(size: tuple[int, int]) -> None:
    assert drawn_as(size=size).columns == 0


def test_one_trial_at_one_budget_is_a_mark() -> None:
    lonely = Result(("cat",), (), None, (Curve("ag", (a_point(200, 0.5),)),))
    drawn = drawn_as(lonely, look=ChartLook(spread="band"))
    assert drawn.text.plain.count("▼") == 2  # and its name
    assert "200" in drawn.text.plain


def test_ascii_is_ascii_with_a_mark_for_each() -> None:
    look = ChartLook(is_ascii=True, spread="band", reading_points=(400,))
    text = drawn_as(look=look).text.plain
    assert text.isascii()
    assert all(text.count(mark) >= 5 for mark in (ASCII_MARKS[at] for at in HERE))


def test_names_of_criteria_are_not_obeyed_and_wide_ones_keep_their_cells() -> None:
    evil = replace(FOUND, curves=(a_curve("\x1b[31m[b]", 0.5), a_curve("写真写真", 0.4)))
    drawn = drawn_as(evil)
    assert "\x1b" not in drawn.text.plain
    assert "[b]" in drawn.text.plain
    assert {line.cell_len for line in drawn.text.split("\n", allow_blank=True)} == {100}


def test_a_difference_from_random_is_drawn_around_its_line_and_says_what_it_is() -> None:
    look = ChartLook(is_difference=True)
    text = drawn_as(curves.compared(FOUND, look), look=look).text.plain
    assert "points of mAP above random" in text
    assert all(name in text for name in ("ag", "unc", "random"))
    alone = replace(FOUND, curves=FOUND.curves[:1])
    assert "No comparison with random yet" in " ".join(
        drawn_as(curves.compared(alone, look), look=look).text.plain.split()
    )


def test_a_legend_below_breaks_between_criteria() -> None:
    shown = traces(FOUND)
    assert [line.plain for line in line_legend(shown, palette=DARK, width=24)] == [
        "▼ ag 92.5  ▲ unc 85.0  ",
        "● random 77.5  ",
    ]
    assert len(line_legend(shown, palette=DARK, width=80)) == 1
    assert line_legend(shown, palette=DARK, width=80, labelled=7) == []
