"""`answers.jsonl`: everything that people said of the images of a data set, one line each, only ever appended to."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from campaigns.core.answers import (
    Answer,
    AnswerLine,
    Channel,
    ClassChange,
    Import,
    Opinion,
    RequestClosing,
    Statement,
    TakesBack,
)
from campaigns.errors import Damaged
from campaigns.home.files import damaged, plain
from campaigns.home.label_paths import LabelPaths
from campaigns.home.locks import exclusive
from campaigns.home.records import LARGEST, decode, require_times

LOCK_SECONDS = 10.0
"""An append holds the lock for some milliseconds, a large import for a second."""
MOST_BYTES = 1 << 20
"""Of a line; one about eighty classes has two thousand."""
KINDS = 5
"""Of lines; a line is one of them."""
_SYNC = getattr(os, "fdatasync", os.fsync)
"""macOS has no `fdatasync`."""


@dataclass(frozen=True, slots=True)
class Appended:
    """Lines that are on the disk now."""

    entries: tuple[AnswerLine, ...]
    cut: int = 0
    """Bytes of a half line at the end of the file, which a writer that was killed left and this one cut off."""


class _Change(msgspec.Struct):
    adds: str | None = None
    renames: tuple[str, str] | None = None
    retires: str | None = None


class _Import(msgspec.Struct):
    format: str
    file: str
    sha256: str
    images: Annotated[int, msgspec.Meta(ge=0, le=LARGEST - 1)]
    options: str = ""


class _Line(msgspec.Struct, rename={"class_": "class", "import_": "import", "request": "for"}):
    n: Annotated[int, msgspec.Meta(ge=1, le=LARGEST - 1)]
    at: float
    by: str
    image: str | None = None
    takes_back: Annotated[int, msgspec.Meta(ge=1, le=LARGEST - 1)] | None = None
    class_: _Change | None = None
    closes: str | None = None
    import_: _Import | None = None
    mark: str | None = None
    says: dict[str, Opinion] = {}
    rest: Literal["no"] | None = None
    skip: str | None = None
    seconds: float | None = None
    via: Channel = Channel.COMMAND
    request: str | None = None
    blind: bool = False
    classes: tuple[str, ...] = ()


_DECODER = msgspec.json.Decoder(_Line)


def to_line(entry: AnswerLine) -> str:
    """Return one line of the file, newline included."""
    what = entry.statement
    head: dict[str, Any] = {"n": entry.number, "at": what.at, "by": what.by}
    return json.dumps(head | _body(what), allow_nan=False, separators=(",", ":")) + "\n"


def from_line(line: bytes) -> AnswerLine:
    """Return what a line of the file says.

    Raises:
        ValueError: it is not a line of ours; says what is wrong with it.
    """
    if len(line) > MOST_BYTES:
        raise ValueError(f"it is longer than {MOST_BYTES} bytes")
    return _entry(_decoded(line))


def _entry(read: _Line) -> AnswerLine:
    """Return what the keys of a line say.

    Raises:
        ValueError: as `from_line`.
    """
    require_times(read.at)
    missing = (read.image, read.takes_back, read.class_, read.closes, read.import_).count(None)
    if missing < KINDS - 1:
        raise ValueError("it says several things at once")
    if missing > KINDS - 1:
        raise NewerLine("it says nothing that this version knows")
    return AnswerLine(read.n, _statement_of(read))


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
    entries = _decoded_together(whole)
    if entries is not None and len(content) - len(whole) <= MOST_BYTES:
        return entries, offset + len(whole)
    pairs = list(read_answers_from(paths, offset, line=line))
    return [entry for entry, _ in pairs], pairs[-1][1] if pairs else offset


def _decoded_together(content: bytes) -> list[AnswerLine] | None:
    """Return what lines say; None where one is not as it should be, which is told by a look at each."""
    if max(map(len, content.split(b"\n"))) >= MOST_BYTES:
        return None
    try:
        lines = _DECODER.decode_lines(content)
        entries = [_entry(line) for line in lines]
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return entries if len(entries) == content.count(b"\n") else None  # an empty line is not one of ours


class NewerLine(ValueError):
    """A newer version of the program wrote a line."""


def _decoded(line: bytes) -> _Line:
    """Return the keys of a line.

    Raises:
        ValueError: as `from_line`.
    """
    try:
        return _DECODER.decode(line)  # every whole number of it is bounded by its type
    except (msgspec.MsgspecError, RecursionError):
        return decode(_Line, line)  # says the same in our words


def _body(what: Statement) -> dict[str, Any]:
    match what:
        case Answer():
            optional: Mapping[str, Any] = {
                "mark": what.mark,
                "says": {name: str(opinion) for name, opinion in what.says.items()} or None,
                "rest": "no" if what.is_rest_no else None,
                "skip": what.skip,
                "seconds": what.seconds,
                "via": str(what.via),
                "for": what.request,
                "blind": what.is_blind or None,
                "classes": list(what.classes) or None,
            }
            return {"image": what.image} | {key: value for key, value in optional.items() if value is not None}
        case TakesBack():
            return {"takes_back": what.line}
        case ClassChange():
            change = {"adds": what.adds, "renames": what.renames and list(what.renames), "retires": what.retires}
            return {"class": {key: value for key, value in change.items() if value is not None}}
        case RequestClosing():
            return {"closes": what.request}
        case Import():
            read = {"format": what.format, "file": what.file, "sha256": what.sha256, "images": what.images}
            return {"import": read | ({"options": what.options} if what.options else {})}


def _statement_of(line: _Line) -> Statement:
    if line.image is not None:
        return Answer(
            line.at, line.by, line.image, line.mark, line.says, line.rest is not None, line.skip, line.seconds,
            line.via, line.request, line.blind, _shared(line.classes),
        )  # fmt: skip
    if line.takes_back is not None:
        return TakesBack(line.at, line.by, line.takes_back)
    if line.closes is not None:
        return RequestClosing(line.at, line.by, line.closes)
    if line.class_ is not None:
        return ClassChange(line.at, line.by, line.class_.adds, line.class_.renames, line.class_.retires)
    assert line.import_ is not None
    of = line.import_
    return Import(line.at, line.by, of.format, of.file, of.sha256, of.images, of.options)


@lru_cache(maxsize=64)
def _shared(classes: tuple[str, ...]) -> tuple[str, ...]:
    """Return these classes, the same tuple for all lines about them: eighty names take five kilobytes."""
    return classes


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
