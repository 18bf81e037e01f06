"""A new campaign: choose a recipe, change what should differ, see what it comes to, start it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Button, Static

from alwsl_tui.drawing import new
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.closing import Closing, ask_over
from alwsl_tui.tui.messages import Failed, Told
from alwsl_tui.tui.questions import Confirm
from alwsl_tui.tui.screens.recipe_form import RecipeForm
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.widgets.keyline import KeyLine
from campaigns.core.text import printable
from campaigns.errors import AlwslError, BadRecipe
from campaigns.recipe import PROTOCOL
from campaigns.services.campaigns.choice import CampaignChoice, command_of, named
from campaigns.services.campaigns.draft import (
    Draft,
    Planner,
    create_from,
    unused_name,
)
from campaigns.services.campaigns.form import Settings, choices, settings_from
from campaigns.services.workspace import Workspace

PAUSE = 0.25
"""Seconds without a keystroke before the choice is looked at."""
FIRST = "demo"
"""The recipe to begin with."""


class NewScreen(Closing, Screen[str | None]):
    """Answers with the name of the campaign it made, or None."""

    PLACE: ClassVar[Place] = Place.NEW
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.NEW)),
        Binding("escape", "leave", "cancel"),
        Binding("q", "leave", "cancel", show=False),
    ]
    HORIZONTAL_BREAKPOINTS = [(0, "-glance"), (60, "-narrow"), (100, "-normal"), (160, "-wide")]  # noqa: RUF012
    CSS = """
    NewScreen { background: $background; }
    NewScreen #title { height: 1; padding: 0 1; background: $surface; color: $primary; text-style: bold; }
    NewScreen #body { height: 1fr; layout: horizontal; overflow: hidden; }
    NewScreen #form { width: 1fr; max-width: 100; }
    NewScreen #plan { width: 1fr; max-width: 90; padding: 0 2; border-left: solid $surface; }
    NewScreen #plan:focus { border-left: solid $primary; }
    NewScreen #plan Static { height: auto; }
    NewScreen .group { color: $primary; text-style: bold; margin: 1 0 0 0; }
    NewScreen #mistakes { color: $text-error; }
    NewScreen #notes { color: $text-muted; margin: 1 0 0 0; }
    NewScreen #hint { color: $text-warning; margin: 1 0 0 0; }
    NewScreen .empty { display: none; }
    NewScreen Field .label { color: $text-muted; }
    NewScreen Field .wrong, NewScreen Field.-wrong .label { color: $text-error; }
    NewScreen Field Input { background: $surface; padding: 0 1; }
    NewScreen Field SelectionList { background: $surface; }
    NewScreen Field SelectCurrent { background: $surface; padding: 0 1; }
    NewScreen Field SelectCurrent #label { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    NewScreen Field Input:focus, NewScreen Field Select:focus SelectCurrent { background: $primary 20%; }
    NewScreen #buttons { height: 1; dock: bottom; margin: 0 0 1 0; padding: 0 1; background: $surface; }
    NewScreen #buttons Button { margin: 0 2 0 0; }
    NewScreen #buttons #state { width: 1fr; color: $text-muted; text-align: right; }
    NewScreen.-glance #body, NewScreen.-narrow #body { layout: vertical; overflow-y: auto; }
    NewScreen.-glance #form, NewScreen.-narrow #form { height: auto; width: 100%; overflow: hidden; }
    NewScreen.-glance #plan, NewScreen.-narrow #plan {
        height: auto; max-height: 18; width: 100%; padding: 0 1; border-left: none;
        border-top: solid $surface; margin: 1 0;
    }
    """

    @dataclass
    class Read(Message):
        """What a recipe says, and a name that is free."""

        choice: CampaignChoice
        settings: Settings | None
        name: str

    @dataclass
    class Drafted(Message):
        """What a choice comes to."""

        choice: CampaignChoice
        draft: Draft

        def can_replace(self, message: Message) -> bool:
            """Let a newer draft of the same choice replace an older one: only the last is worth drawing."""
            # A draft of an earlier choice may end later: in place of one that counts it would be thrown away.
            return isinstance(message, NewScreen.Drafted) and message.choice == self.choice

    @dataclass
    class Made(Message):
        """The campaign is there."""

        name: str
        command: str

    def __init__(self, workspace: Workspace, *, source: str | None = None, is_readonly: bool = False) -> None:
        super().__init__()
        self._workspace, self._is_readonly = workspace, is_readonly
        self._planner = Planner(workspace)
        self._source = source or FIRST
        self._timer: Timer | None = None
        self._draft: Draft | None = None
        self._is_making = False
        self._is_unread = False

    def compose(self) -> ComposeResult:
        """Compose the form, the plan, and what can be done with them."""
        yield Static("New campaign", id="title")
        with VerticalScroll(id="body", can_focus=False):
            with VerticalScroll(id="form", can_focus=False):
                yield RecipeForm(choices(self._workspace), self._source)
            with VerticalScroll(id="plan"):
                yield Static(id="hint", classes="empty", markup=False)
                for name, title in (("mistakes", "To be mended"), ("size", "Plan"), ("takes", "It would take")):
                    yield Static(title, classes="group empty", id=f"{name}-title")
                    yield Static(id=name, markup=False)
                yield Static(id="notes", classes="empty", markup=False)
                yield Static("The same on the command line", classes="group")
                yield Static(id="command", markup=False)
        with Horizontal(id="buttons"):
            yield Button("Start now ^s", id="start", variant="primary", compact=True, disabled=True)
            yield Button("Create only ^n", id="create", compact=True, disabled=True)
            yield Button("Cancel esc", id="cancel", compact=True)
            yield Static(id="state", markup=False)
        yield KeyLine(compact=True)

    def on_mount(self) -> None:
        """Begin with the recipe that was asked for."""
        self._say("reading …")
        self._read(self._form.asked)
        self.query_one("#field-name Input").focus()

    def facts(self) -> dict[str, str]:
        """Return what this place knows for command lines."""
        choice = self._form.choice
        return {"command": command_of(self._workspace, choice, is_started=False), "recipe": choice.source}

    @property
    def is_good(self) -> bool:
        """True when what is on the screen has been looked at, and can be made."""
        return self._draft is not None and not self._draft.mistakes and not self._is_readonly and not self._is_making

    def on_recipe_form_source_chosen(self, event: RecipeForm.SourceChosen) -> None:
        """Another recipe."""
        self._doubt()
        self._is_unread = True
        self._later(lambda: self._read(event.choice))

    def on_recipe_form_edited(self) -> None:
        """Another answer."""
        self._doubt()
        if not self._is_unread:  # otherwise what is read brings the next look with it
            self._later(lambda: self._look(self._form.choice))

    def on_new_screen_read(self, event: Read) -> None:
        """Fill the fields with what the recipe says."""
        if event.choice.source == PROTOCOL == self._form.source and event.choice != self._form.asked:
            self._later(lambda: self._read(self._form.asked))  # other data are chosen by now, or were to begin with
        elif event.choice.source == self._form.source:
            self._is_unread = False
            self._form.fill(event.settings, name=event.name)

    def on_new_screen_drafted(self, event: Drafted) -> None:
        """Draw it, unless the choice has changed in the meantime."""
        if event.choice == self._form.choice:
            self._draft = event.draft
            self._show(event.draft)

    def on_new_screen_made(self, event: Made) -> None:
        """Leave for the campaign that was made."""
        self.post_message(Told(f"{event.name} is made", event.command))
        self.dismiss(event.name)

    def on_failed(self) -> None:
        """Check again why it was not made; the application says it too."""
        self._is_making = False
        self._doubt()
        self._look(self._form.choice)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Act as the keys do."""
        actions = {"start": self.action_create_started, "create": self.action_create, "cancel": self.action_leave}
        actions[event.button.id or "cancel"]()

    def action_create_started(self) -> None:
        """Make it, and start it in the background."""
        self._begin(is_started=True)

    def action_create(self) -> None:
        """Make it, and leave it at that."""
        self._begin(is_started=False)

    def action_copy_command(self) -> None:
        """Copy the command line into the clipboard of the terminal."""
        command = command_of(self._workspace, self._form.choice, is_started=True)
        self.app.copy_to_clipboard(command)
        self.notify(printable(command), title="Copied", markup=False)

    def action_leave(self) -> None:
        """Leave without making anything; ask before answers are lost."""

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.dismiss(None)

        if self._form.is_filled:
            ask_over(self, Confirm("Leave the form?", "What was filled in is lost."), answered)
        else:
            self.dismiss(None)

    @property
    def _form(self) -> RecipeForm:
        return self.query_one(RecipeForm)

    def _begin(self, *, is_started: bool) -> None:
        if self.is_good:
            self._is_making = True
            self._allow()
            self._say("making it …")
            self._make(self._form.choice, is_started)

    def _doubt(self) -> None:
        self._draft = None
        self._allow()
        self._say("looking …")

    def _later(self, act: Callable[[], object]) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE, act)

    @work(thread=True, exclusive=True, group="read")
    def _read(self, choice: CampaignChoice) -> None:
        settings = None
        with suppress(BadRecipe):  # the draft says what is wrong with it
            settings = settings_from(self._planner.recipe(choice))
        self.post_message(self.Read(choice, settings, unused_name(self._workspace, named(choice))))

    @work(thread=True, exclusive=True, group="look")
    def _look(self, choice: CampaignChoice) -> None:
        try:
            self.post_message(self.Drafted(choice, self._planner.draft(choice)))
        except AlwslError as error:
            self.app.post_message(Failed(error))

    @work(thread=True, exclusive=True, group="make")
    def _make(self, choice: CampaignChoice, is_started: bool) -> None:
        try:
            row = create_from(self._workspace, choice, is_started=is_started)
        except AlwslError as error:
            self.post_message(Failed(error))
        else:
            self.post_message(self.Made(row.name, command_of(self._workspace, choice, is_started=is_started)))

    def _show(self, draft: Draft) -> None:
        left = self._form.blame(draft.mistakes)
        self._put("mistakes", new.mistakes(left))
        self._put("hint", new.hint(draft))
        self._put("size", new.plan(draft))
        self._put("takes", new.estimate(draft.estimate))
        self._put("notes", new.notes(draft))
        self._put("command", new.command(draft.command))
        number = len(draft.mistakes)
        state = plural(number, "mistake") if number else "ready"
        self._say("--readonly: nothing can be made" if self._is_readonly else state)
        self._allow()

    def _put(self, name: str, drawn: Text) -> None:
        self.query_one(f"#{name}", Static).update(drawn)
        for node in self.query(f"#{name}, #{name}-title"):
            node.set_class(not drawn.plain, "empty")

    def _allow(self) -> None:
        for button in self.query("#start, #create").results(Button):
            button.disabled = not self.is_good

    def _say(self, text: str) -> None:
        self.query_one("#state", Static).update(Content(text))
