"""Reading a log that may be huge and may be growing, by the bytes at which its lines begin; nothing is read ahead.

All calls read from the disk, so they belong into a thread. A file that is not there is empty.
"""

import io
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from campaigns.core.ids import JobId
from campaigns.core.states import AttemptState
from campaigns.services.logs.filters import LONGEST, Sieve, text_of
from campaigns.services.workspace import Workspace
from campaigns.store.attempts import list_attempts
from campaigns.store.campaigns import get_campaign

BLOCK = 1 << 16
"""Bytes read at a time: few enough that a search through them does not hold up the other threads for long."""
HEAD = 256
"""Bytes at the beginning by which a file is known again."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a log."""

    offset: int
    """The byte at which it begins."""
    end: int
    """The byte at which the next one begins, or would."""
    text: str
    """Without control characters: a log can hold anything, a terminal obeys it."""


@dataclass(frozen=True, slots=True)
class LogLook:
    """A log at one moment."""

    size: int = 0
    """Bytes."""
    inode: int = 0
    head: bytes = b""

    def continues(self, before: "LogLook") -> bool:
        """Return whether it is the same file as before, or the same with more at its end."""
        is_same = before.inode in {0, self.inode} and self.head.startswith(before.head)
        return is_same and self.size >= before.size


NO_LOG = LogLook()
"""What there is before a log is."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that follow each other; of one longer than a block its beginning."""

    start: int
    end: int
    """Where the next line begins."""
    text: bytes
    is_whole: bool = True
    """False for a last line without its end."""


class Lines(Protocol):
    """Lines one can page over: all of a log, or those of it that match."""

    def size(self) -> int:
        """Return the byte behind all lines."""

    def back(self, offset: int, n: int) -> int:
        """Return where the `n`th line before `offset` begins; the first when there are fewer."""

    def forward(self, offset: int, n: int) -> int:
        """Return where the `n`th line after `offset` begins; the last when there are fewer."""

    def lines(self, offset: int, n: int) -> tuple[LogLine, ...]:
        """Return at most `n` lines, from the one that begins at `offset`."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A text file whose lines are counted in bytes. A last line without its end is a line.

    Raises:
        OSError: in every call, when the file is there and cannot be read.
    """

    path: Path

    def size(self) -> int:
        """Return the size in bytes."""
        return self.look().size

    def look(self) -> LogLook:
        """Return its size now, and by what to know it again."""
        with self._open() as file:
            if isinstance(file, io.BytesIO):
                return NO_LOG
            status = os.fstat(file.fileno())
            return LogLook(status.st_size, status.st_ino, file.read(HEAD))

    def back(self, offset: int, n: int) -> int:
        """Return where the `n`th line before `offset` begins; 0 when there are fewer."""
        with self._open() as file:
            return _back(file, offset, n)

    def forward(self, offset: int, n: int) -> int:
        """Return where the `n`th line after `offset` begins; the last one when there are fewer."""
        with self._open() as file:
            return _forward(file, offset, n)

    def lines(self, offset: int, n: int) -> tuple[LogLine, ...]:
        """Return at most `n` lines, from the one that begins at `offset`."""
        with self._open() as file:
            file.seek(offset)
            return tuple(_lines(file, n))

    def lines_at(self, offsets: Iterable[int]) -> tuple[LogLine, ...]:
        """Return the lines that begin there."""
        with self._open() as file:
            lines: list[LogLine] = []
            for offset in offsets:
                file.seek(offset)
                lines.extend(_lines(file, 1))
            return tuple(lines)

    def tail(self, n: int) -> tuple[LogLine, ...]:
        """Return the last `n` lines."""
        with self._open() as file:
            file.seek(_back(file, file.seek(0, os.SEEK_END), n))
            return tuple(_lines(file, n))

    def find(
        self, sieve: Sieve, offset: int, *, backwards: bool = False, should_stop: Callable[[int], bool]
    ) -> int | None:
        """Return where the next line that the sieve lets through begins, at or behind `offset`; backwards: the last
        before it.

        `offset` is where a line begins, or the size. `should_stop` is told the byte that the search has come to, every
        64 KiB; when it answers True the search ends with None.
        """
        with self._open() as file:
            for block in _blocks_before(file, offset) if backwards else _blocks_behind(file, offset):
                if should_stop(block.start if backwards else block.end):
                    return None
                hits = sieve.hits(block.text)
                hit = max(hits, default=None) if backwards else next(hits, None)
                if hit is not None:
                    return block.start + hit
        return None

    def blocks(self, offset: int) -> Iterator[Block]:
        """Yield all lines from the one that begins at `offset` to the end as it is now, a block at a time."""
        with self._open() as file:
            yield from _blocks_behind(file, offset)

    def _open(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return io.BytesIO()


@dataclass(frozen=True, slots=True)
class LogOf:
    """The log of one attempt."""

    job: JobId
    attempt: int
    state: AttemptState
    slot: str
    path: Path
    size: int
    """Bytes; 0 as well when there is none."""


def logs_of(workspace: Workspace, name: str) -> tuple[LogOf, ...]:
    """Return every log of a campaign: those that grow, then those of failures, then the rest; the newest first of each.

    Raises:
        NoSuchName: there is no campaign of that name.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
        attempts = sorted(list_attempts(store, row.id), key=lambda a: (_RANKS.get(a.state, len(_RANKS)), -a.started))
    folder = workspace.home.campaign(row.id)
    paths = [folder.job(a.job).attempt(a.number).log for a in attempts]
    return tuple(
        LogOf(a.job, a.number, a.state, a.slot, path, path.stat().st_size if path.exists() else 0)
        for a, path in zip(attempts, paths, strict=True)
    )


_RANKS = {AttemptState.RUNNING: 0, AttemptState.FAILED: 1, AttemptState.LOST: 1}


def _blocks_behind(file: BinaryIO, at: int) -> Iterator[Block]:
    # What is appended meanwhile stays out: it could go on with a half line that was already looked at.
    size = file.seek(0, os.SEEK_END)
    while at < size:
        file.seek(at)
        text = file.read(min(BLOCK, size - at))
        end = at + len(text)
        if whole := text.rfind(b"\n") + 1:
            yield Block(at, at + whole, text[:whole])
            at += whole
        else:
            if end < size:
                end = _line_end(file, end)
            file.seek(end - 1)
            is_whole = file.read(1) == b"\n"
            file.seek(at)
            yield Block(at, end, file.read(min(LONGEST + 1, end - at)), is_whole)
            at = end


def _blocks_before(file: BinaryIO, at: int) -> Iterator[Block]:
    while at > 0:
        start = max(0, at - BLOCK)
        file.seek(start)
        text = file.read(at - start)
        cut = text.find(b"\n") + 1
        if start and 0 < cut < len(text):  # the first line may begin before the block
            start, text = start + cut, text[cut:]
        elif start:
            start = _back(file, at, 1)
            file.seek(start)
            text = file.read(min(LONGEST + 1, at - start))
        yield Block(start, at, text)
        at = start


def _back(file: BinaryIO, at: int, n: int) -> int:
    # The line end right before `at` ends the line before; only those before it begin one.
    end = at - 1
    while n > 0 and end > 0:
        start = max(0, end - BLOCK)
        file.seek(start)
        text = file.read(end - start)
        at_ = len(text)
        while (at_ := text.rfind(b"\n", 0, at_)) >= 0:
            n -= 1
            if n == 0:
                return start + at_ + 1
        end = start
    return at if n <= 0 else 0


def _forward(file: BinaryIO, at: int, n: int) -> int:
    size = file.seek(0, os.SEEK_END)
    for _ in range(n):
        end = _line_end(file, at)
        if end >= size:
            break
        at = end
    return at


def _line_end(file: BinaryIO, at: int) -> int:
    file.seek(at)
    while text := file.readline(BLOCK):
        at += len(text)
        if text.endswith(b"\n"):
            break
    return at


def _lines(file: BinaryIO, n: int) -> Iterator[LogLine]:
    at = file.tell()
    while n > 0 and (raw := file.readline(LONGEST + 1)):
        end = at + len(raw)
        if not raw.endswith(b"\n") and len(raw) > LONGEST:
            end = _line_end(file, end)
            file.seek(end)
        yield LogLine(at, end, text_of(raw.removesuffix(b"\n")))
        at, n = end, n - 1
