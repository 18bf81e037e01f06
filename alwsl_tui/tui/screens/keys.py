"""Everything that can be done where one is, with the command line that does the same."""

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.dom import DOMNode
from textual.events import Resize
from textual.screen import ModalScreen
from textual.widgets import Static

from alwsl_tui.drawing.legend import cut
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.tui.actions import Action, command_line, facts_of, places, plain_key
from alwsl_tui.tui.closing import Closing, ask_over
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of

MOTIONS = (
    ("arrows", "move the cursor; left and right walk along a chart"),
    ("page", "a screenful; home and end to the first and the last"),
    ("enter", "opens what is under the cursor"),
    ("tab", "the next tab or section; shift+tab the one before; digits go straight to a tab"),
    ("escape", "back: out of a filter, a question, a screen"),
    ("^p", "the palette: everything here by its name"),
    ("q", "leaves the screen, and on the first one the program; campaigns go on"),
)
WIDE = 100
"""Cells from which on a command line stands beside its title, and not below."""


class KeysScreen(Closing, ModalScreen[None]):
    """Keys of the place one came from, nearest place first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark", "close", "Close", show=False),
        Binding("g", "guide", "Guide", show=False),
    ]
    CSS = """
    KeysScreen .dialog { width: 132; height: 90%; }
    KeysScreen VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; background: $surface; }
    KeysScreen VerticalScroll > Static { height: auto; }
    KeysScreen #keys-title { height: 1; margin: 0 0 1 0; }
    """

    def __init__(self, node: DOMNode, *, is_readonly: bool) -> None:
        super().__init__()
        self.is_readonly = is_readonly
        reached = places(node)
        facts = facts_of(reached_node for _, reached_node in reached)
        # Taken down now: what the place knows may be another thing once this screen lies over it.
        self.groups = [
            (str(place), [(action, command_line(action, facts)) for action in actions_of(place)])
            for place, _ in reached
        ]
        """Nearest first: the name of a place, and its actions with their command lines."""

    def compose(self) -> ComposeResult:
        """Compose a title, the keys, how to leave."""
        with Vertical(classes="dialog"):
            yield Static(id="keys-title")
            with VerticalScroll():
                yield Static(id="keys-text", markup=False)
            yield Static(Text("g opens the guide; arrows and page keys scroll; escape, q or ? closes"), classes="hint")

    def on_mount(self) -> None:
        """Let keys scroll."""
        self.query_one(VerticalScroll).focus()

    def on_resize(self, event: Resize) -> None:
        """Draw as wide as there is room."""
        self.call_after_refresh(self._draw)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def action_guide(self) -> None:
        """Open the guide over the keys."""
        from alwsl_tui.tui.screens.guide import GuideScreen  # Markdown takes a while to import

        ask_over(self, GuideScreen())

    def _draw(self) -> None:
        palette, width = palette_of(self), self.query_one(VerticalScroll).size.width - 2
        title = Text(no_wrap=True).append("Keys, and the command line of each", f"bold {palette.accent}")
        if self.is_readonly:
            title.append("   grey: not with --readonly", palette.warning)
        self.query_one("#keys-title", Static).update(title)
        text = Text(end="")
        for place, entries in self.groups:
            text.append(f"{place.capitalize()}\n", f"bold {palette.accent}")
            for action, command in entries:
                text += self._line(action, command, width=width, palette=palette)
            text.append("\n")
        text.append("Moving about\n", f"bold {palette.accent}")
        for key, meaning in MOTIONS:
            text.append(f"{key:>8}  ", palette.text).append(f"{meaning}\n", palette.muted)
        self.query_one("#keys-text", Static).update(text)

    def _line(self, action: Action, command: str, *, width: int, palette: Palette) -> Text:
        """Draw one action: its key, its title, and beside or below it the command line."""
        is_barred = self.is_readonly and action.is_change
        tone = palette.muted if is_barred else palette.text
        key = plain_key(action.shown_key) if is_ascii(self) else action.shown_key
        text = Text().append(f"{key:>8}  ", f"bold {tone}")
        title = action.title + ("  (readonly)" if is_barred else "")
        # Some things are only to be seen here: they have no command line.
        command = f"$ {command}" if command else ""
        if width >= WIDE and cell_len(command) <= width - 62:
            text.append(f"{title:<50}  ", tone).append(f"{command}\n", palette.muted)
        else:
            below = cut(command, width - 12, is_ascii=is_ascii(self))
            text.append(f"{title}\n", tone).append(f"{' ' * 12}{below}\n" if below else "", palette.muted)
        return text
