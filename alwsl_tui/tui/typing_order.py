"""Keys one after the other: the next one is handed on when all that the one before brings about is done.

Textual hands each key to what has the focus at that moment, and asks every node above it, up to the application, whose
line of messages may be long. What is typed or pasted fast would go to what had the focus before: letters behind an
Enter into the line that it closes, and the rest of them to the screen, where they may be an answer.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial

from textual.app import App
from textual.dom import DOMNode
from textual.events import Event, InputEvent, Key, Paste
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.timer import Timer

LONGEST = 2.0
"""Seconds that a key waits for the one before at the most: what that one began may never end."""


class InOrder(App[None]):
    """Hands on keys, and what is pasted, in the order in which they come, however fast."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Event] = deque()
        """What came while a key was under way."""
        self._is_under_way = False
        self._keys = 0
        """How many were handed on so far."""
        self._limit: Timer | None = None
        self._last: tuple[Event, Screen[object]]
        """What was handed on last, and the screen that was there."""

    async def on_event(self, event: Event) -> None:
        """Hand on a key, or let it wait for the one before; drop what arrives when the last screen has closed."""
        if isinstance(event, (InputEvent, Paste)) and not self._screen_stack:
            return  # Textual looks for the screen that they are for
        if not isinstance(event, (Key, Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        self._typed.append(event)
        if not self._is_under_way:
            await self._hand_on()
        else:
            self._set_limit()

    def _set_limit(self) -> None:
        if self._typed and self._limit is None:
            self._limit = self.set_timer(LONGEST, partial(self._go_on, self._keys))

    async def _hand_on(self) -> None:
        event = self._typed.popleft()
        self._is_under_way = True
        self._keys += 1
        self._last = event, self.screen
        target = self.focused or self.screen
        ways = _twice(target.ancestors_with_self)
        await super().on_event(event)
        # The key may do something only once it has come up to the application, and that begins below again.
        self._wait_behind(self._keys, [*ways, *ways], target)
        self._set_limit()

    def _wait_behind(self, key: int, nodes: Sequence[MessagePump], target: DOMNode) -> None:
        """Wait in the line of messages of each of these nodes in turn, then of those that keys are for by now.

        What a key brings about takes the same ways ahead of this. `target` is what was waited for already.
        """
        for at, node in enumerate(nodes):
            if node.call_later(self._wait_behind, key, nodes[at + 1 :], target):  # not, where the node closes
                return
        current = (self.focused or self.screen) if self._screen_stack else target
        if current is not target:
            self._wait_behind(key, _twice(current.ancestors_with_self), current)
        else:
            self.call_later(self._go_on, key)

    async def _go_on(self, key: int) -> None:
        if key != self._keys or not self._is_under_way:
            return
        self._is_under_way = False
        if self._limit is not None:
            self._limit.stop()
            self._limit = None
        self._drop_held()
        if self._typed and self._screen_stack:
            await self._hand_on()

    def _drop_held(self) -> None:
        """Drop what comes again of a key that has opened or closed a screen: whoever holds it down means that alone."""
        key, screen = self._last
        if not self._screen_stack or self.screen is not screen:
            while self._typed and isinstance(key, Key) and _is_again(key, self._typed[0]):
                self._typed.popleft()


def _is_again(key: Key, event: Event) -> bool:
    return isinstance(event, Key) and event.key == key.key


def _twice(nodes: Sequence[MessagePump]) -> Sequence[MessagePump]:
    """Return each node twice: first behind a key, then behind what that has the node tell itself."""
    return [node for node in nodes for _ in range(2)]
