"""Campaigns side by side: their curves together, what their recipes differ in, and each class."""

from dataclasses import dataclass
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical, VerticalScroll
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static

from alwsl_tui.drawing.bars import class_bars
from alwsl_tui.drawing.columns import differences
from alwsl_tui.drawing.compare import together
from alwsl_tui.drawing.curves import ChartLook
from alwsl_tui.drawing.palette import Palette, hue, mark
from alwsl_tui.drawing.states import badge
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.messages import Left
from alwsl_tui.tui.polling import Looking
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.chart import CurveChart
from alwsl_tui.tui.widgets.keyline import KeyLine
from campaigns.core.states import CampaignState
from campaigns.core.text import printable
from campaigns.errors import AlwslError, NoSuchName
from campaigns.services.campaigns.find import find_campaign
from campaigns.services.monitor.show import watch
from campaigns.services.results.compare import Comparison, compare_campaigns
from campaigns.services.workspace import Workspace

SECTIONS = ("curves", "differences", "classes")
TOGETHER = (110, 24)
"""Cells, wide and high, from which on all sections are seen at once."""
FAVOURITE = "ag"
"""The criterion to begin with, where all have it: it is what the program is about."""


@dataclass(frozen=True, slots=True)
class ComparedCampaigns:
    """Campaigns at one moment."""

    criterion: str
    """Whose curves these are, and whose average precision by class."""
    comparison: Comparison
    states: tuple[CampaignState, ...]
    criteria: tuple[str, ...]
    """All that any of them has."""


class CompareScreen(Screen[None], Looking[ComparedCampaigns]):
    """Two campaigns or more, one criterion at a time."""

    PLACE: ClassVar[Place] = Place.COMPARE
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.COMPARE)),
        Binding("escape", "leave", "Back", show=False),
        Binding("tab", "section(1)", "Next section", show=False),
        Binding("shift+tab", "section(-1)", "Section before", show=False),
    ]
    EVERY = 2.0
    DEFAULT_CSS = """
    CompareScreen #sections { height: 1; }
    CompareScreen #compared { height: 1fr; layout: vertical; padding: 0 1; }
    CompareScreen #curves, CompareScreen #differences, CompareScreen #classes { height: 1fr; display: none; }
    CompareScreen #words { height: 1fr; display: none; }
    CompareScreen VerticalScroll { scrollbar-size-vertical: 1; }
    CompareScreen VerticalScroll > Static { height: auto; }
    CompareScreen .title { margin: 0 0 1 0; }
    CompareScreen.-curves #curves, CompareScreen.-differences #differences, CompareScreen.-classes #classes,
    CompareScreen.-differences #words, CompareScreen.-classes #words { display: block; }
    CompareScreen.-together #sections { display: none; }
    CompareScreen.-together #compared { layout: horizontal; padding: 1 1 0 1; }
    CompareScreen.-together #curves, CompareScreen.-together #differences, CompareScreen.-together #classes,
    CompareScreen.-together #words { display: block; }
    CompareScreen.-together #curves { width: 3fr; margin: 0 2 0 0; }
    CompareScreen.-together #words { width: 2fr; }
    CompareScreen.-together #differences { height: auto; max-height: 50%; margin: 0 0 1 0; }
    """

    def __init__(self, workspace: Workspace, names: tuple[str, ...]) -> None:
        super().__init__()
        self.workspace, self.names = workspace, names
        self.criterion: str | None = None
        """What is wanted; None until the first look has found one that all of them have."""
        self.is_absolute = False
        self.section = SECTIONS[0]

    def compose(self) -> ComposeResult:
        """Head, sections, keys."""
        yield Static(id="head")
        yield Static(id="sections")
        with Container(id="compared"):
            yield CurveChart(id="curves")
            with Vertical(id="words"):
                with VerticalScroll(id="differences"):
                    yield Static(classes="title", id="differences-title", markup=False)
                    yield Static(id="differences-text", markup=False)
                with VerticalScroll(id="classes"):
                    yield Static(classes="title", id="classes-title", markup=False)
                    yield Static(id="classes-text", markup=False)
        yield KeyLine(compact=True)

    def on_mount(self) -> None:
        """Begin with the curves."""
        # Tabs have colours of their own, which those of links would cover.
        self.query_one("#sections").auto_links = False
        self.query_one("#head", Static).update(Text(" " + printable("  ".join(self.names)), palette_of(self).accent))
        self._turn_to(self.section)

    def facts(self) -> dict[str, str]:
        """Return the campaigns, and the criterion."""
        pair = {"name": self.names[0], "other": self.names[-1]}
        return pair | {"names": "\0".join(self.names), "criterion": self.criterion or ""}

    def read(self) -> ComparedCampaigns:
        """Read curves, recipes and states."""
        plans = [find_campaign(self.workspace, name).plan for name in self.names]
        criteria = tuple(dict.fromkeys(name for plan in plans for name in plan.criteria))
        shared = [name for name in criteria if all(name in plan.criteria for plan in plans)] or list(criteria)
        criterion = self.criterion or (FAVOURITE if FAVOURITE in shared else shared[0])
        states = tuple(watch(self.workspace, name).state for name in self.names)
        return ComparedCampaigns(
            criterion, compare_campaigns(self.workspace, self.names, criterion=criterion), states, criteria
        )

    def complain(self, error: AlwslError) -> None:
        """Leave when one of the campaigns is there no more."""
        super().complain(error)
        if isinstance(error, NoSuchName):
            self.post_message(Left(self))

    def show(self, content: ComparedCampaigns) -> None:
        """Draw it; another criterion that is wanted by now is looked for at once."""
        self._draw()
        if self.criterion is None:
            self.criterion = content.criterion
        elif content.criterion != self.criterion:
            self.look()

    def on_resize(self, event: Resize) -> None:
        """Show all sections at once where there is room."""
        self.set_class(event.size.width >= TOGETHER[0] and event.size.height >= TOGETHER[1], "-together")
        self.call_after_refresh(self._draw)

    def action_next_criterion(self) -> None:
        """Turn to the next criterion that any of them has."""
        if self.content is not None:
            criteria = self.content.criteria
            now = self.criterion or self.content.criterion
            self.criterion = criteria[(criteria.index(now) + 1) % len(criteria)]
            self.look()

    def action_absolute(self) -> None:
        """Show mAP, or per cent of the full model of each."""
        self.is_absolute = not self.is_absolute
        self._draw()

    def action_section(self, by: int) -> None:
        """Show the next section, or the one before."""
        self._turn_to(SECTIONS[(SECTIONS.index(self.section) + by) % len(SECTIONS)])

    def action_show_section(self, section: str) -> None:
        """Show the section that was clicked."""
        self._turn_to(section)

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.post_message(Left(self))

    def _turn_to(self, section: str) -> None:
        self.section = section
        for name in SECTIONS:
            self.set_class(name == section, f"-{name}")
        self._sections()
        # What was hidden a moment ago has no size yet, and cannot be focused.
        self.call_after_refresh(self._arrive)

    def _arrive(self) -> None:
        self.query_one(f"#{self.section}", Widget).focus()
        self._draw()

    def _draw(self) -> None:
        if self.content is None:
            return
        palette, comparison = palette_of(self), self.content.comparison
        self._head(self.content, palette)
        self._sections()
        chart = self.query_one(CurveChart)
        chart.palette = palette
        chart.look = ChartLook(is_absolute=self.is_absolute, spread="band", is_by_order=True, is_ascii=is_ascii(self))
        chart.result = together(comparison.results, self.names, self.content.criterion, is_absolute=self.is_absolute)
        for section, title in (("differences", "Recipes differ in"), ("classes", _taken(self.content))):
            style = palette.accent if section == self.section else palette.muted
            self.query_one(f"#{section}-title", Static).update(Text(title, style))
        if width := self._width("#differences"):
            text = differences(comparison.differences, self.names, width=width, palette=palette)
            self.query_one("#differences-text", Static).update(text)
        if width := self._width("#classes"):
            series = [[by_class.values[at] for by_class in comparison.per_class] for at in range(len(self.names))]
            names = [by_class.name for by_class in comparison.per_class]
            bars = class_bars(names, series, width=width, palette=palette, is_ascii=is_ascii(self))
            nothing = Text("No class is measured in all of them.", palette.muted)
            self.query_one("#classes-text", Static).update(bars if names else nothing)

    def _width(self, section: str) -> int:
        """Return the cells for text in a visible section; its scroll bar has its own."""
        return max(0, self.query_one(section, Widget).size.width - 2)

    def _head(self, content: ComparedCampaigns, palette: Palette) -> None:
        text = Text(" ", no_wrap=True)
        for at, (row, state) in enumerate(zip(content.comparison.rows, content.states, strict=True)):
            text.append(f"{mark(at, is_ascii=is_ascii(self))} ", f"bold {hue(at, palette)}")
            text.append(f"{printable(row.name)} ", f"bold {palette.text}").append(badge(state, palette)).append("   ")
        text.append(f"by {content.criterion}", palette.accent)
        missing = [row.name for row in content.comparison.rows if content.criterion not in row.plan.criteria]
        if missing:
            text.append(printable(f"   {', '.join(missing)}: no such criterion"), palette.warning)
        self.query_one("#head", Static).update(text)

    def _sections(self) -> None:
        palette, text = palette_of(self), Text(" ", no_wrap=True)
        for section in SECTIONS:
            style = f"bold {palette.background} on {palette.accent}" if section == self.section else palette.muted
            click = Style(meta={"@click": f"screen.show_section('{section}')"})
            text.append(f" {section.capitalize()} ", Style.parse(style) + click).append(" ")
        text.append(" tab turns", palette.muted)
        self.query_one("#sections", Static).update(text)


def _taken(content: ComparedCampaigns) -> str:
    """Say what the bars are of."""
    images = [None if taken is None else taken[1] for taken in content.comparison.taken]
    title = f"Average precision by class, {content.criterion}"
    if len(set(images)) == 1 and images[0] is not None:
        return f"{title} on {images[0]} images, mean over trials"
    each = (f"{row.name}: {'nothing measured' if n is None else f'{n} images'}"
            for row, n in zip(content.comparison.rows, images, strict=True))  # fmt: skip
    return printable(f"{title}, mean over trials ({'; '.join(each)})")
