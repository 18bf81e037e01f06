"""The recipe of a campaign as it was frozen, and what another campaign's says differently."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.events import Resize
from textual.message import Message
from textual.widgets import Static

from alwsl_tui.drawing.columns import differences
from alwsl_tui.drawing.recipe import coloured
from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.actions import Action, bindings
from alwsl_tui.tui.closing import ask_over
from alwsl_tui.tui.messages import Failed, Told
from alwsl_tui.tui.pane import Pane
from alwsl_tui.tui.questions import AskOne
from alwsl_tui.tui.tabs import Tab
from alwsl_tui.tui.theme import palette_of
from campaigns.core.text import printable
from campaigns.errors import AlwslError, NotNow
from campaigns.services.campaigns.recipe import RecipeDifference, recipe_differences, recipe_text
from campaigns.services.station.list import load_campaigns
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Frozen:
    """A recipe, beside another one or alone."""

    text: str
    """In TOML."""
    other: str | None = None
    """Name of the campaign it is held against."""
    differences: tuple[RecipeDifference, ...] = ()


ACTIONS = (
    Action("recipe", "against", "d", "Difference to another campaign", "alwsl-tui recipe {name} --against {other}",
      short="difference"),
    Action("recipe", "copy", "y", "Copy the recipe", "alwsl-tui recipe {name}", short="copy"),
)  # fmt: skip


class RecipePane(Pane[Frozen]):
    """The recipe; or, against another campaign, only the keys that differ."""

    PLACE = "recipe"
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("escape", "alone", "Back to the recipe", show=False),
    ]
    EVERY = 5.0
    DEFAULT_CSS = """
    RecipePane { height: 1fr; layout: vertical; padding: 0 1; }
    RecipePane #recipe-about { height: 1; text-wrap: nowrap; text-overflow: ellipsis; margin: 0 0 1 0; }
    RecipePane VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    RecipePane #recipe-text { height: auto; }
    """

    @dataclass
    class OthersRead(Message, bubble=False):
        """The campaigns that this one can be held against: (name, what it is) each."""

        others: tuple[tuple[str, str], ...]

    def __init__(self, workspace: Workspace, name: str) -> None:
        super().__init__(workspace, name)
        self.other: str | None = None
        """What is wanted; what is shown follows with the next look."""

    def compose(self) -> ComposeResult:
        """Compose a line on what is shown, and the text."""
        yield Static(id="recipe-about", markup=False)
        with VerticalScroll():
            yield Static(id="recipe-text", markup=False)

    def enter(self) -> None:
        """Let keys move through the text."""
        self.query_one(VerticalScroll).focus()
        self.look()

    def facts(self) -> dict[str, str]:
        """Return the campaign, and the one it is compared with."""
        return {"name": self.name_, "other": self.other or ""}

    def read(self) -> Frozen:
        """Read the text, and what differs."""
        text, other = recipe_text(self.workspace, self.name_), self.other
        return Frozen(text, other, () if other is None else recipe_differences(self.workspace, (self.name_, other)))

    def show(self, content: Frozen) -> None:
        """Draw it; another one that is wanted by now is looked for at once."""
        self._draw()
        if content.other != self.other:
            self.look()

    def on_resize(self, event: Resize) -> None:
        """Draw as wide as there is room."""
        self._draw()

    def on_recipe_pane_others_read(self, message: OthersRead) -> None:
        """Ask which campaign to compare with."""
        ask_over(self, AskOne(f"Hold the recipe of {self.name_} against", message.others), self._hold)

    def action_against(self) -> None:
        """Ask for another campaign; or back to the recipe."""
        if self.other is not None:
            self._hold(None)
        else:
            self.read_aside(self._read_others, "others")

    def action_alone(self) -> None:
        """Back to the recipe; where it is shown already, escape means what it means outside."""
        if self.other is None:
            raise SkipAction
        self._hold(None)

    def action_copy(self) -> None:
        """Copy the recipe as it is, every byte of it."""
        if self.content is not None:
            self.app.copy_to_clipboard(self.content.text)
            self.post_message(Told(f"the recipe of {self.name_} is copied", f"alwsl-tui recipe {self.name_}"))

    def _hold(self, other: str | None) -> None:
        self.other = other
        self.query_one(VerticalScroll).scroll_home(animate=False)
        self.look()

    def _read_others(self) -> None:
        """Read the other names in a thread: a home may have a thousand campaigns."""
        try:
            rows = [line.row for line in reversed(load_campaigns(self.workspace)) if line.row.name != self.name_]
        except AlwslError as error:
            self.post_message(Failed(error))
            return
        if rows:
            others = tuple((row.name, f"{row.name}   {row.model} on {row.dataset}") for row in rows)
            self.post_message(self.OthersRead(others))
        else:
            self.post_message(Failed(NotNow("This home has no other campaign.", hint="n makes one")))

    def _draw(self) -> None:
        content = self.content
        width = self.query_one(VerticalScroll).size.width - 2
        if content is None or width <= 0:
            return
        palette = palette_of(self)
        about, text = Text(no_wrap=True), self.query_one("#recipe-text", Static)
        if content.other is None:
            lines = content.text.count("\n")
            about.append("as it was frozen ", palette.text).append(f"({plural(lines, 'line')})", palette.muted)
            text.update(coloured(content.text, palette))
        else:
            differ = "differs" if len(content.differences) == 1 else "differ"
            about.append(f"{plural(len(content.differences), 'key')} {differ} ", palette.text)
            about.append(f"from {printable(content.other)}; escape shows the whole recipe", palette.muted)
            names = (self.name_, content.other)
            text.update(differences(content.differences, names, width=width, palette=palette))
        self.query_one("#recipe-about", Static).update(about)


ENTRIES = (Tab("recipe", RecipePane, ACTIONS),)
