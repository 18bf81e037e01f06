"""Reading in a thread what a screen or pane shows, and nothing else in that thread.

The screen's own thread never waits for the disk, the store or a worker. What was read arrives as a message; only the
last one of a kind counts, and one that says what is shown already draws nothing. Where a heartbeat says that nothing
has happened, nothing is read.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from textual.message import Message
from textual.screen import Screen
from textual.signal import Signal
from textual.timer import Timer
from textual.widget import Widget

from alwsl_tui.tui.heartbeat import Heartbeat
from alwsl_tui.tui.messages import Failed, Told
from campaigns.errors import AlwslError
from campaigns.home.disk import telling

T = TypeVar("T")
SHARE = 0.02
"""Of the time that looks may take: one that reads 10 000 rounds is followed by a longer rest."""
REST = 60.0
"""Seconds of a rest at the most."""
LATE_SHARE = 0.0005
"""Of the time that looks may take for which there is no reason but that the last one was long ago."""
APART = 4
"""Of so many looks, one is left while the terminal does not have the focus."""


def is_on_view(node: Widget) -> bool:
    """Return whether the screen of a node can be seen: nothing lies above it but questions and the like."""
    # Textual calls every screen beneath another current, and draws all of the one on top again when it changes.
    if not node.is_attached:
        return False
    stack = node.app.screen_stack
    return node.screen in stack and all(above.is_modal for above in stack[stack.index(node.screen) + 1 :])


def is_in_sight(node: Widget) -> bool:
    """Return whether a node is part of what can be seen, though it may have no room there."""
    return is_on_view(node) and all(each.display for each in node.ancestors_with_self)


class Waking(Widget):
    """A node that hears when it has come in sight: what it does again and again may rest until then."""

    _uncovered: tuple[Signal[Screen[Any]], ...] = ()

    def wake(self) -> None:
        """Go on, if it rests; called whenever screens change or are laid out, and it is in sight."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Listen."""
        self._uncovered = self.app.screen_change_signal, self.screen.screen_layout_refresh_signal
        for signal in self._uncovered:
            signal.subscribe(self, self._hear, immediate=True)

    def on_unmount(self) -> None:
        """Forget the signals, which would hold what is gone, and all it ever showed, for as long as we run."""
        for signal in self._uncovered:
            signal.unsubscribe(self)

    def _hear(self, _screen: Screen[Any]) -> None:
        if is_in_sight(self):
            self.wake()


class Looking(Generic[T], Waking):
    """A node that looks again and again: `read` in a thread, `show` on the screen when something has changed."""

    EVERY: ClassVar[float] = 0.5
    """Seconds between two looks."""

    @dataclass
    class Found(Message, bubble=False):
        """What one look found."""

        value: Any
        turn: int

        def can_replace(self, message: Message) -> bool:
            """Let a newer look replace an older one that nobody has seen."""
            # Asked of the older message. A look that was forgotten may end late: in place of one that counts it would
            # be thrown away, and nobody would look again.
            return isinstance(message, Looking.Found) and message.turn >= self.turn

    content: T | None = None
    """What was shown last."""
    heartbeat: Heartbeat | None = None
    """Says whether anything may have happened; where there is none, it is looked every time."""
    _beats = -1
    """When it was looked last, by the heartbeat."""
    _late_beats = 0
    """Likewise, of those that nothing tells of."""
    _turns = 0
    _rests_until = 0.0
    """By the monotonic clock."""
    _rests_late_until = 0.0
    """Likewise, where nothing tells of anything new."""
    _is_reading = False
    _turn = 0
    """Counts what was forgotten: a look that began before is of no use."""
    _complaint = ""
    _ticks: Timer
    """Rests while nobody can see what would be shown."""

    def read(self) -> T:
        """Read what there is to show; called in a thread."""
        raise NotImplementedError

    def show(self, content: T) -> None:
        """Draw it; called on the screen's thread, and only when it differs from what is shown."""
        raise NotImplementedError

    def complain(self, error: AlwslError) -> None:
        """Say that a look has failed; called in a thread, and once as long as it fails in the same way."""
        self.post_message(Failed(error))

    def is_watched(self) -> bool:
        """Return whether somebody can see it."""
        return is_on_view(self) and self.region.area > 0

    def is_due(self) -> bool:
        """Return whether something may have happened since the last look, and whether that was long enough ago."""
        if self.heartbeat is None:
            return time.monotonic() >= self._rests_until
        new = self.heartbeat.beats - self._beats
        is_late = self._beats >= 0 and new == self.heartbeat.late_beats - self._late_beats
        return new != 0 and time.monotonic() >= (self._rests_late_until if is_late else self._rests_until)

    def is_open(self) -> bool:
        """Return whether its screen is still open: what is inside goes first, and messages may arrive after that."""
        return self.is_attached and not self._pruning and self.screen in self.app.screen_stack

    def on_mount(self) -> None:
        """Look at once, and then whenever it is time."""
        self.look()
        self._ticks = self.set_interval(self.EVERY, self._look_again)
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.repaint())

    def on_unmount(self) -> None:
        """Forget the signal of themes, likewise."""
        self.app.theme_changed_signal.unsubscribe(self)

    def wake(self) -> None:
        """Look again: a timer that rested for long is due at once."""
        self._ticks.resume()

    def repaint(self) -> None:
        """Draw what is shown again, in the colours of another theme."""
        if self.content is not None:
            self.show(self.content)

    def look(self) -> None:
        """Look now, unless a look is under way."""
        if not self._is_reading:
            self._is_reading = True
            if self.heartbeat is not None:
                self._beats, self._late_beats = self.heartbeat.beats, self.heartbeat.late_beats
            self.run_worker(partial(self._read, self._turn), thread=True, group="look")

    def forget(self) -> None:
        """Discard what is shown: the next look draws anew."""
        self.content = None
        self.look_anew()

    def look_anew(self) -> None:
        """Look now; a look that is under way began too early, and is of no use."""
        self._turn += 1
        self._is_reading = False
        self.look()

    def ask(self, outcome: str, command: str, do: Callable[[], object]) -> None:
        """Run a command in a thread, and say so when it is done."""
        app = self.app  # what is said reaches it also when this node has gone in the meantime

        def work() -> None:
            try:
                with telling(Path()):
                    do()
            except AlwslError as error:
                app.post_message(Failed(error))
            else:
                app.post_message(Told(outcome, command))
                self._beats = -1  # what was done is seen now, not with the next beat
                with suppress(AlwslError):  # what is shown here may be what was to be deleted
                    self.post_message(self.Found(self.read(), self._turn))

        self.run_worker(work, thread=True, group="ask")

    def read_aside(self, read: Callable[[], object], group: str) -> None:
        """Read something besides what is shown, in a thread; what goes wrong is told, and nothing ends."""

        def work() -> None:
            try:
                read()
            except AlwslError as error:
                self._complain_once(error)

        self.run_worker(work, thread=True, exclusive=True, group=group)

    def on_looking_found(self, message: Found) -> None:
        """Draw what differs."""
        if message.turn != self._turn or not self.is_open():
            return
        self._is_reading = False
        self._complaint = ""
        if message.value != self.content:
            self.content = message.value
            self.show(message.value)

    def _complain_once(self, error: AlwslError) -> None:
        if self._complaint != str(error):  # not twice a second
            self._complaint = str(error)
            self.complain(error)

    def _look_again(self) -> None:
        if not is_in_sight(self):
            self._ticks.pause()
            return
        self._turns += 1
        is_turn = self.app.app_focus or self._turns % APART == 0
        if is_turn and self.is_watched() and self.is_due():
            self.look()

    def _read(self, turn: int) -> None:
        began, is_first = time.thread_time(), self.content is None
        try:
            with telling(Path()):
                content = self.read()
        except AlwslError as error:
            self._is_reading = False
            self._complain_once(error)
        else:
            took = time.thread_time() - began
            # The first look imports what it needs, and says nothing of the next ones.
            self._rests_until = time.monotonic() + (0.0 if is_first else min(REST, took / SHARE))
            self._rests_late_until = time.monotonic() + took / LATE_SHARE
            self.post_message(self.Found(content, turn))
