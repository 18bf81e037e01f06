"""What the worker says, one line an event, each on disk before the next thing is done."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.core.events import Event, Noted, Prepared, Working
from campaigns.core.text import printable
from campaigns.home.journal import Recorded, to_line
from campaigns.worker.narration import told

WORKING_EVERY = 0.5
"""Seconds between two `Working` events."""
LOG_EVERY = 10.0
"""Seconds of the same work before a line of the log says how far it is, and between two such lines."""


@dataclass(slots=True)
class _Work:
    """Something that takes a while, since it was first heard of."""

    what: str
    began: float
    """By a clock that nobody sets, as are the next two."""
    done: int
    """What was done then."""
    quiet_until: float
    """No event is said before."""
    unlogged_until: float

    def left(self, now: float, done: int, total: int) -> float | None:
        """Return the seconds that the rest takes at the pace so far; None before there is one."""
        steps = done - self.done
        return (now - self.began) / steps * (total - done) if steps > 0 else None


@dataclass(slots=True)
class Journal:
    """The journal of one attempt, and the log a person reads beside it."""

    path: Path
    number: int = 0
    _work: _Work | None = field(default=None, repr=False)

    def say(self, event: Event) -> None:
        """Append an event: its whole line, or nothing.

        Raises:
            OSError: the disk takes no more.
        """
        _append(self.path, to_line(Recorded(self.number + 1, time.time(), event)).encode())
        self.number += 1
        if not isinstance(event, Working):
            log(told(event))
            self._work = None

    def note(self, text: str, *, is_warning: bool = False) -> None:
        """Say something to a person."""
        self.say(Noted(text, is_warning))

    @contextmanager
    def preparing(self, what: str, images: int) -> Iterator[None]:
        """Say, once what models read of so many images is there, how long that took."""
        began = time.perf_counter()
        yield
        self.say(Prepared(what, images, time.perf_counter() - began))

    def working(self, what: str, done: int, total: int) -> None:
        """Say how far something is, not more often than a person can read; into the log still more seldom."""
        now, work = time.monotonic(), self._work
        if work is None or work.what != what:
            work = self._work = _Work(what, now, done, quiet_until=now, unlogged_until=now + LOG_EVERY)
        if done < total and now < work.quiet_until:
            return
        work.quiet_until = now + WORKING_EVERY
        event = Working(what, done, total, work.left(now, done, total))
        self.say(event)
        if now >= work.unlogged_until:
            work.unlogged_until = now + LOG_EVERY
            log(told(event))


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
