"""Of a file of a home that is damaged, a person is told in our words what should stand where."""

import dataclasses
import importlib
import json
import pkgutil
import re
from typing import Any

import pytest

import campaigns.home
from campaigns.home.preferences import ScreenSettings
from campaigns.home.records import decode

FOREIGN = re.compile(r"[Ee]xpected|Invalid|msgspec|`|malformed|truncated|\bgot\b|\bstr\b|\bint\b|enum|required field")
WRONG: tuple[Any, ...] = (None, True, -1, 1.5, "x", [], [1], ["x"], {}, {"a": 1}, 10**30)
MODELS = sorted(
    {
        thing
        for module in pkgutil.iter_modules(campaigns.home.__path__)
        for thing in vars(importlib.import_module(f"campaigns.home.{module.name}")).values()
        if dataclasses.is_dataclass(thing) and isinstance(thing, type) and hasattr(thing, "read")
    },
    key=lambda cls: cls.__name__,
)


def told(cls: type, content: bytes) -> str:
    """Return what is said of such a file; nothing where all is well."""
    try:
        decode(cls, content)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("cls", MODELS, ids=lambda cls: cls.__name__)
def test_no_wrong_file_is_told_of_in_words_of_a_library(cls: type) -> None:
    names = [field.name for field in dataclasses.fields(cls)]
    files = [b"", b"{", b"[]", b"\xff", b"{}", b'"x"', b'{"a": 1e999}']
    files += [json.dumps({name: value}).encode() for name in names for value in WRONG]
    files += [json.dumps(dict.fromkeys(names, value)).encode() for value in WRONG]
    for content in files:
        assert not FOREIGN.search(told(cls, content)), (content, told(cls, content))


def test_every_kind_of_file_is_tried() -> None:
    assert {"Charter", "Task", "ScreenSettings"} <= {cls.__name__ for cls in MODELS}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"theme": 3}', "theme: should be text or null, is a whole number"),
        (b'{"is_ascii": "x"}', "is_ascii: should be true or false or null, is text"),
        (b"[]", "it should be an object, is a list"),
        (b"{", "it is no JSON: its end is missing"),
        (b'{"theme": x}', "it is no JSON: something is wrong at byte 10"),
    ],
)
def test_what_should_stand_there_is_told(content: bytes, expected: str) -> None:
    assert told(ScreenSettings, content) == expected
