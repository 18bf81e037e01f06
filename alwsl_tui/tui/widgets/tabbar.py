"""Tabs in one line, reached by digits or a click."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.text import Text
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from alwsl_tui.tui.theme import palette_of

DIGITS = "1234567890"
LENGTHS = ((20, 1), (20, 0), (5, 0), (3, 0), (0, 0))
"""Letters of the names of tabs that are not on top, and blanks around each besides one, tried one after the other
until all tabs fit."""


class TabBar(Static):
    """Shows which of `tabs` is on top."""

    active: reactive[str] = reactive("")

    @dataclass
    class Wanted(Message):
        """A tab was clicked."""

        tab: str

    def __init__(self, tabs: Sequence[str], *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.tabs = tuple(tabs)

    def watch_active(self) -> None:
        """Mark it."""
        self._draw()

    def on_resize(self) -> None:
        """Cut names where room is short."""
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """Open whatever is under the pointer."""
        end = 0
        for tab, word in zip(self.tabs, self._words(), strict=True):
            if end <= event.x < end + len(word):
                self.post_message(self.Wanted(tab))
            end += len(word)

    def _words(self) -> list[str]:
        """Return what stands for each tab, with the blanks around it."""
        for letters, gap in LENGTHS:
            names = [tab.capitalize()[: None if tab == self.active else letters] for tab in self.tabs]
            words = [f"{digit} {name}".strip() for digit, name in zip_longest(DIGITS, names, fillvalue="")][
                : len(names)
            ]
            words = [f"{' ' * gap}{word} " for word in words]
            words[-1] = words[-1].rstrip() + " " * gap
            if sum(map(len, words)) <= self.size.width:
                break
        return words

    def _draw(self) -> None:
        palette, text = palette_of(self), Text(no_wrap=True)
        for tab, word in zip(self.tabs, self._words(), strict=True):
            style = f"bold {palette.background} on {palette.accent}" if tab == self.active else palette.muted
            text.append(word, style)
        self.update(text)
