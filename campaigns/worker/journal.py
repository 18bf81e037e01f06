"""What the worker says, one line an event, each on disk before the next thing is done."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.core.events import Event, Noted, Recorded, Working, to_line
from campaigns.core.narration import told

WORKING_EVERY = 0.5
"""Seconds between two `Working` events."""


@dataclass(slots=True)
class Journal:
    """The journal of one attempt, and the log a person reads beside it."""

    path: Path
    number: int = 0
    _quiet_until: float = field(default=0.0, repr=False)

    def say(self, event: Event) -> None:
        """Append an event."""
        self.number += 1
        with self.path.open("a", encoding="utf-8") as file:
            file.write(to_line(Recorded(self.number, time.time(), event)))
        if not isinstance(event, Working):
            log(told(event))

    def note(self, text: str, *, is_warning: bool = False) -> None:
        """Say something to a person."""
        self.say(Noted(text, is_warning))

    def working(self, what: str, done: int, total: int) -> None:
        """Say how far something is, not more often than a person can read."""
        now = time.monotonic()
        if done >= total or now >= self._quiet_until:
            self._quiet_until = now + WORKING_EVERY
            self.say(Working(what, done, total))


def log(text: str) -> None:
    """A dated line in the worker's log."""
    print(time.strftime("%Y-%m-%d %H:%M:%S"), text, flush=True)  # noqa: T201  the log is this process's stdout
