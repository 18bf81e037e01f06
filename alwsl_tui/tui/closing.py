"""Screens that close once, however often they are told to, and that are never asked for twice.

Keys wait in line while a screen comes or goes: who holds a key down presses it on a screen that has answered already.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from textual.await_complete import AwaitComplete
from textual.events import ScreenResume
from textual.screen import Screen
from textual.widget import Widget

T = TypeVar("T")


class Closing:
    """Comes before `Screen` among the bases of a screen that answers with `dismiss`."""

    _answers: tuple[Any, ...] = ()
    """The answer that waits until this screen is composed and no other one lies over it."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close with an answer; later answers do not count, and no other screen is closed in place of this one."""
        assert isinstance(self, Screen)
        stack = self.app.screen_stack
        if self not in stack:
            return AwaitComplete()
        if stack[-1] is not self or not self.is_mounted:
            self._answers = self._answers or (result,)
            return AwaitComplete()
        return super().dismiss(result)  # type: ignore[misc, no-any-return]  # of the screen that this comes before

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Close now, if the answer was given before this screen was composed or while another one lay over it."""
        if self._answers:
            self.dismiss(self._answers[0])


def ask_over(node: Widget, screen: Screen[T], answered: Callable[[T | None], None] | None = None) -> None:
    """Open a screen over that of a node, unless another one lies there already: a key was pressed twice."""
    if node.is_attached and node.app.screen is node.screen:
        node.app.push_screen(screen, answered)
