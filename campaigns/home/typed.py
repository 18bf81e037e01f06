"""What a file says, held against the dataclass it should become: JSON has no types of its own."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

LARGEST = 1 << 63
"""No whole number of a file is this large: SQLite could not hold it, nor NumPy."""

LATEST = 1 << 34
"""No time of a file, in seconds since the epoch, is later: calendars end somewhere, and to show it is to reckon."""


def demand_times(*times: float | None) -> None:
    """Do nothing when these are times, in seconds since the epoch, or None.

    Raises:
        ValueError: one is none.
    """
    for time in times:
        if time is not None and not 0 <= time < LATEST:
            raise ValueError(f"{time} is no time")


def built(kind: type[T], said: object) -> T:
    """The dataclass whose fields a JSON object holds; what else it holds is a newer writer's and passed over.

    Raises:
        ValueError: it is no object, or a field is missing or of another type; names the first such field.
    """
    if not isinstance(said, Mapping):
        raise ValueError(f"should be an object, is {str(said)[:80]!r}")
    found = {}
    for name, hint, is_needed in _fields(cast(Any, kind)):
        if name in said:
            found[name] = _as(said[name], hint, name)
        elif is_needed:
            raise ValueError(f"lacks {name!r}")
    return kind(**found)


@cache
def _fields(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name, type and whether it has no default, of every field."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind)
    return tuple(
        (field.name, hints[field.name], field.default is MISSING and field.default_factory is MISSING)
        for field in fields(kind)
    )


def _as(value: object, hint: Any, name: str) -> Any:
    origin = get_origin(hint)
    if origin is UnionType:
        return _as_one_of(value, get_args(hint), name)
    if origin is tuple and isinstance(value, list):
        # A split names a million images: looked at one by one they take a second.
        if get_args(hint)[0] is str and all(type(one) is str and one.isascii() for one in value):
            return tuple(value)
        return tuple(_as(one, get_args(hint)[0], name) for one in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return built(hint, value)
    if hint is float and _is_number(value):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool) and -LARGEST <= value < LARGEST:
        return value
    if hint in {bool, NoneType} and isinstance(value, hint):
        return value
    if isinstance(value, str):
        return _as_word(value, hint, name)
    raise _wrong(value, name)


def _as_one_of(value: object, hints: tuple[Any, ...], name: str) -> Any:
    if value is None and NoneType in hints:
        return None
    (hint,) = (one for one in hints if one is not NoneType)
    return _as(value, hint, name)


def _as_word(value: str, hint: Any, name: str) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    # Half a surrogate is what Python makes of a file name that is no UTF-8; neither SQLite nor a file takes it.
    text = value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
    if hint is str:
        return text
    if hint is Path and "\0" not in text:
        return Path(text)
    raise _wrong(value, name)


def _is_number(value: object) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    return -LARGEST <= value < LARGEST if isinstance(value, int) else math.isfinite(value)


def _wrong(value: object, name: str) -> ValueError:
    return ValueError(f"{name!r} cannot be {str(value)[:60]!r}")
