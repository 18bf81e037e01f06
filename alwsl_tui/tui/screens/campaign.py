"""One campaign: how it stands in two lines, and its tabs."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from alwsl_tui.drawing import station_lines
from alwsl_tui.drawing.gauges import progress
from alwsl_tui.drawing.states import badge, tone
from alwsl_tui.drawing.units import age, plural
from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.campaign_actions import Acting
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import Compared, LabelWanted, Left, Stood, TabWanted, Told
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.questions import AskOne
from alwsl_tui.tui.tabs import TABS, actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.keyline import KeyLine
from alwsl_tui.tui.widgets.tabbar import TabBar
from campaigns.core.states import JobState
from campaigns.core.text import printable
from campaigns.errors import AlwslError, NoSuchName
from campaigns.services.campaigns.find import find_campaign, recipe_of
from campaigns.services.monitor.show import CampaignView, watch
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace


@dataclass
class Others(Message):
    """The campaigns this one can be compared with: name, and what to show of it."""

    choices: tuple[tuple[str, str], ...]


@dataclass
class OracleKnown(Message):
    """Where the campaign's labels come from is known."""

    is_human: bool


class CampaignScreen(Screen[None], Acting[CampaignView]):
    """One campaign, live."""

    PLACE: ClassVar[Place] = Place.CAMPAIGN
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.CAMPAIGN)),
        Binding("escape", "leave", "Back", show=False),
        Binding("tab", "beside(1)", "Next tab", show=False),
        Binding("shift+tab", "beside(-1)", "Tab before", show=False),
    ]

    def __init__(self, workspace: Workspace, name: str, *, tab: str | None, manners: Manners, images: Images) -> None:
        super().__init__()
        self.workspace, self.campaign, self.manners, self.images = workspace, name, manners, images
        self.tab = tab or next(iter(TABS))
        self.panes: dict[str, Pane[Any]] = {}
        self.unlisted = frozenset({"label"})
        """Actions whose keys are not listed: nobody labels where the data set has all labels."""

    def compose(self) -> ComposeResult:
        """Head, tabs, the pane on top, keys."""
        yield Static(id="head")
        yield Static(id="trouble")
        yield TabBar(TABS.names(), id="tabs")
        yield Container(id="pane")
        yield KeyLine(compact=True)

    def on_mount(self) -> None:
        """Open the tab that was asked for."""
        self.query_one("#trouble").display = False
        self.read_aside(self._read_oracle, "oracle")
        self.run_worker(self.action_tab(self.tab))

    def facts(self) -> dict[str, str]:
        """Return what command lines of this place are about."""
        return {"name": self.campaign}

    def chosen_names(self) -> tuple[str, ...]:
        """Return this campaign's name."""
        return (self.campaign,)

    def read(self) -> CampaignView:
        """State, jobs and rounds."""
        return watch(self.workspace, self.campaign)

    def complain(self, error: AlwslError) -> None:
        """Leave when the campaign is there no more."""
        if isinstance(error, NoSuchName):
            if not self.is_deleting:
                self.app.post_message(Told(f"{self.campaign} was deleted elsewhere"))
            self.post_message(Left(self))
        else:
            super().complain(error)

    def show(self, content: CampaignView) -> None:
        """Draw the head, and hand on what was seen to the tab on top."""
        self._head(content)
        self._trouble(content)
        self.post_message(Stood({content.row.name: content.state}))
        if self.tab in self.panes:
            self.panes[self.tab].campaign = content

    def on_descendant_focus(self) -> None:
        """Let keys go to the tab on top, whoever asked for them before that came there."""
        self.call_after_refresh(self._keep_focus)

    def on_descendant_blur(self) -> None:
        """Let keys go to the tab on top when what had them is hidden now."""
        self.call_after_refresh(self._keep_focus)

    def on_tab_wanted(self, message: TabWanted) -> None:
        """Open the tab that another one sends to."""
        self.run_worker(self._jump(message))

    def on_tab_bar_wanted(self, message: TabBar.Wanted) -> None:
        """Open the tab that was clicked."""
        self.run_worker(self.action_tab(message.tab))

    async def action_tab(self, tab: str) -> None:
        """Another tab on top; the others stay as they are."""
        self.tab = tab
        pane = self.panes.get(tab)
        if pane is None:
            pane = self.panes[tab] = self._pane_of(tab)
            await self.query_one("#pane").mount(pane)
        if tab != self.tab or not self.is_open():
            pane.display = False
            return  # another one was asked for while this one was made, or the screen was left
        for name, other in self.panes.items():
            other.display = name == tab
        pane.campaign = self.content
        self.query_one(TabBar).active = tab
        self.call_after_refresh(self._enter, pane)

    async def action_beside(self, by: int) -> None:
        """Open the next tab, or the one before."""
        tabs = TABS.names()
        await self.action_tab(tabs[(tabs.index(self.tab) + by) % len(tabs)])

    def action_leave(self) -> None:
        """Back to where one came from."""
        self.post_message(Left(self))

    def action_label(self) -> None:
        """Label for this campaign."""
        self.post_message(LabelWanted(self.campaign))

    def action_compare(self) -> None:
        """Compare with another campaign, which is asked for."""
        self.read_aside(self._read_others, "others")

    def _read_others(self) -> None:
        rows = [line.row for line in reversed(load_campaigns(self.workspace)) if line.row.name != self.campaign]
        self.post_message(Others(tuple((row.name, f"{row.name}   {row.model} on {row.dataset}") for row in rows)))

    def _read_oracle(self) -> None:
        with suppress(NoSuchName):  # each look tells when it is there no more
            campaign = find_campaign(self.workspace, self.campaign).id
            self.post_message(OracleKnown(recipe_of(self.workspace, campaign).oracle == "human"))

    def on_oracle_known(self, message: OracleKnown) -> None:
        """List the key that labels, where people do."""
        if message.is_human:
            self.unlisted = frozenset()
            self.query_one(KeyLine).refresh(recompose=True)

    def on_others(self, message: Others) -> None:
        """Ask which one."""

        def chosen(name: str | None) -> None:
            if name is not None:
                self.post_message(Compared((self.campaign, name)))

        if message.choices:
            ask_over(self, AskOne(f"Compare {self.campaign} with", message.choices), chosen)
        else:
            self.post_message(Told("There is no other campaign to compare with."))

    def _pane_of(self, tab: str) -> Pane[Any]:
        pane = TABS[tab].pane(self.workspace, self.campaign)
        pane.images, pane.heartbeat = self.images, self.heartbeat
        return pane

    def _enter(self, pane: Pane[Any]) -> None:
        # Left again while the tab was being made: nothing of it is there. Another tab on top: keys belong to that.
        if pane.is_open() and pane is self.panes.get(self.tab):
            pane.enter()

    def _keep_focus(self) -> None:
        pane = self.panes.get(self.tab)
        if pane is None or not pane.is_mounted or not pane.is_open() or not self.app.app_focus:
            return
        if not pane.has_focus and not pane.has_focus_within:
            pane.enter()

    async def _jump(self, message: TabWanted) -> None:
        await self.action_tab(message.tab)
        pane = self.panes[message.tab]
        self.call_after_refresh(pane.point_at, message.facts)

    def _head(self, view: CampaignView) -> None:
        palette, row = palette_of(self), view.row
        head = Text(f" {row.name}  ", f"bold {palette.accent}", no_wrap=True)
        running = sum(job.row.state is JobState.RUNNING for job in view.jobs)
        word = view.standing
        head += badge(word, palette)
        head.append("  ")
        head += progress(view.progress, 20, palette, colour=tone(word, palette), is_ascii=is_ascii(self))
        if view.seconds_left is not None:
            most = "at most " if row.plan.is_open_ended else ""
            head.append(f"  {most}{age(view.seconds_left)} left", palette.text)
        if running:
            head.append(f"  {plural(running, 'job')} at work", palette.good)
        if self.workspace.is_readonly:
            head.append("  readonly", palette.warning)
        head.append(f"  {row.model} on {row.dataset}", palette.muted)
        self.query_one("#head", Static).update(head, layout=False)

    def _trouble(self, view: CampaignView) -> None:
        """Say what went wrong, with the next step in it; nothing where nothing did."""
        palette = palette_of(self)
        bad = [job for job in view.jobs if job.row.state is JobState.FAILED or job.is_stranded]
        line = self.query_one("#trouble", Static)
        held = station_lines.held_up(view)
        line.display = bool(bad or held)
        if not bad and held:
            line.update(Text(f" {printable(held)}", palette.warning, no_wrap=True), layout=False)
        if bad:
            more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
            step = (
                "Press R to retry, 6 to see its log." if bad[0].row.state is JobState.FAILED else "Press S to continue."
            )
            text = Text(f" {bad[0].row.job.id}{more}: ", f"bold {palette.bad}", no_wrap=True)
            text.append(printable(station_lines.doing(bad[0])), palette.bad)
            text.append(f"   {step}", palette.text)
            line.update(text, layout=False)
