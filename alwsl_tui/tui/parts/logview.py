"""A log that is searched, filtered and gone through from error to error, round to round, epoch to epoch."""

import time
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.worker import get_current_worker

from alwsl_tui.tui.actions import Place, bindings
from alwsl_tui.tui.parts.pagedlog import PagedLog
from alwsl_tui.tui.tabs import actions_of
from campaigns.services.logs.file import LogFile
from campaigns.services.logs.filters import EPOCHS, ERRORS, ROUNDS, Sieve
from campaigns.services.logs.matches import Matching
from campaigns.services.logs.patterns import pattern_of

TOLD = 0.1
"""Seconds between two words of how far a search is."""
COUNTED = 1 << 20
"""Bytes of a log whose matches are counted in one go."""
STRETCH, BREATH = 0.003, 0.0005
"""Seconds a search goes on at least and then gives way: a regular expression lets no other thread run."""


class Wanted(StrEnum):
    """What a pattern is asked for."""

    SEARCH = "search"
    IN = "filter in"
    OUT = "filter out"


class LogView(PagedLog):
    """A log with everything one looks for in it. It asks for patterns by a message; whoever hears it has the input."""

    PLACE: ClassVar[Place] = Place.LOG
    _counted: tuple[tuple[Path, Sieve], Matching] | None = None
    """What was searched for, and its matches as far as they are counted."""
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(actions_of(Place.LOG)),
        Binding("escape", "stop", "Stop searching, show all again", show=False),
    ]

    @dataclass
    class AskPattern(Message):
        """The reader wants to type a pattern; the answer goes to `give`."""

        kind: Wanted
        before: str
        """The one that holds now, empty when there is none."""

    @dataclass
    class Save(Message):
        """The reader wants the lines of a log in a file: those that the sieve lets through."""

        path: Path
        sieve: Sieve

    @dataclass
    class Searching(Message, bubble=False):
        """Where in the log a search is, in [0, 1]."""

        share: float

        def can_replace(self, message: Message) -> bool:
            """Let a newer one replace an older: only the last is worth drawing."""
            return isinstance(message, LogView.Searching)

    @dataclass
    class Found(Message, bubble=False):
        """A search is over."""

        path: Path
        offset: int | None
        """Where the line begins; None when there is none in all the log."""
        is_around: bool
        """It went on at the other end."""

    @dataclass
    class Counted(Message, bubble=False):
        """All matches are counted."""

        path: Path
        offset: int
        """Of the line that was found."""
        place: int
        """Of it among the matches, from 1."""
        count: int

    def facts(self) -> dict[str, str]:
        """Return what command lines about the log are about."""
        return {"pattern": _text(self.marks) or _text(self.sieve)}

    def give(self, kind: Wanted, text: str) -> None:
        """Take a pattern that was asked for; no text takes back the one of before.

        Raises:
            UsageError: it is no regular expression.
        """
        patterns = (pattern_of(text),) if text else ()
        if kind is Wanted.IN:
            self.sieve = Sieve(patterns, self.sieve.unwanted)
        elif kind is Wanted.OUT:
            self.sieve = Sieve(self.sieve.wanted, patterns)
        else:
            self.search(text)

    def search(self, text: str) -> None:
        """Mark what matches, and go to the next such line from here; to the last one when following.

        Raises:
            UsageError: it is no regular expression.
        """
        self.marks = Sieve((pattern_of(text),)) if text else None
        self.hit = None
        if self.marks:
            self._go(self.marks, backwards=self.is_following)

    def watch_path(self) -> None:
        """Stop searching for what was searched for in the log before."""
        self.workers.cancel_group(self, "find")
        self.workers.cancel_group(self, "count")
        super().watch_path()

    def on_log_view_searching(self, message: Searching) -> None:
        """Say where the search is."""
        if self._is_searching:
            self.status = f"searching at {message.share:.0%}, escape stops"

    def on_log_view_found(self, message: Found) -> None:
        """Go to the line, and show what is before it as well."""
        if message.path != self.path:
            return
        self.status = "not found" if message.offset is None else "from the other end" if message.is_around else ""
        if message.offset is not None:
            self.is_following = False
            self.hit = message.offset
            self.ask(self.around(message.offset))

    def on_log_view_counted(self, message: Counted) -> None:
        """Say which of how many matches it is, if the reader still looks at it."""
        if message.path == self.path and message.offset == self.hit:
            self.status = f"match {message.place}/{message.count}" + (f", {self.status}" if self.status else "")

    def action_follow(self) -> None:
        """Follow the end, or stay."""
        self.is_following = not self.is_following

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self.is_wrapping = not self.is_wrapping

    def action_search(self) -> None:
        """Ask what to search for."""
        self.post_message(self.AskPattern(Wanted.SEARCH, _text(self.marks)))

    def action_filter_in(self) -> None:
        """Ask which lines to show."""
        self.post_message(self.AskPattern(Wanted.IN, _text(self.sieve)))

    def action_filter_out(self) -> None:
        """Ask which lines to leave out."""
        self.post_message(self.AskPattern(Wanted.OUT, _text(Sieve(self.sieve.unwanted))))

    def action_clear(self) -> None:
        """Show all lines, nothing marked; what was found stays in sight, now among its neighbours."""
        self.workers.cancel_group(self, "find")
        self.marks, self.status = None, ""
        self.sieve = Sieve()

    def action_next_match(self) -> None:
        """Go to the next line that was searched for."""
        self._go_match(backwards=False)

    def action_last_match(self) -> None:
        """Go to the match before."""
        self._go_match(backwards=True)

    def action_next_error(self) -> None:
        """Go to the next line that speaks of an error."""
        self._go(Sieve((ERRORS,)), backwards=False)

    def action_last_error(self) -> None:
        """Go to the error before."""
        self._go(Sieve((ERRORS,)), backwards=True)

    def action_next_round(self) -> None:
        """Go to the next beginning of a round."""
        self._go(Sieve((ROUNDS,)), backwards=False)

    def action_last_round(self) -> None:
        """Go to the round before."""
        self._go(Sieve((ROUNDS,)), backwards=True)

    def action_next_epoch(self) -> None:
        """Go to the next end of an epoch."""
        self._go(Sieve((EPOCHS,)), backwards=False)

    def action_last_epoch(self) -> None:
        """Go to the epoch before."""
        self._go(Sieve((EPOCHS,)), backwards=True)

    def action_copy(self) -> None:
        """Copy the lines that are seen, whole."""
        self.app.copy_to_clipboard("\n".join(line.text for line in self.page.lines))
        self.status = f"{len(self.page.lines)} lines copied"

    def action_save(self) -> None:
        """Ask for the lines to be saved."""
        if self.path is not None:
            self.post_message(self.Save(self.path, self.sieve))

    def action_stop(self) -> None:
        """Stop searching, else clear search and filters; with neither, the key means what it means outside."""
        if self._is_searching:
            self.workers.cancel_group(self, "find")
            self.status = "search stopped"
        elif self.marks is not None or self.sieve != Sieve():
            self.action_clear()
        else:
            raise SkipAction

    @property
    def _is_searching(self) -> bool:
        return any(worker.group == "find" and worker.is_running for worker in self.workers if worker.node is self)

    def _go_match(self, *, backwards: bool) -> None:
        if self.marks is None:
            self.action_search()
        else:
            self._go(self.marks, backwards=backwards)

    def _go(self, wanted: Sieve, *, backwards: bool) -> None:
        """To the next line from the one that was found last, as long as it is seen; else from the page."""
        if self.path is not None:
            sieve = Sieve(wanted.wanted + self.sieve.wanted, self.sieve.unwanted)
            at = self.page.place.offset if self.hit is None else self.hit
            if self.hit is None and self.is_following and backwards:
                at = self.page.look.size
            self._find(LogFile(self.path), sieve, at, backwards=backwards, is_behind=self.hit is not None)

    @work(thread=True, exclusive=True, group="find")
    def _find(self, log: LogFile, sieve: Sieve, at: int, *, backwards: bool, is_behind: bool) -> None:
        worker, size, told = get_current_worker(), max(1, self.page.look.size), time.monotonic()
        rested = told

        def should_stop(come_to: int) -> bool:
            nonlocal told, rested
            if time.monotonic() > rested + STRETCH:
                time.sleep(BREATH)
                rested = time.monotonic()
            if rested > told + TOLD:
                told = rested
                self.post_message(self.Searching(min(1.0, come_to / size)))
            return worker.is_cancelled

        try:
            if is_behind and not backwards:
                at = max((line.end for line in log.lines(at, 1)), default=0)
            match = log.find(sieve, at, backwards=backwards, should_stop=should_stop)
            is_around = match is None and not worker.is_cancelled
            if is_around:
                match = log.find(sieve, log.size() if backwards else 0, backwards=backwards, should_stop=should_stop)
        except OSError:  # the page says why the log cannot be read
            match, is_around = None, False
        if not worker.is_cancelled:
            self.post_message(self.Found(log.path, match, is_around))
            if match is not None:
                self._count(log, sieve, match)

    @work(thread=True, exclusive=True, group="count")
    def _count(self, log: LogFile, sieve: Sieve, offset: int) -> None:
        """Count the matches of a log; what was counted for the match before is counted no more."""
        worker, rested = get_current_worker(), time.monotonic()
        if self._counted is None or self._counted[0] != (log.path, sieve):
            self._counted = (log.path, sieve), Matching(log, sieve)
        matching = self._counted[1]
        try:
            while matching.extend(COUNTED):
                if worker.is_cancelled:
                    return
                if time.monotonic() > rested + STRETCH:
                    time.sleep(BREATH)
                    rested = time.monotonic()
        except OSError:  # the page says why the log cannot be read
            return
        place = bisect_right(matching.offsets, offset)
        self.post_message(self.Counted(log.path, offset, place, len(matching.offsets)))


def _text(sieve: Sieve | None) -> str:
    return sieve.wanted[0].pattern if sieve and sieve.wanted else ""
