"""Keys one after the other: the next one is handed on when all that the one before brings about is done.

Textual hands each key to what has the focus at that moment, and asks every node above it, up to the application, whose
line of messages may be long. What is typed or pasted fast would go to what had the focus before: letters behind an
Enter into the line that it closes, and the rest of them to the screen, where they may be an answer.
"""

from collections import deque
from collections.abc import Sequence
from functools import partial
from itertools import takewhile

from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.events import Event, InputEvent, Key, MouseMove, Paste
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.widgets import Input

LONGEST = 2.0
"""Seconds that keys wait for the one before at the most: what that one began may never end."""
REPEATS, PAUSE = 0.15, 1.0
"""Seconds from a key to the same one after which it may be held down, and after which it is another press anyway."""


class InOrder(App[None]):
    """Hands on keys, what is pasted and clicks in the order in which they come, however fast."""

    def __init__(self) -> None:
        super().__init__()
        self._typed: deque[Event] = deque()
        """What came while a key was under way."""
        self._is_under_way = False
        self._is_stuck = False
        """True from when a key has taken too long until it ends: keys do not wait for it any more."""
        self._is_followed = False
        """True when a letter went after the key that is under way: it is to be waited for as well."""
        self._keys = 0
        """How many were waited for so far."""
        self._holders: set[object] = set()
        """Who works on a key in a thread."""
        self._limit: Timer | None = None
        self._last: tuple[Event, int, int]
        """What was handed on last, and by identity the screen and the focus of then."""
        self._pressed = 0.0
        """When the last key was pressed first, if it has been held down since."""

    def get_driver_class(self) -> type[Driver]:
        """Return what reads the terminal: on Unix one that sleeps until a key is pressed."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver":
            return driver  # of another system, or of the environment
        from alwsl_tui.tui.calm_driver import CalmDriver

        return CalmDriver

    def hold_keys(self, holder: object) -> None:
        """Let keys wait until a thread has ended that works on the last one."""
        self._holders.add(holder)

    def release_keys(self, holder: object) -> None:
        """Let keys go on; nothing where they were not held."""
        if holder in self._holders:
            self._holders.remove(holder)
            self._wait_behind(self._keys, [], self)

    async def on_event(self, event: Event) -> None:
        """Hand on a key, or let it wait for the one before; drop what arrives when the last screen has closed."""
        if isinstance(event, (InputEvent, Paste)) and not self._screen_stack:
            return  # Textual looks for the screen that they are for
        if not self._is_to_wait(event):
            await super().on_event(event)
        elif not self._is_under_way:
            await self._hand_on(event)
        elif self._is_stuck or (not self._typed and self._is_letter_behind_letter(event)):
            self._is_followed = True
            self._note(event)
            await super().on_event(event)
        else:
            self._typed.append(event)
            self._set_limit()

    def _is_to_wait(self, event: Event) -> bool:
        if isinstance(event, Key) and not event.is_forwarded:
            # Leaving and suspending wait for nothing.
            return not any(known.priority for known in self._bindings.key_to_bindings.get(event.key, ()))
        if isinstance(event, Paste):
            return not event.is_forwarded
        is_click = isinstance(event, InputEvent) and not isinstance(event, (Key, MouseMove))
        return is_click and not event.is_forwarded and self._is_under_way

    def _is_letter_behind_letter(self, event: Event) -> bool:
        """Return whether both go to the same line, which takes them in turn by itself: most of what is typed."""
        before, _, line = self._last
        are_letters = all(isinstance(each, Key) and each.is_printable for each in (before, event))
        return are_letters and isinstance(self.focused, Input) and line == id(self.focused)

    def _set_limit(self) -> None:
        if self._typed and self._limit is None:
            self._limit = self.set_timer(LONGEST, partial(self._give_up, self._keys))

    async def _hand_on(self, event: Event) -> None:
        self._is_under_way = True
        self._keys += 1
        self._note(event)
        target = self.focused or self.screen
        await super().on_event(event)
        self._wait_for_all(target)
        self._set_limit()

    def _note(self, event: Event) -> None:
        if not (isinstance(event, Key) and self._keys > 1 and _is_again(self._last[0], event)):
            self._pressed = event.time
        self._last = event, id(self.screen), id(self.focused)  # not themselves: what is left is forgotten

    def _wait_for_all(self, target: DOMNode) -> None:
        ways = _twice(target.ancestors_with_self)
        # The key may do something only once it has come up to the application, and that begins below again.
        self._wait_behind(self._keys, [*ways, *ways], target)

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
        if key != self._keys or not self._is_under_way or self._holders:
            return
        if self._is_followed and self._screen_stack:
            self._is_followed = False
            self._wait_for_all(self.focused or self.screen)
            return
        self._is_under_way = self._is_stuck = False
        self._stop_limit()
        self._drop_held()
        if self._typed and self._screen_stack:
            await self._hand_on(self._typed.popleft())

    async def _give_up(self, key: int) -> None:
        """Hand on all that waits for a key that takes too long."""
        self._limit = None
        if key == self._keys and self._is_under_way:
            self._is_stuck = True
            while self._typed and self._screen_stack:
                event = self._typed.popleft()
                self._note(event)
                await super().on_event(event)

    def _stop_limit(self) -> None:
        if self._limit is not None:
            self._limit.stop()
            self._limit = None

    def _drop_held(self) -> None:
        """Drop what comes again of a key that has opened or closed a screen: whoever holds it down means that alone."""
        key, screen, _ = self._last
        if self._screen_stack and id(self.screen) == screen:
            return
        # One alone may as well be pressed a second time: what is held down comes again and again.
        if len(list(takewhile(partial(_is_again, key), self._typed))) > 1:
            while self._typed and _is_again(key, self._typed[0]) and self._typed[0].time - self._pressed >= REPEATS:
                self._typed.popleft()


def _is_again(before: Event, event: Event) -> bool:
    """Return whether it is the same key, soon."""
    are_keys = isinstance(before, Key) and isinstance(event, Key) and before.key == event.key
    return are_keys and event.time - before.time < PAUSE


def _twice(nodes: Sequence[MessagePump]) -> Sequence[MessagePump]:
    """Return each node twice: first behind a key, then behind what that has the node tell itself."""
    return [node for node in nodes for _ in range(2)]
