"""Points to come: a ring where each curve will have its next one, until it is measured."""

from dataclasses import replace

import pytest

from alwsl_tui.drawing.curves import ChartLook, DrawnChart
from campaigns.reporting.series import Axis, Result
from tests.drawing.test_curves import BUDGETS, a_curve, drawn_as

PLANNED = (*BUDGETS, 1200, 1400)
AHEAD = a_curve("ag", 0.5)
BEHIND = a_curve("unc", 0.44, budgets=BUDGETS[:2])
UNEVEN = Result(("cat",), (), None, (AHEAD, BEHIND, a_curve("random", 0.38, budgets=())))


def rings(drawn: DrawnChart, sign: str) -> list[tuple[int, int]]:
    """Return column and row of every ring among the cells for values."""
    lines = drawn.text.plain.split("\n")[drawn.top : drawn.top + drawn.rows]
    return sorted(
        (column, row)
        for row, line in enumerate(lines)
        for column, written in enumerate(line[: drawn.left + drawn.columns])
        if written == sign
    )


@pytest.mark.parametrize(("is_ascii", "sign"), [(False, "∘"), (True, "o")])
@pytest.mark.parametrize("axis", [Axis.IMAGES, Axis.DECISIONS])
def test_each_curve_has_a_ring_at_its_next_budget_as_high_as_its_last_point(
    is_ascii: bool, sign: str, axis: Axis
) -> None:
    drawn = drawn_as(UNEVEN, look=ChartLook(axis=axis, planned=PLANNED, is_ascii=is_ascii))
    per_image = 20 if axis is Axis.DECISIONS else 1
    columns = [column for column, _ in rings(drawn, sign)]
    assert columns == [drawn.column_of(600 * per_image), drawn.column_of(1200 * per_image)]
    rows = {name: row - drawn.top for row, name in drawn.labels}
    assert [row for _, row in rings(drawn, sign)] == [rows["unc"], rows["ag"]]


def test_where_all_is_measured_and_where_budgets_have_no_place_there_is_no_ring() -> None:
    whole = replace(UNEVEN, curves=(AHEAD, replace(AHEAD, criterion="unc")))
    assert not rings(drawn_as(whole, look=ChartLook(planned=BUDGETS)), "∘")
    assert not rings(drawn_as(UNEVEN, look=ChartLook(axis=Axis.SECONDS, planned=PLANNED)), "∘")
    assert not rings(drawn_as(UNEVEN), "∘")
    assert not rings(drawn_as(UNEVEN, look=ChartLook(planned=PLANNED, zoom_x=(200, 500))), "∘")
