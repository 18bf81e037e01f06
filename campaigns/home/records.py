"""JSON objects of a home held against the dataclasses they become: types by msgspec, sizes, times and schemas here."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from campaigns.errors import Damaged
from campaigns.home.files import MOST_BYTES, bounded, damaged, json_text, write_text

T = TypeVar("T")

LARGEST = 1 << 63
"""No whole number of a file is this large: SQLite could not hold it, nor NumPy."""
LATEST = 1 << 34
"""No time of a file, in seconds since the epoch, is later: calendars end somewhere, and to show it is to reckon."""

_WHERE = re.compile(r" - at `\$\.?(.*)`$", re.DOTALL)
_TYPES = re.compile(r"Expected (?P<wanted>[a-z]+(?: \| [a-z]+)*), got (?P<given>[a-z]+)")
_BOUND = re.compile(r"Expected ([a-z]+) (>=|<=) (\S+)")
_LIMITS = {">=": "or more", "<=": "or less"}
_LENGTH = re.compile(r"Expected array of length (\d+).*")
_BYTE = re.compile(r"\(byte (\d+)\)")
_WORDS = {
    "int": "a whole number", "float": "a number", "str": "text", "bool": "true or false", "array": "a list",
    "object": "an object", "null": "null",
}  # fmt: skip
_HALF = re.compile("[\ud800-\udfff]")
_LACKING = "Object missing required field "


class NewerSchema(ValueError):
    """A newer version of the program wrote a file."""


def decode(cls: type[T], content: bytes) -> T:
    """Build a dataclass from a JSON object, checking every field; ignore unknown keys (a newer version may write them).

    Raises:
        ValueError: it is not JSON, or a field is missing, of another type or out of bounds; names the field.
    """
    try:
        record = _decoder(cast(Any, cls)).decode(content)
    except msgspec.ValidationError as error:
        raise ValueError(reworded(str(error))) from error
    except msgspec.DecodeError as error:
        raise ValueError(_malformed(str(error))) from error
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    _require_bounded(record, "")
    return cast(T, record)


def read_record(
    cls: type[T],
    path: Path,
    *,
    schema: int,
    most_bytes: int = MOST_BYTES,
    check: Callable[[T], None] | None = None,
) -> T | None:
    """Return the record that a file of a home holds; None when there is no such file.

    `check` raises ValueError for what types do not say.

    Raises:
        Damaged: nobody of ours wrote it, or a newer version did.
    """
    try:
        content = bounded(path, most_bytes)
        require_schema(content, schema)
        record = decode(cls, content)
        if check is not None:
            check(record)
    except FileNotFoundError:
        return None
    except NewerSchema as error:
        raise Damaged(f"{path}: {error}", hint="update alwsl-tui") from error
    except ValueError as error:
        raise damaged(path, error) from error
    return record


def require_schema(content: bytes, schema: int) -> None:
    """Raise ValueError unless a JSON object says that it is of this schema; NewerSchema when it is of a later one."""
    written = decode(_Schema, content).schema
    if written > schema:
        raise NewerSchema(f"it was written by a newer version: its schema is {written}, this one knows {schema}")
    if written != schema:
        raise ValueError(f"its schema is {written}, it should be {schema}")


def write_record(path: Path, record: Any, *, schema: int) -> None:
    """Replace a file of a home with a record, the number of its schema first."""
    write_plain(path, plain(record, schema=schema))


def write_plain(path: Path, content: dict[str, Any]) -> None:
    """Replace a file of a home with what `plain` made of a record.

    A file name that is not UTF-8 has half surrogates in it, which no reader of JSON has to take: they are spelt out.
    """
    text = json_text(content)
    write_text(path, text if text.isascii() else _HALF.sub(lambda half: f"\\\\u{ord(half[0]):04x}", text))


def plain(record: Any, *, schema: int) -> dict[str, Any]:
    """Return the JSON object that a file of a home holds of a record."""
    return {"schema": schema} | cast(dict[str, Any], msgspec.to_builtins(record, enc_hook=str))


def require_times(*times: float | None) -> None:
    """Raise ValueError unless these are times, in seconds since the epoch, or None."""
    for time in times:
        if time is not None and not 0 <= time < LATEST:
            raise ValueError(f"{time} is not a time")


def require_share(*shares: float | None) -> None:
    """Raise ValueError unless these lie in [0, 1], or are None."""
    for share in shares:
        if share is not None and not 0 <= share <= 1:
            raise ValueError(f"{share} is not in [0, 1]")


class _Schema(msgspec.Struct):
    schema: int = 0


@cache
def _decoder(cls: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(cls, dec_hook=_path)


def _path(kind: type, value: object) -> Path:
    assert kind is Path
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(f"cannot be a path: {str(value)[:60]!r}")
    return Path(value)


def _require_bounded(value: object, where: str) -> None:
    """Raise ValueError when a whole number somewhere in a record is too large to be stored."""
    if type(value) is int:
        if not -LARGEST <= value < LARGEST:
            raise ValueError(f"{where.lstrip('.')}: {str(value)[:60]} is too large")
    elif isinstance(value, tuple):
        # A split names a million images: looked at one by one they take a second, and text has no bounds.
        if value and type(value[0]) is not str:
            for part in value:
                _require_bounded(part, where)
    elif isinstance(value, dict):
        for key, part in value.items():
            _require_bounded(part, f"{where}.{key}")
    elif is_dataclass(value):
        for name in _names(cast(Any, type(value))):
            _require_bounded(getattr(value, name), f"{where}.{name}")


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


def reworded(text: str) -> str:
    """Say which field is wrong first, then what should stand there: `round: should be a whole number, is text`."""
    where = _WHERE.search(text)
    what = text[: where.start()] if where else text
    place = where[1] if where else ""
    if what.startswith(_LACKING):
        lacking = what.removeprefix(_LACKING).strip("`")
        return f"it has no {f'{place}.{lacking}' if place else lacking!r}"
    what = _told(what.replace("`", ""))
    return f"{place}: {what}" if place else f"it {what}"


def _told(what: str) -> str:
    if not what[:1].isupper():  # a text of ours, of a value that only we can check
        return what
    if types := _TYPES.fullmatch(what):
        wanted = " or ".join(_WORDS.get(kind, kind) for kind in types["wanted"].split(" | "))
        return f"should be {wanted}, is {_WORDS.get(types['given'], types['given'])}"
    if what.startswith("Invalid enum value "):
        return f"cannot be {what.removeprefix('Invalid enum value ')}"
    if what == "Number out of range":
        return "is too large a number"
    if bound := _BOUND.fullmatch(what):
        return f"should be {_WORDS.get(bound[1], bound[1])}, {bound[3]} {_LIMITS[bound[2]]}"
    if length := _LENGTH.fullmatch(what):
        return f"should hold {length[1]} values"
    return "is not what stands there in a file of this program"


def _malformed(what: str) -> str:
    place = _BYTE.search(what)
    return f"it is no JSON: something is wrong at byte {place[1]}" if place else "it is no JSON: its end is missing"
