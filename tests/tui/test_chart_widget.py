"""Learning curves on the screen: the cursor costs no drawing, the last drawing stays until the next is there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from alwsl_tui.drawing.curves import ChartLook
from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.tui.widgets.chart import CurveChart
from alwsl_tui.tui.widgets.chart_sheet import draw_sheet
from campaigns.reporting.series import Curve, Point, Result
from tests.patience import patience
from tests.tui.waiting import until

BUDGETS = (200, 400, 600, 800, 1000)
FOUND = Result(
    ("cat",),
    (),
    0.8,
    tuple(
        Curve(name, tuple(Point(n, (start + n / 5000, start + n / 4000)) for n in BUDGETS))
        for name, start in (("ag", 0.5), ("unc", 0.4))
    ),
)


class Stage(App[None]):
    """A chart alone, and what it says."""

    def __init__(self, found: Result | None = FOUND, look: ChartLook | None = None) -> None:
        super().__init__()
        self.found, self.wanted = found, look or ChartLook()
        self.said: list[int | tuple[float, float] | None] = []
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        chart = CurveChart()
        chart.result, chart.look, chart.palette = self.found, self.wanted, THEMES["dark"]
        yield chart

    def on_curve_chart_cursor_moved(self, message: CurveChart.CursorMoved) -> None:
        self.said.append(message.labelled)

    def on_curve_chart_zoomed(self, message: CurveChart.Zoomed) -> None:
        self.said.append(message.x)

    def key_escape(self) -> None:
        self.pressed.append("escape")


async def settled(pilot: Pilot[None]) -> CurveChart:
    """Wait until the keys are the chart's and what it was given last is drawn."""
    chart = pilot.app.query_one(CurveChart)
    chart.focus()
    await pilot.pause()  # what was pressed has arrived

    def is_so() -> bool:
        is_drawing = chart._is_asked or chart.message_queue_size or any(one.is_running for one in pilot.app.workers)
        return chart.has_focus and chart.size.area > 0 and not is_drawing

    await until(pilot, is_so)
    return chart


def seen(chart: CurveChart) -> list[str]:
    return [chart.render_line(y).text for y in range(chart.size.height)]


def the_wheel_turns_up(x: int) -> events.MouseScrollUp:
    return events.MouseScrollUp(
        None, x, 10, delta_x=0, delta_y=-1, button=0, shift=False, meta=False, ctrl=False, screen_x=x, screen_y=10
    )


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=str)
async def test_a_chart_fills_its_place_at_every_size(size: tuple[int, int]) -> None:
    app = Stage()
    async with app.run_test(size=size) as pilot:
        chart = await settled(pilot)
        assert {chart.render_line(y).cell_length for y in range(size[1])} == {size[0]}
        text = "\n".join(seen(chart))
        assert "labelled images" in text
        assert text.count("▼ ag ") == 1  # at the end of its curve, and nowhere else


async def test_a_wide_place_tells_the_spread_and_one_without_room_for_names_has_a_legend_below() -> None:
    async with Stage().run_test(size=(120, 30)) as pilot:
        assert any("▼ ag" in line and "±" in line for line in seen(await settled(pilot)))
    async with Stage().run_test(size=(60, 24)) as pilot:
        lines = seen(await settled(pilot))
        assert any("▼ ag" in line for line in lines)
        assert not any("±" in line for line in lines)
    async with Stage().run_test(size=(36, 16)) as pilot:
        lines = seen(await settled(pilot))
        assert "▼ ag" in lines[-1]
        assert lines[-1].index("▼") < lines[-1].index("▲")  # the higher value comes first


async def test_values_at_the_ends_follow_the_cursor() -> None:
    async with Stage().run_test(size=(120, 30)) as pilot:
        chart = await settled(pilot)
        assert chart.sheet is not None
        row = next(row for row, name in chart.sheet.drawn.labels if name == "ag")
        last = seen(chart)[row]
        await pilot.press("home")
        await until(pilot, lambda: "68.1" in seen(chart)[row] != last)
        await pilot.press("escape")
        await until(pilot, lambda: seen(chart)[row] == last)


async def test_classes_have_small_charts_that_can_be_paged() -> None:
    app = Stage()
    async with app.run_test(size=(60, 20)) as pilot:
        chart = await settled(pilot)
        chart.parts = tuple((f"class{at}", FOUND) for at in range(9))
        await settled(pilot)
        pages = [seen(chart)]
        for page in (1, 2, 99):
            chart.page = page
            await settled(pilot)
            pages.append(seen(chart))
        assert ["class0" in "".join(lines) for lines in pages] == [True, False, False, False]
        assert "page 1/" in pages[0][0]
        assert pages[3] == pages[-1]
        assert "class8" in "".join(pages[3])


async def test_the_cursor_goes_from_budget_to_budget_without_a_drawing() -> None:
    app = Stage()
    async with app.run_test(size=(120, 30)) as pilot:
        chart = await settled(pilot)
        sheet = chart.sheet
        for key in ("right", "right", "end", "right", "left", "home", "left"):
            await pilot.press(key)
        await until(pilot, lambda: app.said == [200, 400, 1000, 800, 200])
        assert chart.sheet is sheet
        assert any("at 200 images" in line for line in seen(chart))
        assert any(" 200 " in line for line in seen(chart)[-3:])


async def test_escape_hides_the_cursor_and_only_then_means_something_else() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        await pilot.press("right")
        await until(pilot, lambda: app.said == [200])  # only the last of several that nobody has heard counts
        await pilot.press("escape")
        await until(pilot, lambda: app.said == [200, None])
        assert app.pressed == []
        assert chart.sheet is not None
        assert chart.sheet.column(chart.cursor) is None
        await pilot.press("escape")
        await until(pilot, lambda: app.pressed == ["escape"])


async def test_a_cursor_can_be_seen_without_colours() -> None:
    app = Stage(look=ChartLook(is_ascii=True))
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        before = "".join(seen(chart)).count("|")
        await pilot.press("right", "right")
        await until(pilot, lambda: "".join(seen(chart)).count("|") > before + 10)


async def test_a_click_goes_to_the_nearest_budget() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        assert chart.sheet is not None
        await pilot.click(CurveChart, offset=(chart.sheet.drawn.column_of(600) + 2, 10))
        await until(pilot, lambda: chart.cursor == 600)


def zoom_of(chart: CurveChart) -> tuple[float, float] | None:
    return chart.look.zoom_x


async def test_zooming_stays_around_the_cursor_and_ends_at_the_whole() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        await pilot.press("right", "right", "right")
        await until(pilot, lambda: chart.cursor == 600)
        for _ in range(2):
            before = zoom_of(chart)
            await pilot.press("plus")
            await until(pilot, lambda before=before: zoom_of(chart) != before)  # type: ignore[misc]
            await settled(pilot)
        zoomed = zoom_of(chart)
        assert zoomed is not None
        assert 200 < zoomed[0] < 600 < zoomed[1] < 1000
        await until(pilot, lambda: zoomed in app.said)
        await pilot.press("minus", "minus", "minus")
        await until(pilot, lambda: zoom_of(chart) is None and app.said[-1] is None)


async def test_one_can_come_back_from_between_two_budgets() -> None:
    app = Stage(look=ChartLook(zoom_x=(450.0, 550.0)))
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        for _ in range(12):
            await pilot.press("minus")
            await settled(pilot)
        await until(pilot, lambda: zoom_of(chart) is None)


async def test_the_wheel_zooms_around_the_pointer() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        assert chart.sheet is not None
        first = chart.sheet.drawn.left
        chart.post_message(the_wheel_turns_up(first))
        await until(pilot, lambda: chart.look.zoom_x is not None)
        assert chart.look.zoom_x is not None
        assert chart.look.zoom_x[0] < 210
        assert chart.look.zoom_x[1] < 900


@contextmanager
def drawing_held() -> Iterator[None]:
    """Let a drawing that begins in here wait until this is left."""
    may_draw = threading.Event()
    with pytest.MonkeyPatch.context() as patch:
        held = lambda *asked: draw_sheet(*asked) if may_draw.wait(patience()) else None  # noqa: E731
        patch.setattr("alwsl_tui.tui.widgets.chart.draw_sheet", held)
        yield
        may_draw.set()


async def test_the_last_drawing_stays_until_the_next_is_finished() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        before = seen(chart)
        with drawing_held():
            chart.look = ChartLook(is_absolute=True)
            await pilot.pause()
            await pilot.press("right")
            await until(pilot, lambda: chart.cursor == 200)
            # What the cursor reads needs no drawing.
            assert seen(chart)[0].replace("at 200 images", " " * 13) == before[0]
        await settled(pilot)
        assert seen(chart)[0].startswith("mAP, %")


async def test_three_attributes_at_once_are_one_drawing() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        sheets: list[object] = []
        app.watch(chart, "sheet", lambda sheet: sheets.append(sheet), init=False)
        chart.result, chart.look = replace(FOUND, full=0.9), ChartLook(spread="trials")
        chart.palette = THEMES["light"]
        await settled(pilot)
        assert len(sheets) == 1


async def test_drawing_is_no_work_of_the_screens_thread() -> None:
    app = Stage()
    async with app.run_test(size=(100, 30)) as pilot:
        chart = await settled(pilot)
        with drawing_held():
            chart.look = ChartLook(spread="band")
            await until(pilot, lambda: [worker.is_running for worker in app.workers] == [True])
        await settled(pilot)
        await until(pilot, lambda: len(app.workers) == 0)


async def test_where_nothing_is_measured_keys_do_nothing() -> None:
    app = Stage(Result((), (), None, (Curve("ag", ()),)))
    async with app.run_test(size=(80, 24)) as pilot:
        chart = await settled(pilot)
        await pilot.press("right", "left", "home", "end", "plus", "minus")
        await pilot.click(CurveChart, offset=(20, 10))
        assert chart.cursor is None
        assert any("The first point appears when a baseline is done" in line for line in seen(chart))


async def test_before_anything_is_read_it_is_blank() -> None:
    async with Stage(None).run_test(size=(80, 24)) as pilot:
        assert "".join(seen(await settled(pilot))).strip() == ""


async def test_a_place_that_shrinks_is_drawn_anew() -> None:
    app = Stage()
    async with app.run_test(size=(120, 40)) as pilot:
        await settled(pilot)
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: pilot.app.query_one(CurveChart).size.height == 16)
        chart = await settled(pilot)
        assert chart.sheet is not None
        assert len(seen(chart)) == 16
        assert chart.sheet.drawn.column_of(1000) < 60
