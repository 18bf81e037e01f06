"""A screenful of a log, cut to the room there is. Reads from the disk, so it belongs into a thread."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from rich.cells import cell_len, chop_cells

from campaigns.services.logs.file import NO_LOG, Lines, LogFile, LogLine, LogLook
from campaigns.services.logs.filters import ERRORS, ROUNDS, WARNINGS, Sieve
from campaigns.services.logs.matches import Matching
from campaigns.services.logs.patterns import Searchable

FAR = 1 << 62
"""Behind the end of every file."""
STEP = 1 << 16
"""Bytes of a log that are sifted at a time."""
PATIENCE = 0.02
"""Seconds of sifting before what was found is shown."""
_DATED = re.compile(r"(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d")
MOST_SPANS = 1000
"""Matches of one line that are marked."""


class Tone(StrEnum):
    """What a line is about; each has a style."""

    PLAIN = "plain"
    ERROR = "error"
    WARNING = "warning"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Frame:
    """How much room there is, and how lines are put into it."""

    width: int
    """Cells."""
    height: int
    """Rows."""
    left: int = 0
    """Cells of each line that are left out on the left; only without wrapping."""
    is_wrapping: bool = False
    mark: Searchable | None = None
    date: str = ""
    """What lines begin with that need not be said on each of them: a day; empty says all."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where to look next: to the line at a byte, else from where one is; then some rows down."""

    to: int | None = None
    """`FAR` is the last screenful."""
    rows: int = 0
    """Upwards when negative."""

    def then(self, later: "Move") -> "Move":
        """Return both moves as one, `later` after this one."""
        return later if later.to is not None else Move(self.to, self.rows + later.rows)


RESTING = (Move(), Move(FAR))
"""What is asked for again and again without anybody moving."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The first row that is seen."""

    offset: int = 0
    row: int = 0
    """Of the rows of a wrapped line."""


@dataclass(frozen=True, slots=True)
class ScreenRow:
    """One row of the screen."""

    offset: int
    """Of the line it is of."""
    text: str
    """No wider than the frame."""
    tone: Tone = Tone.PLAIN
    spans: tuple[tuple[int, int], ...] = ()
    """Characters of `text` that match, from and to."""
    is_first: bool = True
    """The line begins here."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """What is seen, and where in the log that is."""

    rows: tuple[ScreenRow, ...] = ()
    lines: tuple[LogLine, ...] = ()
    """Those the rows are of."""
    place: Anchor = Anchor()
    look: LogLook = NO_LOG
    matches: int | None = None
    """Lines that pass the filters, as far as they are known; None without filters."""
    scanned: int = 0
    """Bytes that the filters have seen."""
    is_sifting: bool = False
    date: str = ""
    """The day of all lines that are seen, left out of them; empty where there are several, or none."""
    problem: str = ""
    """Why the log cannot be read."""

    @property
    def end(self) -> int:
        """The byte behind the last line."""
        return self.lines[-1].end if self.lines else 0

    @property
    def share(self) -> float:
        """How much of the file lies above the last line that is seen, in [0, 1]."""
        return min(1.0, self.end / self.look.size) if self.look.size else 1.0


class Pager:
    """Turns the pages of one log. One thread at a time may use it."""

    def __init__(self, log: LogFile, sieve: Sieve) -> None:
        self.log = log
        self.sieve = sieve
        self.page = LogPage()
        self._asked: tuple[Move, Frame, LogLook] | None = None
        self._matching = self._new_matching()

    def turn(self, move: Move, frame: Frame, *, should_hurry: Callable[[], bool]) -> LogPage:
        """Return the page after a move; the very same one when nothing has changed. A file that was replaced is read
        anew.

        Sifting stops early when `should_hurry` says so, and goes on with the next turn.
        """
        asked: tuple[Move, Frame, LogLook] | None
        try:
            look = self.log.look()
            asked = (move, frame, look)
            if asked == self._asked and not move.rows and not self.page.is_sifting:
                return self.page
            if not look.continues(self.page.look):
                self._matching, self.page = self._new_matching(), LogPage()
            # Somebody who moves waits for a page, not for the rest of the file.
            is_sifting = self._sift(should_hurry) if move in RESTING or not self.page.rows else self.page.is_sifting
            self.page = self._page(self._moved(self.page.place, move, frame, look.size), frame, look, is_sifting)
        except OSError as error:
            self.page, asked = LogPage(problem=error.strerror or str(error)), None
        self._asked = asked
        return self.page

    @property
    def source(self) -> Lines:
        """What is paged over."""
        return self._matching or self.log

    def _new_matching(self) -> Matching | None:
        return Matching(self.log, self.sieve) if self.sieve != Sieve() else None

    def _sift(self, should_hurry: Callable[[], bool]) -> bool:
        until = time.monotonic() + PATIENCE
        while self._matching is not None and self._matching.extend(STEP):
            if should_hurry() or time.monotonic() > until:
                return True
        return False

    def _page(self, place: Anchor, frame: Frame, look: LogLook, is_sifting: bool) -> LogPage:
        lines = self.source.lines(place.offset, frame.height + 1)
        frame = replace(frame, date=_date(lines, frame))
        rows = self._rows(lines, place, frame)
        if len(rows) < frame.height and place != Anchor():
            # Less than a screenful is left: then the last screenful it is.
            place = self._up(Anchor(look.size), frame.height, frame)
            lines = self.source.lines(place.offset, frame.height + 1)
            frame = replace(frame, date=_date(lines, frame))
            rows = self._rows(lines, place, frame)
        visible = tuple(line for line in lines if rows and line.offset <= rows[-1].offset)
        matching = self._matching
        matches, scanned = (None, 0) if matching is None else (len(matching.offsets), matching.scanned)
        return LogPage(rows, visible, place, look, matches, scanned, is_sifting, frame.date)

    def _rows(self, lines: tuple[LogLine, ...], place: Anchor, frame: Frame) -> tuple[ScreenRow, ...]:
        rows = (row for line in lines for row in rows_of(line, frame))
        return tuple(islice(rows, place.row, place.row + frame.height))

    def _moved(self, place: Anchor, move: Move, frame: Frame, size: int) -> Anchor:
        rows = move.rows
        if move.to is not None:
            place = Anchor(min(move.to, size))
            if move.to >= FAR:
                rows -= frame.height
        return self._up(place, -rows, frame) if rows < 0 else self._down(place, rows, frame)

    def _down(self, place: Anchor, rows: int, frame: Frame) -> Anchor:
        row = place.row + rows
        for line in self.source.lines(place.offset, rows + 1):
            height = _height(line, frame)
            if row < height:
                return Anchor(line.offset, row)
            place, row = Anchor(line.offset, height - 1), row - height
        return place

    def _up(self, place: Anchor, rows: int, frame: Frame) -> Anchor:
        if rows <= place.row:
            return Anchor(place.offset, place.row - rows)
        rows -= place.row
        before = self.source.lines(self.source.back(place.offset, rows), rows)
        for line in reversed([line for line in before if line.offset < place.offset]):
            place, height = Anchor(line.offset), _height(line, frame)
            if rows <= height:
                return Anchor(line.offset, height - rows)
            rows -= height
        return Anchor(place.offset)


def rows_of(line: LogLine, frame: Frame) -> Iterator[ScreenRow]:
    """Yield the rows of one line: as many as it needs when it is wrapped, else the part of it that the frame shows."""
    text = line.text.removeprefix(f"{frame.date} ") if frame.date else line.text
    tone, spans = _tone(text), tuple(_spans(text, frame.mark))
    for number, (start, end) in enumerate(_pieces(text, frame)):
        here = tuple((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)
        yield ScreenRow(line.offset, text[start:end], tone, here, number == 0)


def _date(lines: Sequence[LogLine], frame: Frame) -> str:
    """Return the day that lines share, of those that have one; empty where they do not, and where lines are wrapped:
    how many rows a line has must not hang on its neighbours.
    """
    dates = {dated[1] for line in lines if (dated := _DATED.match(line.text))}
    return dates.pop() if len(dates) == 1 and not frame.is_wrapping else ""


def _pieces(text: str, frame: Frame) -> Iterator[tuple[int, int]]:
    """Yield from which to which character each row goes; an empty line has a row as well."""
    if not frame.is_wrapping:
        yield _window(text, frame.left, frame.width)
        return
    start = 0
    for piece in chop_cells(text, max(2, frame.width)) or [""]:
        yield start, start + len(piece)
        start += len(piece)


def _window(text: str, left: int, width: int) -> tuple[int, int]:
    if text.isascii():
        return min(left, len(text)), min(left + width, len(text))
    start, end, cells = len(text), len(text), 0
    for at, character in enumerate(text):
        if cells >= left and start == len(text):
            start = at
        cells += cell_len(character)
        if cells > left + width:
            end = at
            break
    return start, end


def _height(line: LogLine, frame: Frame) -> int:
    return sum(1 for _ in _pieces(line.text, frame))


def _tone(text: str) -> Tone:
    return next((tone for tone, pattern in _TONES if pattern.search(text)), Tone.PLAIN)


def _spans(text: str, mark: Searchable | None) -> Iterator[tuple[int, int]]:
    if mark is not None:
        yield from (match.span() for match in islice(mark.finditer(text), MOST_SPANS) if match.group())


_TONES = ((Tone.WARNING, WARNINGS), (Tone.ERROR, ERRORS), (Tone.ROUND, ROUNDS))
