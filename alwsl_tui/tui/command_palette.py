"""The command palette: every action of the places that keys reach now, with the command line that does the same."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, cast

from rich.text import Text
from textual.command import CommandInput, CommandList, CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.css.query import NoMatches
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import LoadingIndicator

from alwsl_tui.tui.actions import Action, command_line, facts_of, places
from alwsl_tui.tui.closing import Closing
from alwsl_tui.tui.tabs import actions_of
from campaigns.core.text import printable

PARTS: tuple[Any, ...] = (CommandList, CommandInput, LoadingIndicator, "#--input")
"""What Textual's palette asks itself for."""


class ActionPalette(Closing, CommandPalette):
    """Textual's palette, which may be left while it still searches.

    Textual's own asks for the parts of itself in tasks, timers and messages that are still under way when it closes;
    the first that misses one ends the program.
    """

    _parts: Mapping[Any, Widget] = {}

    def on_mount(self) -> None:
        """Remember the parts that are asked for later."""
        self._parts = {part: super(ActionPalette, self).query_one(part) for part in PARTS}

    def query_one(self, *arguments: Any) -> Any:
        """Return a part of the palette, also of one that is closing and has none any more."""
        try:
            return super().query_one(*arguments)
        except NoMatches:
            return self._parts[arguments[0]]

    def _gather_commands(self, search_value: str) -> Any:
        """Search, unless the letter came after the key that closes."""
        return super()._gather_commands(search_value) if self in self.app.screen_stack else None


class ActionEntries(Provider):
    """Entries for all that can be done here."""

    async def discover(self) -> Hits:
        """Yield everything, before a letter is typed."""
        for node, action, command in self._entries():
            yield DiscoveryHit(_title(action), partial(self._do, node, action), text=action.title, help=_help(command))

    async def search(self, query: str) -> Hits:
        """Yield what matches, by title or command."""
        matcher = self.matcher(query)
        for node, action, command in self._entries():
            score = max(matcher.match(action.title), matcher.match(command))
            if score > 0:
                yield Hit(score, matcher.highlight(action.title), partial(self._do, node, action), help=_help(command))

    def _entries(self) -> Iterator[tuple[DOMNode, Action, str]]:
        reached = places(self.focused or self.screen)
        facts = facts_of(node for _, node in reached)
        for place, node in reached:
            for action in actions_of(place):
                barred = "" if node.check_action(action.name, ()) else "not with --readonly: "
                yield node, action, barred + command_line(action, facts)

    async def _do(self, node: DOMNode, action: Action) -> None:
        if node.is_attached:  # what was chosen may be about a screen that has gone in the meantime
            await self.app.run_action(action.name, default_namespace=node)


def _help(command: str) -> str:
    """Return a command line as it is: a string would be read as markup, and what somebody has typed is none."""
    return cast(str, Content(printable(command)))


def _title(action: Action) -> Content:
    return Content.from_rich_text(Text(f"{action.title}  [{action.shown_key}]"))
