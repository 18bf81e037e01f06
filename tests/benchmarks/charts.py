"""What a chart costs: `python -m tests.benchmarks.charts [--newer PYTHON]`.

Drawing happens in a thread; what counts for the screen is its own thread's share: taking the finished sheet, and every
line of it once, with a cursor. `--newer` is a Python that has plotext 6, for its own time on the same curves. Needs no
torch. We promise at most 20 ms for the screen's thread at 120 × 40 with 10 criteria of 100 points.
"""

import argparse
import asyncio
import json
import math
import os
import platform
import random
import statistics
import subprocess
import time
from collections.abc import Callable

import plotext
from rich.text import Text
from textual.app import App, ComposeResult

from alwsl_tui.drawing.curves import ChartLook
from alwsl_tui.drawing.palette import DARK
from alwsl_tui.drawing.strokes import Area, Stroke, rasterise
from alwsl_tui.tui.widgets.chart import CurveChart
from alwsl_tui.tui.widgets.chart_sheet import draw_sheet
from campaigns.reporting.series import Curve, Point, Result

SIZES = ((80, 24), (120, 40), (200, 60))
SHAPES = ((10, 100), (8, 6))
LOOK = ChartLook(spread="band", reading_points=(1000, 3000))
NEWER = """
import json, os, statistics, sys, time, plotext
series, figure, times = json.load(sys.stdin), plotext.figure, []
for _ in range(8):
    began = time.perf_counter()
    figure.clear()
    figure.plot_size(int(os.environ["COLUMNS"]), int(os.environ["LINES"]))
    for x, y in series:
        figure.draw(figure.signal(x, y, marker="braille").lines())
    figure.build().string()
    times.append(time.perf_counter() - began)
print(1000 * statistics.median(times[1:]))
"""


def some_result(criteria: int, points: int) -> Result:
    """Curves as a campaign with five trials has them."""
    luck = random.Random(1)
    curves = []
    for at in range(criteria):
        heights = (0.8 - 0.015 * at - 0.3 * math.exp(-3 * n / points) for n in range(points))
        trials = (tuple(height + luck.gauss(0, 0.01) for _ in range(5)) for height in heights)
        curves.append(Curve(f"criterion {at}", tuple(Point(50 * n + 50, values) for n, values in enumerate(trials))))
    return Result(("cat",), (), 0.82, tuple(curves))


def milliseconds(work: Callable[..., object], *arguments: object, repeats: int = 9) -> float:
    """Median; the first time does not count."""
    times = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        work(*arguments)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times[1:])


def series_of(found: Result) -> list[tuple[list[int], list[float]]]:
    """Bare numbers."""
    return [([point.labelled for point in c.points], [122 * point.mean for point in c.points]) for c in found.curves]


def whole_plotext(found: Result, width: int, height: int) -> str:
    """A whole chart by plotext 5, with its axes and marks."""
    plotext.clear_figure()
    plotext.limit_size(False, False)
    plotext.theme("clear")
    plotext.plot_size(width, height)
    for at, (x, y) in enumerate(series_of(found)):
        plotext.plot(x, y, marker="braille", color=(20 * at, 100, 200))
        plotext.scatter(x, y, marker="●", color=(20 * at, 100, 200))
    drawn: str = plotext.build()
    return drawn


def lines_alone(found: Result, width: int, height: int) -> object:
    """What we ask of plotext."""
    area = Area(width - 20, height - 4, (50, 5000), (50, 100))
    return rasterise([Stroke(tuple(x), tuple(y), "#56b4e9") for x, y in series_of(found)], area)


def newer_plotext(python: str, found: Result, width: int, height: int) -> str:
    """A whole chart by plotext 6, in its own process; it takes the terminal's size from the environment."""
    size = {"COLUMNS": str(width), "LINES": str(height)}
    done = subprocess.run(
        [python, "-c", NEWER], input=json.dumps(series_of(found)), env=os.environ | size,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return f"{float(done.stdout):.0f}"


class Alone(App[None]):
    """Nothing but a chart."""

    def compose(self) -> ComposeResult:
        """One widget."""
        yield CurveChart()


async def on_the_screen(found: Result, size: tuple[int, int]) -> tuple[float, float]:
    """Of the screen's thread, in ms: a new drawing put on the screen; one step of the cursor, painted."""
    app = Alone()
    async with app.run_test(size=size) as pilot:
        chart = app.query_one(CurveChart)
        sheets = [draw_sheet(found, look, DARK, size) for look in (LOOK, ChartLook())]
        chart.result, chart.look = found, LOOK
        await app.workers.wait_for_complete()
        await pilot.pause()

        def paint() -> None:
            # What Textual does after a refresh: every line is asked for, filtered and written out for the terminal.
            chart.render_lines(chart.size.region)
            app.screen._compositor.render_update(full=True).render_segments(app.console)  # type: ignore[union-attr]

        def renew() -> None:
            sheets.reverse()
            chart.sheet = sheets[0]
            chart._styles_cache.clear()
            paint()

        def step() -> None:
            chart.action_step(1)
            chart._styles_cache.clear()
            paint()

        return milliseconds(renew), milliseconds(step)


def main() -> None:
    """Measure and print; our sheet with what it remembers of old points, as in a campaign that goes on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--newer", help="a Python that has plotext 6")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores; milliseconds, medians")
    print("criteria×points     size  plotext 5  from_ansi  plotext 6  our lines  our sheet  screen: new  and cursor")
    for criteria, points in SHAPES:
        found = some_result(criteria, points)
        for width, height in SIZES:
            ansi = whole_plotext(found, width, height)
            whole = milliseconds(whole_plotext, found, width, height)
            taken = milliseconds(Text.from_ansi, ansi)
            newer = newer_plotext(options.newer, found, width, height) if options.newer else "-"
            lines = milliseconds(lines_alone, found, width, height)
            sheet = milliseconds(draw_sheet, found, LOOK, DARK, (width, height))
            new, step = asyncio.run(on_the_screen(found, (width, height)))
            print(
                f"{criteria:>8}×{points:<6} {width:>4}×{height:<3} {whole:10.0f} {taken:10.0f} {newer:>10}"
                f" {lines:10.0f} {sheet:10.0f} {new:12.1f} {step:11.1f}"
            )


if __name__ == "__main__":
    main()
