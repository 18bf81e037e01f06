"""The application: screens over one home. It opens them, says what went wrong, and decides nothing.

Every screen but the first is imported when it is opened: all of them together take as long as the first one's paint.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, ClassVar

from textual.actions import ActionParseResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from alwsl_tui.drawing.palette import THEMES
from alwsl_tui.options import Images, Manners
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.command_palette import ActionEntries, ActionPalette
from alwsl_tui.tui.departure import mind_terminal
from alwsl_tui.tui.guards import put_right
from alwsl_tui.tui.heartbeat import Heartbeat
from alwsl_tui.tui.messages import (
    Chosen,
    Compared,
    Failed,
    LabelWanted,
    Left,
    NewWanted,
    Opened,
    RecheckWanted,
    SheetWanted,
    Told,
)
from alwsl_tui.tui.plain_app import PlainApp
from alwsl_tui.tui.screens.station import StationScreen
from alwsl_tui.tui.signals import Calling
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import FIRST, theme_of
from alwsl_tui.tui.typing_order import InOrder
from alwsl_tui.tui.web import is_abandoned
from campaigns.core.text import printable
from campaigns.home.paths import default_home
from campaigns.home.preferences import ScreenSettings
from campaigns.services.settings import load_settings, save_settings
from campaigns.services.workspace import Workspace, is_only_readable, open_workspace


class AlwslApp(Calling, InOrder, PlainApp, inherit_bindings=False):
    """The station on the screen."""

    TITLE = "alwsl-tui"
    CSS_PATH = "app.tcss"
    PLACE: ClassVar[Place] = Place.ANYWHERE
    COMMANDS: ClassVar[set[Any]] = {ActionEntries}
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.ANYWHERE)),
        # Docked at the right end of the line of keys, so it also says where all of them are told.
        Binding("ctrl+p", "command_palette", "palette", show=False, key_display="? keys  ^p"),
        Binding("q", "leave", "Quit; campaigns go on", show=False),
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True),
        Binding("ctrl+q,ctrl+c", "quit", "Quit; campaigns go on", show=False, priority=True),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-glance"), (60, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012
    NOTIFICATION_TIMEOUT = 6
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (20, "-low"), (32, "-tall")]  # noqa: RUF012

    def __init__(self, workspace: Workspace, manners: Manners) -> None:
        super().__init__()
        put_right()
        self.workspace = replace(workspace, is_readonly=workspace.is_readonly or manners.is_readonly)
        self.manners = manners
        self._beneath = ""
        """The campaign whose screen comes when that to label on is left."""
        self.heartbeat = Heartbeat(self.workspace)
        self.chosen = load_settings(workspace)
        for palette in THEMES.values():
            self.register_theme(theme_of(palette))
        for name in set(self.available_themes) - set(THEMES):
            self.unregister_theme(name)
        wanted = manners.theme or self.chosen.theme or FIRST
        self.theme = wanted if wanted in THEMES else FIRST
        self.set_class(manners.is_ascii or bool(self.chosen.is_ascii), "ascii")

    @property
    def images(self) -> Images:
        """How pictures are drawn: as the command line says, else as was chosen in this home."""
        if self.manners.images is not Images.AUTO or self.chosen.images not in set(Images):
            return self.manners.images
        return Images(self.chosen.images)

    def facts(self) -> dict[str, str]:
        """Return what the application knows for command lines."""
        return {"theme": self.theme, "images": self.images, "recipe": "demo"}

    def get_default_screen(self) -> Screen[None]:
        """Return the station, which comes first."""
        screen = StationScreen(self.workspace, self.manners)
        screen.heartbeat = self.heartbeat
        return screen

    def on_mount(self) -> None:
        """Open what was asked for; in a browser, go when the server is gone."""
        self.heartbeat.begin()
        if not self.is_headless and not self.is_web:
            mind_terminal(self)
        if self.is_web:
            self.set_interval(2, lambda: self.exit() if is_abandoned() else None)
        if self.manners.campaign is not None:
            if self.manners.is_labelling:  # its campaign comes when that is left: a photograph is waited for
                self._beneath = self.manners.campaign
                self.post_message(LabelWanted(self.manners.campaign, self.manners.is_rechecking))
            else:
                self._open(self.manners.campaign, self.manners.tab)

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, unless what it is about has closed while its key was on the way."""
        if isinstance(default_namespace, Widget) and default_namespace.screen not in self.screen_stack:
            return True
        return await super().run_action(action, default_namespace, namespaces)

    def pop_screen(self) -> AwaitComplete:
        """Back to the screen before; nothing that was drawn on this one is kept."""
        # Textual remembers the caches of the last thousand widgets, gone or not, with every line they drew (its issue
        # 6665): tens of MiB for who looks into campaigns all day. The cache of what is to be drawn anew is empty.
        gone = [self.screen, *self.screen.query()]
        popped = super().pop_screen()
        for widget in gone:
            widget.refresh()
        return popped

    def on_unmount(self) -> None:
        """Let nothing go on that only screens need."""
        self.heartbeat.end()

    def on_opened(self, message: Opened) -> None:
        """Open the campaign that was chosen."""
        self._open(message.name, message.tab)

    def on_compared(self, message: Compared) -> None:
        """Open the comparison of the campaigns that were chosen."""
        from alwsl_tui.tui.screens.compare import CompareScreen

        if not isinstance(self.screen, CompareScreen):
            compared = CompareScreen(self.workspace, message.names)
            compared.heartbeat = self.heartbeat
            self.push_screen(compared)

    def on_label_wanted(self, message: LabelWanted) -> None:
        """Open the screen to label for the campaign."""
        from alwsl_tui.tui.screens.label import LabelScreen
        from campaigns.services.desk.desk import Desk

        if not isinstance(self.screen, LabelScreen):
            manners = self.manners
            desk = Desk(
                self.workspace, message.name, by=manners.by, overlap=manners.overlap, repeats=manners.repeats
            )  # fmt: skip
            self.push_screen(LabelScreen(desk, images=self.images))
            if message.is_rechecking:
                self.post_message(RecheckWanted(desk))

    def on_recheck_wanted(self, message: RecheckWanted) -> None:
        """Ask once more about answers that may be mistakes."""
        from alwsl_tui.tui.screens.recheck import RecheckScreen
        from campaigns.services.desk.recheck_desk import RecheckDesk

        if not isinstance(self.screen, RecheckScreen):
            self.push_screen(RecheckScreen(RecheckDesk(message.desk), images=self.images))

    def on_sheet_wanted(self, message: SheetWanted) -> None:
        """Open a sheet of the class that is labelled."""
        from alwsl_tui.tui.screens.sheet import SheetScreen

        if not isinstance(self.screen, SheetScreen):
            self.push_screen(SheetScreen(message.desk, message.class_name, images=self.images))

    def on_new_wanted(self, message: NewWanted) -> None:
        """Somebody wants a new campaign: the form, and then the campaign."""
        from alwsl_tui.tui.screens.new import NewScreen

        def made(name: str | None) -> None:
            if name is not None:
                self._open(name, None)

        if not isinstance(self.screen, NewScreen):
            screen = NewScreen(self.workspace, source=message.source, is_readonly=self.manners.is_readonly)
            self.push_screen(screen, made)

    def on_failed(self, message: Failed) -> None:
        """Turn an error into text; this is the one place that does."""
        error = message.error
        text = str(error) + (f"\nnext: {error.hint}" if error.hint else "")
        self.notify(printable(text), title="Not done", severity="error", timeout=12, markup=False)

    def on_told(self, message: Told) -> None:
        """Say that something is done, with the command line that would have done it."""
        text = message.text + (f"\n$ {message.command}" if message.command else "")
        self.notify(printable(text), markup=False)

    def on_chosen(self, message: Chosen) -> None:
        """Apply a setting that was changed."""
        chosen = {field.name: getattr(message, field.name) for field in fields(ScreenSettings)}
        self.choose(**{key: value for key, value in chosen.items() if value is not None})

    def on_left(self, message: Left) -> None:
        """Back to the screen before that one; what lies over it goes with it, and the first one stays."""
        while message.screen in self.screen_stack[1:]:
            self.pop_screen()
        if self._beneath and len(self.screen_stack) == 1:
            name, self._beneath = self._beneath, ""
            self._open(name, self.manners.tab)

    def choose(self, **chosen: str | bool | tuple[str, ...]) -> None:
        """Keep a choice for the next time, and follow it now."""
        self.chosen = replace(self.chosen, **chosen)  # type: ignore[arg-type]  # keys and types are those of the fields
        if not self.workspace.is_readonly:
            save_settings(self.workspace, self.chosen)
        if "theme" in chosen:
            self.theme = str(chosen["theme"])
        self.set_class(self.manners.is_ascii or bool(self.chosen.is_ascii), "ascii")
        if chosen.keys() - {"panes"}:
            self.refresh(layout=True)

    def action_command_palette(self) -> None:
        """Show the palette, unless it is open: what was asked for before it may open above it."""
        if not any(isinstance(screen, ActionPalette) for screen in self.screen_stack):
            # Without Textual's own id: the one before may have closed and still not be gone.
            self.push_screen(ActionPalette())

    def action_next_theme(self) -> None:
        """Take the next theme, and keep it for the next time."""
        names = list(THEMES)
        self.choose(theme=names[(names.index(self.theme) + 1) % len(names)])
        self.notify(f"theme: {self.theme}", timeout=2)

    def action_keys(self) -> None:
        """Show what can be done here."""
        from alwsl_tui.tui.screens.keys import KeysScreen

        if not isinstance(self.screen, KeysScreen):
            self.push_screen(KeysScreen(self.focused or self.screen, is_readonly=self.manners.is_readonly))

    def action_settings(self) -> None:
        """Show settings, and where each comes from."""
        from alwsl_tui.tui.screens.settings import SettingsScreen

        if not isinstance(self.screen, SettingsScreen):
            self.push_screen(SettingsScreen(self.workspace, self.manners, self.chosen))

    def action_screenshot_here(self) -> None:
        """Save a picture of the screen beside the home's campaigns."""
        path = self.save_screenshot(path=str(self.workspace.home.folder))
        self.notify(f"saved {path}", markup=False)

    def action_leave(self) -> None:
        """Back; from the station, out. Campaigns go on."""
        if len(self.screen_stack) > 1:
            self.pop_screen()
        else:
            self.exit()

    def _open(self, name: str, tab: str | None) -> None:
        from alwsl_tui.tui.screens.campaign import CampaignScreen

        if isinstance(self.screen, CampaignScreen):
            self.pop_screen()
        screen = CampaignScreen(self.workspace, name, tab=tab, manners=self.manners, images=self.images)
        screen.heartbeat = self.heartbeat
        self.push_screen(screen)


def run(manners: Manners) -> int:
    """Show the station until its user leaves; the exit code.

    Raises:
        BadHome: the home cannot be made or read.
        NoSuchName: there is no campaign of the name that was to be opened first.
    """
    if is_only_readable(manners.home or default_home()):
        manners = replace(manners, is_readonly=True)
    workspace = open_workspace(manners.home, is_readonly=manners.is_readonly)
    manners = replace(manners, is_readonly=workspace.is_readonly)
    if manners.campaign is not None:
        from campaigns.services.campaigns.find import find_campaign

        find_campaign(workspace, manners.campaign)
    app = AlwslApp(workspace, manners)
    app.run()
    return app.return_code or 0
