"""Everything that can be done where one is, on one screen, with the command line that does the same."""

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import set_cell_size
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.dom import DOMNode
from textual.events import Resize
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from alwsl_tui.drawing.legend import cut
from alwsl_tui.drawing.palette import Palette, blend
from alwsl_tui.tui.actions import command_line, facts_of, places, plain_key
from alwsl_tui.tui.closing import Closing, ask_over
from alwsl_tui.tui.tabs import actions_of
from alwsl_tui.tui.theme import is_ascii, palette_of
from alwsl_tui.tui.widgets.line import Line

MOTIONS = (
    ("arrows", "Move the cursor"),
    ("page", "One screen up or down"),
    ("home", "First; end: last"),
    ("enter", "Open what is under the cursor"),
    ("tab", "Next tab or section"),
    ("escape", "Back"),
    ("^p", "Find an action by name"),
    ("q", "Leave; campaigns go on"),
)
COLUMNS = ((105, 3), (64, 2), (0, 1))
"""Cells from which on so many columns stand side by side."""


@dataclass(frozen=True, slots=True)
class HelpEntry:
    """One line of the help: a heading, or a key with what it does."""

    key: str
    text: str
    command: str = ""
    is_barred: bool = False
    """It changes something, and nothing may be changed."""

    @property
    def is_heading(self) -> bool:
        """Whether it names a place."""
        return not self.key


class KeysScreen(Closing, ModalScreen[None]):
    """Keys of the place one came from, nearest place first; the command line of one of them at the foot."""

    AUTO_FOCUS = ""  # the line to filter on takes keys once somebody asks for it
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Close", show=False),
        Binding("q,question_mark", "close", "Close", show=False),
        Binding("slash", "filter", "Filter", show=False),
        Binding("g", "guide", "Guide", show=False),
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("left", "across(-1)", "Column before", show=False),
        Binding("right", "across(1)", "Next column", show=False),
        Binding("home", "move(-999)", "First", show=False),
        Binding("end", "move(999)", "Last", show=False),
    ]
    CSS = """
    KeysScreen .dialog { width: 132; max-width: 100%; height: auto; max-height: 100%; padding: 0 1; }
    KeysScreen VerticalScroll { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; background: $surface; }
    KeysScreen VerticalScroll > Static { height: auto; }
    KeysScreen #keys-title, KeysScreen #keys-command { height: 1; }
    KeysScreen Line { display: none; margin: 0; }
    KeysScreen.-filtering Line { display: block; }
    """

    def __init__(self, node: DOMNode, *, is_readonly: bool) -> None:
        super().__init__()
        self.is_readonly = is_readonly
        reached = places(node)
        facts = facts_of(reached_node for _, reached_node in reached)
        self.lines: list[HelpEntry] = []
        """Nearest place first. Taken down now: what a place knows may change once this screen lies over it."""
        for place, _ in reached:
            self.lines.append(HelpEntry("", str(place).capitalize()))
            for action in actions_of(place):
                is_barred = is_readonly and action.is_change
                key = plain_key(action.shown_key) if is_ascii(node) else action.shown_key
                self.lines.append(HelpEntry(key, action.title, command_line(action, facts), is_barred))
        self.lines += [HelpEntry("", "Moving about"), *(HelpEntry(*motion) for motion in MOTIONS)]
        self.pattern = ""
        self.cursor = 0
        """Among the entries that are shown."""

    def compose(self) -> ComposeResult:
        """Compose a title, the keys, the command line of one of them, and how to leave."""
        with Vertical(classes="dialog"):
            yield Static(id="keys-title")
            with VerticalScroll(can_focus=False):
                yield Static(id="keys-text", markup=False)
            yield Static(id="keys-command", markup=False)
            yield Line(placeholder="letters of a key, an action or a command", compact=True)

    def on_mount(self) -> None:
        """Draw."""
        self.call_after_refresh(self._draw)

    def on_resize(self, event: Resize) -> None:
        """Draw as wide as there is room."""
        self.call_after_refresh(self._draw)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the entries that hold what is written."""
        self.pattern, self.cursor = event.value.strip().lower(), 0
        self._draw()

    def on_input_submitted(self) -> None:
        """Keep what is shown; keys move again."""
        self.set_focus(None)

    def action_filter(self) -> None:
        """Open the line to filter on."""
        self.add_class("-filtering")
        self.query_one(Line).focus()

    def action_back(self) -> None:
        """Show all keys again; from there back to where one was."""
        if not self.has_class("-filtering"):
            self.dismiss(None)
            return
        self.remove_class("-filtering")
        self.query_one(Line).value = ""
        self.set_focus(None)

    def action_close(self) -> None:
        """Back to where one was."""
        self.dismiss(None)

    def action_guide(self) -> None:
        """Open the guide over the keys."""
        from alwsl_tui.tui.screens.guide import GuideScreen  # Markdown takes a while to import

        ask_over(self, GuideScreen())

    def action_move(self, by: int) -> None:
        """To another entry, whose command line is told."""
        self.cursor = max(0, min(len(self._entries()) - 1, self.cursor + by))
        self._draw()

    def action_across(self, by: int) -> None:
        """To the entry beside."""
        columns = self._columns(self._shown())
        at, entries = 0, self._entries()
        for number, column in enumerate(columns):
            mine = [line for line in column if not line.is_heading]
            if at <= self.cursor < at + len(mine):
                target = columns[max(0, min(len(columns) - 1, number + by))]
                beside = [line for line in target if not line.is_heading]
                self.cursor = entries.index(beside[min(self.cursor - at, len(beside) - 1)])
                break
            at += len(mine)
        self._draw()

    def _shown(self) -> list[HelpEntry]:
        """Return the lines that hold the pattern, each below its heading."""
        shown: list[HelpEntry] = []
        heading: HelpEntry | None = None
        for line in self.lines:
            if line.is_heading:
                heading = line
            elif self.pattern in f"{line.key} {line.text} {line.command}".lower():
                shown += [line] if heading is None else [heading, line]
                heading = None
        return shown

    def _entries(self) -> list[HelpEntry]:
        return [line for line in self._shown() if not line.is_heading]

    def _columns(self, shown: list[HelpEntry]) -> list[list[HelpEntry]]:
        """Return the lines column by column, equally long; a heading never ends one."""
        count = next(count for least, count in COLUMNS if self._width >= least)
        height = max(1, -(-len(shown) // count))
        columns: list[list[HelpEntry]] = [[]]
        for at, line in enumerate(shown):
            is_lonely = line.is_heading and len(columns[-1]) == height - 1 and at + 1 < len(shown)
            if (len(columns[-1]) >= height or is_lonely) and len(columns) < count:
                columns.append([])
            columns[-1].append(line)
        return columns

    @property
    def _width(self) -> int:
        return max(20, self.query_one(VerticalScroll).size.width - 1)

    def _draw(self) -> None:
        palette, shown, entries = palette_of(self), self._shown(), self._entries()
        here = entries[self.cursor] if entries else None
        title = Text("Keys", f"bold {palette.accent}", no_wrap=True)
        title.append("   / filter   g guide   escape close", palette.muted)
        if self.is_readonly:
            title.append("   grey: not with --readonly", palette.warning)
        self.query_one("#keys-title", Static).update(title)
        columns = self._columns(shown)
        wide = self._width // len(columns)
        text = Text(no_wrap=True, end="")
        row_of = 0
        for row in range(max(map(len, columns))):
            text.append("\n" if row else "")
            for column in columns:
                line = column[row] if row < len(column) else None
                row_of = row if line is here and line is not None else row_of
                key = max((len(each.key) for each in column), default=0)
                text += self._cell(line, (key, wide), palette, is_here=line is here and line is not None)
        self.query_one("#keys-text", Static).update(text if shown else Text("No key has that.", palette.muted))
        command = here.command if here is not None else ""
        scroll = self.query_one(VerticalScroll)
        scroll.styles.max_height = max(1, self.size.height - 4 - self.has_class("-filtering"))
        written = cut(f"$ {command}" if command else "", self._width, is_ascii=is_ascii(self))
        self.query_one("#keys-command", Static).update(Text(written, palette.accent, no_wrap=True))
        # Once the text has its new height.
        self.call_after_refresh(scroll.scroll_to_region, Region(0, row_of, 1, 1), animate=False)

    def _cell(self, line: HelpEntry | None, sizes: tuple[int, int], palette: Palette, *, is_here: bool) -> Text:
        """Draw one line of a column, exactly as wide as the second of `sizes`; the first is that of its keys."""
        key, wide = sizes
        text = Text(no_wrap=True, end="")
        if line is None:
            return text.append(" " * wide)
        if line.is_heading:
            return text.append(set_cell_size(cut(line.text, wide - 1, is_ascii=is_ascii(self)), wide), palette.accent)
        tone = palette.muted if line.is_barred else palette.text
        behind_it = " (readonly)" if line.is_barred else ""
        written = cut(line.text, wide - key - 4 - len(behind_it), is_ascii=is_ascii(self)) + behind_it
        behind = f" on {palette.surface}" if not is_here else f" on {blend(palette.accent, palette.surface, 0.3)}"
        text.append(f" {line.key:>{key}}  ", f"bold {palette.accent if not line.is_barred else tone}{behind}")
        return text.append(set_cell_size(written, wide - key - 3), f"{tone}{behind}")
