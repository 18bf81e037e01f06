"""The command palette: every action of the places that keys reach now, with the command line that does the same."""

from collections.abc import Iterator
from functools import partial

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.dom import DOMNode

from alwsl_tui.tui.actions import Action, command_line, facts_of, places
from alwsl_tui.tui.tabs import actions_of


class ActionEntries(Provider):
    """Entries for all that can be done here."""

    async def discover(self) -> Hits:
        """Yield everything, before a letter is typed."""
        for node, action, command in self._entries():
            yield DiscoveryHit(_title(action), partial(self._do, node, action), text=action.title, help=command)

    async def search(self, query: str) -> Hits:
        """Yield what matches, by title or command."""
        matcher = self.matcher(query)
        for node, action, command in self._entries():
            score = max(matcher.match(action.title), matcher.match(command))
            if score > 0:
                yield Hit(score, matcher.highlight(action.title), partial(self._do, node, action), help=command)

    def _entries(self) -> Iterator[tuple[DOMNode, Action, str]]:
        reached = places(self.focused or self.screen)
        facts = facts_of(node for _, node in reached)
        for place, node in reached:
            for action in actions_of(place):
                barred = "" if node.check_action(action.name, ()) else "not with --readonly: "
                yield node, action, barred + command_line(action, facts)

    async def _do(self, node: DOMNode, action: Action) -> None:
        await self.app.run_action(action.name, default_namespace=node)


def _title(action: Action) -> Content:
    return Content.from_rich_text(Text(f"{action.title}  [{action.shown_key}]"))
