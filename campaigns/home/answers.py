"""`answers.jsonl`: everything that people said of the images of a data set, one line each, only ever appended to."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from campaigns.core.answers import (
    AnswerLine,
    Statement,
)
from campaigns.errors import Damaged
from campaigns.home.answer_lines import MOST_BYTES, NewerLine, from_line, from_lines, to_line
from campaigns.home.files import damaged, plain
from campaigns.home.label_paths import LabelPaths
from campaigns.home.locks import exclusive

LOCK_SECONDS = 10.0
"""An append holds the lock for some milliseconds, a large import for a second."""
_SYNC = getattr(os, "fdatasync", os.fsync)
"""macOS has no `fdatasync`."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Lines that are on the disk now."""

    entries: tuple[AnswerLine, ...]
    cut: int = 0
    """Bytes of a half line at the end of the file, which a writer that was killed left and this one cut off."""


def append(paths: LabelPaths, statements: Sequence[Statement]) -> Appended:
    """Append lines, on the disk when this returns. A half line at the end, of a writer that was killed, is cut off.

    No line gets an earlier time than the last one has: a person's last word counts, whatever a clock says.

    Raises:
        Held: another writer did not let go of the file for LOCK_SECONDS.
        Damaged: the last line is not ours.
        OSError: the disk takes nothing; then the file is as it was.
    """
    paths.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with exclusive(paths.lock, wait=LOCK_SECONDS), paths.answers.open("a+b") as file:
        end, cut = _whole(file.fileno())
        if cut:
            os.ftruncate(file.fileno(), end)
        last = _last_line(paths.answers, end)
        first, earliest = (1, 0.0) if last is None else (last.number + 1, last.when)
        entries = tuple(
            AnswerLine(number, statement if statement.at >= earliest else replace(statement, at=earliest))
            for number, statement in enumerate(statements, first)
        )
        try:
            file.write("".join(map(to_line, entries)).encode())
            file.flush()
            _SYNC(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise
    return Appended(entries, cut)


def read_answers(paths: LabelPaths) -> list[AnswerLine]:
    """Return every whole line of the file, in order; none when there is no file.

    Raises:
        Damaged: a line is not one of ours, or was written by a newer program.
    """
    return [entry for entry, _ in read_answers_from(paths, 0)]


def read_answers_from(paths: LabelPaths, offset: int, *, line: int = 1) -> Iterator[tuple[AnswerLine, int]]:
    """Yield the whole lines behind an offset in bytes, each with the offset behind it; `line` is the first one's place.

    Raises:
        Damaged: as `read_answers`.
    """
    try:
        file = plain(paths.answers)
    except FileNotFoundError:
        return
    except ValueError as error:
        raise damaged(paths.answers, error) from error
    with file:
        file.seek(offset)
        for at, text in enumerate(iter(partial(file.readline, MOST_BYTES + 1), b""), line):
            if not text.endswith(b"\n") and len(text) <= MOST_BYTES:
                return  # it is being written, or its writer was killed over it
            offset += len(text)
            try:
                yield from_line(text), offset
            except NewerLine as error:
                raise Damaged(f"{paths.answers}: line {at}: {error}", hint="update alwsl-tui") from error
            except ValueError as error:
                raise damaged(paths.answers, f"line {at}: {error}") from error


def read_answers_behind(paths: LabelPaths, offset: int, *, line: int = 1) -> tuple[list[AnswerLine], int]:
    """Return the whole lines behind an offset in bytes, and the offset behind them, as `read_answers_from` yields them.

    It takes two thirds of the time where there are many.

    Raises:
        Damaged: as `read_answers`.
    """
    try:
        with plain(paths.answers) as file:
            file.seek(offset)
            content = file.read()
    except FileNotFoundError:
        return [], offset
    except ValueError as error:
        raise damaged(paths.answers, error) from error
    whole = content[: content.rfind(b"\n") + 1]
    entries = from_lines(whole)
    if entries is not None and len(content) - len(whole) <= MOST_BYTES:
        return entries, offset + len(whole)
    pairs = list(read_answers_from(paths, offset, line=line))
    return [entry for entry, _ in pairs], pairs[-1][1] if pairs else offset


def _whole(file: int) -> tuple[int, int]:
    """Return where the last whole line ends, and how many bytes of half a line follow."""
    size = os.fstat(file).st_size
    end = size
    while end:
        start = max(0, end - MOST_BYTES)
        block = os.pread(file, end - start, start)
        if (newline := block.rfind(b"\n")) >= 0:
            end = start + newline + 1
            return end, size - end
        end = start
    return 0, size


def _last_line(path: Path, end: int) -> AnswerLine | None:
    """Return the line that ends there; None when the file begins there."""
    if not end:
        return None
    with path.open("rb") as file:
        start = max(0, end - MOST_BYTES)
        file.seek(start)
        line = file.read(end - start).rstrip(b"\n").rpartition(b"\n")[2]
    try:
        return from_line(line)
    except NewerLine as error:
        raise Damaged(f"{path}: its last line: {error}", hint="update alwsl-tui") from error
    except ValueError as error:
        raise damaged(path, f"its last line: {error}") from error
