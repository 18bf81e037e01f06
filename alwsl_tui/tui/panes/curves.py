"""The learning curves of a campaign, live."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, get_args

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from alwsl_tui.drawing.curves import ChartLook, Spread
from alwsl_tui.drawing.multiples import ClassResult
from alwsl_tui.drawing.palette import hue, mark
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.questions import AskOne
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.chart import CurveChart
from campaigns.core.percent import spread
from campaigns.core.text import printable
from campaigns.reporting.colours import places
from campaigns.reporting.forecast import forecast_of, images_tested
from campaigns.reporting.forecast_text import sentence
from campaigns.reporting.series import Axis, Point, Result
from campaigns.reporting.untested import untested
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.results.curves import load_curves, load_curves_by_class
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

SPREADS: Sequence[Spread] = get_args(Spread)
AXES = tuple(Axis)

_SHOW = "alwsl-tui show {name}"
ACTIONS = (
    Action("curves", "absolute", "a", "Absolute, or % of the full model", f"{_SHOW} --absolute"),
    Action("curves", "difference", "d", "Difference from random", _SHOW, short="vs random"),
    Action("curves", "spread", "b", "Spread: band, trials, none", _SHOW),
    Action("curves", "axis", "x", "Next x-axis: images, decisions, time", f"{_SHOW} --x {{axis}}",
      short="x-axis"),
    Action("curves", "hide", "h", "Hide or show the criterion", f"{_SHOW} --criteria {{criteria}}", short="hide"),
    Action("curves", "alone", "o", "Show the criterion alone", f"{_SHOW} --criteria {{criterion}}"),
    Action("curves", "classes", "l", "One class or the mean", f"{_SHOW} --classes {{class}}", short="class"),
    Action("curves", "multiples", "m", "A small chart for each class", f"{_SHOW} --classes {{class}}",
      short="by class"),
    Action("curves", "next_criterion", "f", "Focus the next criterion", f"{_SHOW} --criteria {{criterion}}",
      short="focus"),
    Action("curves", "whole", "z", "Reset the zoom", _SHOW),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CurvesContent:
    """What the pane shows."""

    row: CampaignRow
    result: Result
    outlook: str
    """What more labels may bring, in a sentence; empty where nothing can be said."""
    parts: tuple[ClassResult, ...] = ()
    """Curves of each class, where these are asked for."""


class CurvesPane(Pane[CurvesContent]):
    """mAP against labelled images for every criterion, and what a cursor reads from it."""

    PLACE = "curves"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("up", "focus_criterion(-1)", "Criterion before", show=False),
        Binding("down", "focus_criterion(1)", "Next criterion", show=False),
        Binding("pageup", "page(-1)", "Classes before", show=False),
        Binding("pagedown", "page(1)", "More classes", show=False),
    ]

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.look_of = ChartLook(spread="band")
        self.class_: str | None = None
        self.is_by_class = False
        """A small chart for each class instead of one for all."""

    def compose(self) -> ComposeResult:
        """Compose the chart, and two lines: what it shows, and what more labels may bring."""
        yield Static(id="curves-about")
        yield Static(id="curves-forecast")
        yield CurveChart(id="curves")

    def enter(self) -> None:
        """Arrow keys move the cursor of the chart."""
        self.query_one(CurveChart).focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return what command lines of this tab are about."""
        shown = (
            [c.criterion for c in self._result.curves if c.criterion not in self.look_of.hidden] if self.content else []
        )
        return {
            "axis": self.look_of.axis, "criteria": ",".join(shown), "criterion": self.look_of.focus or "",
            "class": self.class_ or "",
        }  # fmt: skip

    def read(self) -> CurvesContent:
        """Read the curves as they are now, over all classes or the chosen one, and say what more labels may bring."""
        classes = () if self.class_ is None else (self.class_,)
        row, result = (
            find_campaign(self.workspace, self.name_),
            load_curves(self.workspace, self.name_, classes=classes),
        )
        outlook, size = forecast_of(row.plan, result), images_tested(row.plan, result)
        told = "" if outlook is None else sentence(outlook, test_images=size, is_brief=True)
        parts = load_curves_by_class(self.workspace, self.name_) if self.is_by_class else ()
        return CurvesContent(row, result, untested(row.plan) or told, parts)

    def show(self, content: CurvesContent) -> None:
        """Give the chart what was read; it draws in a thread."""
        row, result, outlook = content.row, content.result, content.outlook
        names = [curve.criterion for curve in result.curves]
        if self.look_of.focus not in names:
            self.look_of = replace(self.look_of, focus=row.plan.leading)
        plan = row.plan
        self.look_of = replace(self.look_of, reading_points=plan.reading_points, planned=plan.schedule.budgets)
        chart = self.query_one(CurveChart)
        chart.result, chart.parts = result, content.parts
        line = self.query_one("#curves-forecast", Static)
        line.display = bool(outlook)
        line.update(Text(printable(outlook), palette_of(self).muted))
        self._redraw()

    def on_curve_chart_cursor_moved(self) -> None:
        """Let the line above read what stands under the cursor."""
        self._about()

    def on_curve_chart_zoomed(self, message: CurveChart.Zoomed) -> None:
        """Follow the wheel's zoom."""
        self.look_of = replace(self.look_of, zoom_x=message.x)

    def action_absolute(self) -> None:
        """mAP, or per cent of the full model."""
        self._look(is_absolute=not self.look_of.is_absolute)

    def action_difference(self) -> None:
        """Points of mAP above random, or what each criterion reached."""
        self._look(is_difference=not self.look_of.is_difference, zoom_y=None)

    def action_spread(self) -> None:
        """Show means alone, a band, or a line a trial."""
        self._look(spread=SPREADS[(SPREADS.index(self.look_of.spread) + 1) % len(SPREADS)])

    def action_axis(self) -> None:
        """Show the next x-axis that has values."""
        axes = self._result.axes if self.content is not None else ()
        later = [axis for axis in AXES if AXES.index(axis) > AXES.index(self.look_of.axis) and axis in axes]
        self._look(axis=later[0] if later else AXES[0], zoom_x=None)
        if len(axes) < 2:
            self.notify("Only the number of labelled images is known.")

    def action_hide(self) -> None:
        """Hide or show the criterion in focus."""
        if self.look_of.focus is not None:
            self._look(hidden=self.look_of.hidden ^ {self.look_of.focus})

    def action_alone(self) -> None:
        """Show the criterion in focus alone, or all again."""
        others = frozenset(self._names) - {self.look_of.focus}
        self._look(hidden=frozenset() if self.look_of.hidden else others)

    def action_multiples(self) -> None:
        """Show a small chart for each class, or one chart again."""
        self.is_by_class = not self.is_by_class
        self.query_one(CurveChart).page = 0
        self.look()

    def action_page(self, by: int) -> None:
        """Turn to other classes, where there are more small charts than the screen has room for."""
        chart = self.query_one(CurveChart)
        chart.page = max(0, chart.page + by)

    def action_next_criterion(self) -> None:
        """Focus the next criterion, as the arrow down does."""
        self.action_focus_criterion(1)

    def action_whole(self) -> None:
        """Show all of the chart."""
        self._look(zoom_x=None, zoom_y=None)

    def action_focus_criterion(self, by: int) -> None:
        """Focus the next criterion: its band is drawn, its line lies on top."""
        names = self._names
        if names:
            at = names.index(self.look_of.focus) if self.look_of.focus in names else 0
            self._look(focus=names[(at + by) % len(names)])

    def action_classes(self) -> None:
        """Ask for one class, or all."""
        if self.content is None:
            return
        choices = [("", "the mean over all classes"), *((name, name) for name in self._result.known)]

        def chosen(class_: str | None) -> None:
            if class_ is not None:
                self.class_ = class_ or None
                self.forget()

        ask_over(self, AskOne("Average precision of", choices, chosen=self.class_ or ""), chosen)

    @property
    def _result(self) -> Result:
        assert self.content is not None
        return self.content.result

    @property
    def _names(self) -> list[str]:
        return [curve.criterion for curve in self._result.curves] if self.content else []

    def _look(self, **changed: object) -> None:
        self.look_of = replace(self.look_of, **changed)  # type: ignore[arg-type]  # fields of ChartLook, each of its type
        self._redraw()

    def _redraw(self) -> None:
        chart = self.query_one(CurveChart)
        chart.palette = palette_of(self)
        chart.look = replace(self.look_of, is_ascii=is_ascii(self))
        self._about()

    def _about(self) -> None:
        """Write one line: the criterion in focus and what it reached, over what, of how many trials."""
        if self.content is None:
            return
        palette, result, look = palette_of(self), self._result, self.look_of
        text = Text(" ", no_wrap=True)
        if look.focus in self._names:
            place, points = places(self._names)[look.focus], result.curves[self._names.index(look.focus)].points
            text.append(f"{mark(place, is_ascii=is_ascii(self))} {printable(look.focus)} ", hue(place, palette))
            text.append(self._reading(points, self.query_one(CurveChart).cursor), palette.text)
        what = self.class_ or f"mean over {plural(len(result.classes), 'class')}".replace("classs", "classes")
        if self.is_by_class:
            what = "a chart for each class"
        if look.is_difference:
            what += ", difference from random"
        drawn = {"none": "means", "band": "thin lines: ± sd", "trials": "a line a trial"}[look.spread]
        what += f", {plural(self.content.row.plan.trials, 'trial')}"
        text.append(f"   {printable(what)}" + ("" if self.is_by_class else f", {drawn}"), palette.muted)
        self.query_one("#curves-about", Static).update(text, layout=False)

    def _reading(self, points: tuple[Point, ...], cursor: int | None) -> str:
        here = [point for point in points if cursor is None or point.labelled == cursor][-1:]
        if not here:
            return "not measured yet" if cursor is None else f"at {cursor} images: not measured"
        point = here[0]
        relative = self._result.relative(point.mean)
        share = "" if relative is None else f", {relative:.1f} % of full"
        return f"at {point.labelled} images: {spread(point.mean, point.sd)}{share} (n {len(point.trials)})"


ENTRIES = (Tab("curves", CurvesPane, ACTIONS),)
