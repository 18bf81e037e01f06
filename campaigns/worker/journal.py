"""What the worker says, one line an event, each on disk before the next thing is done."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.core.events import Event, Noted, Working
from campaigns.core.text import printable
from campaigns.home.journal import Recorded, to_line
from campaigns.worker.narration import told

WORKING_EVERY = 0.5
"""Seconds between two `Working` events."""


@dataclass(slots=True)
class Journal:
    """The journal of one attempt, and the log a person reads beside it."""

    path: Path
    number: int = 0
    _quiet_until: float = field(default=0.0, repr=False)

    def say(self, event: Event) -> None:
        """Append an event: its whole line, or nothing.

        Raises:
            OSError: the disk takes no more.
        """
        _append(self.path, to_line(Recorded(self.number + 1, time.time(), event)).encode())
        self.number += 1
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
    """Write a dated line into the worker's log, where disk and memory still take one: nothing depends on it."""
    with suppress(OSError, MemoryError):
        print(time.strftime("%Y-%m-%d %H:%M:%S"), printable(text), flush=True)  # noqa: T201  the log is our stdout


def _append(path: Path, line: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        before = os.fstat(file.fileno()).st_size
        try:
            # A disk that is nearly full takes a part of the line, and complains about the rest.
            at = 0
            while at < len(line):
                at += file.write(line[at:])
        except OSError:
            # Half a line would wait for ever, and whatever came behind it would make it garbage.
            os.ftruncate(file.fileno(), before)
            raise
