"""One line about the images of a data set, as `answers.jsonl` has it, each way."""

import json
from collections.abc import Mapping
from functools import lru_cache
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
from campaigns.home.records import LARGEST, decode, require_times

MOST_BYTES = 1 << 20
"""Of a line; one about eighty classes has two thousand."""
NONE_OF_THEM = (None,) * 4
"""Where a line says nothing but what there is on an image."""


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
    others = (read.takes_back, read.class_, read.closes, read.import_)
    if others == NONE_OF_THEM:
        if read.image is None:
            raise NewerLine("it says nothing that this version knows")
    elif read.image is not None or others.count(None) < len(others) - 1:
        raise ValueError("it says several things at once")
    return AnswerLine(read.n, _statement_of(read))


def from_lines(content: bytes) -> list[AnswerLine] | None:
    """Return what lines say; None where one is not as it should be, which is told by a look at each."""
    if _may_have_long_line(content):
        return None
    try:
        lines = _DECODER.decode_lines(content)
        entries = [_entry(line) for line in lines]
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
    return entries if len(entries) == content.count(b"\n") else None  # an empty line is not one of ours


def _may_have_long_line(content: bytes) -> bool:
    """Return whether a line may be longer than MOST_BYTES: some half of that has no end of a line in it."""
    half = MOST_BYTES // 2
    return any(content.find(b"\n", at, at + half) < 0 for at in range(0, len(content) - half + 1, half))


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
