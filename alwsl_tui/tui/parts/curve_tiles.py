"""Learning curves on the wall of a campaign, as they are and as differences from random."""

from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Static

from alwsl_tui.drawing import overview as drawing
from alwsl_tui.drawing.curves import ChartLook, Spread
from alwsl_tui.drawing.overview import TileArea
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.parts.wall import Tile
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.chart import CurveChart
from campaigns.reporting.difference import RIVAL
from campaigns.reporting.series import Curve, Result
from campaigns.services.monitor.show import CampaignView
from campaigns.services.results.overview import Aspect, Overview

BANDED = 30
"""Rows from which on a chart has its band."""


class CurvesTile(Tile):
    """Learning curves; before the first point, what is planned."""

    NAME = TAB = "curves"
    ASPECT = Aspect.CURVES
    DEFAULT_CSS = """
    CurvesTile { padding: 0; }
    CurvesTile Static { padding: 0 1; }
    """
    IS_DIFFERENCE = False

    def __init__(self) -> None:
        super().__init__()
        self.chart = CurveChart()
        self._plan = Static(markup=False)

    def compose(self) -> ComposeResult:
        """Compose the chart, and the plan that stands there before it."""
        yield self.chart
        yield self._plan

    @property
    def inner(self) -> Widget:
        """The chart: arrow keys move its cursor."""
        return self.chart

    def on_resize(self) -> None:
        """Draw the plan as large as its place; the chart does so by itself."""
        self.repaint()

    def about(self, overview: Overview) -> str:
        """Return who leads, and where."""
        if overview.curves is None or not _has_points(overview.curves):
            return "the plan" if overview.curves is not None else ""
        best = max((curve for curve in overview.curves.curves if curve.points), key=_reached)
        point = best.points[-1]
        share = overview.curves.relative(point.mean)
        value = f"{100 * point.mean:.1f}" if share is None else f"{share:.1f} % of full"
        return f"{best.criterion} {value} at {plural(point.labelled, 'image')}"

    def draw(self, overview: Overview) -> None:
        """Give the chart what was read; it draws in a thread."""
        is_begun = overview.curves is not None and _has_points(overview.curves)
        self.chart.display, self._plan.display = is_begun or self.IS_DIFFERENCE, not is_begun
        plan = overview.view.row.plan
        self.chart.palette = palette_of(self)
        # In a few rows the edges of a band are hard to tell from the lines.
        spread: Spread = "band" if self.content_size.height >= BANDED else "none"
        look = ChartLook(
            is_difference=self.IS_DIFFERENCE, spread=spread, focus=plan.leading, reading_points=plan.reading_points,
            planned=plan.schedule.budgets, is_ascii=is_ascii(self), zoom_x=self.chart.look.zoom_x,
        )  # fmt: skip
        if look != self.chart.look:
            self.chart.look = look
        self.chart.result = overview.curves
        if not is_begun:
            width, height = self.content_size
            if width > 2:
                look_of = TileArea(width - 2, height, palette_of(self), is_ascii(self))
                self._plan.update(drawing.plan(overview.view, look_of), layout=False)


class DifferenceTile(CurvesTile):
    """The same curves less that of random."""

    NAME = "vs random"
    IS_DIFFERENCE = True

    def has(self, view: CampaignView) -> bool:
        """Return whether random and another criterion have measured a round of their own."""
        measured = {
            job.row.job.criterion for job in view.jobs if any(round_.value is not None for round_ in job.rounds)
        } - {None}
        return RIVAL in measured and len(measured) > 1

    def about(self, overview: Overview) -> str:
        """Return how many trials it is about."""
        return f"same trial, same budget; {plural(overview.view.row.plan.trials, 'trial')}"


def _has_points(result: Result) -> bool:
    return any(curve.points for curve in result.curves)


def _reached(curve: Curve) -> tuple[int, float]:
    return curve.points[-1].labelled, curve.points[-1].mean
