"""What a file says, held against a dataclass."""

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import hypothesis.strategies as st
import pytest
from hypothesis import given

from campaigns.core.plan import Plan
from campaigns.home.records import decode
from tests.core.draws import some_plans

T = TypeVar("T")


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Below:
    number: int


@dataclass(frozen=True, slots=True)
class Thing:
    name: str
    size: int
    share: float
    colour: Colour
    below: Below
    many: tuple[tuple[int, ...], ...] = ()
    maybe: float | None = None
    where: Path = Path()
    is_on: bool = False


RIGHT: dict[str, Any] = {"name": "a", "size": 1, "share": 0.5, "colour": "red", "below": {"number": 2}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def of_json(cls: type[T], content: object) -> T:
    return decode(cls, json.dumps(content).encode())


def test_a_thing_is_read_with_every_type_in_place() -> None:
    found = of_json(Thing, RIGHT | {"many": [[1], []], "maybe": 2, "where": "/x", "is_on": True, "newer": 1})
    assert found == Thing("a", 1, 0.5, Colour.RED, Below(2), ((1,), ()), 2.0, Path("/x"), is_on=True)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("name", 1), ("name", None), ("size", True), ("size", 1.0), ("size", "1"), ("size", 1 << 63), ("share", "0.5"),
        ("share", float("nan")), ("share", float("inf")), ("share", 10**400), ("share", True), ("colour", "blue"),
        ("colour", 1), ("below", 1), ("below", {}), ("many", [1]), ("many", "ab"), ("many", {"a": [1]}), ("maybe", []),
        ("where", 3), ("where", "a\0b"), ("is_on", 1), ("is_on", "yes"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused_and_named(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=r".+") as caught:
        of_json(Thing, RIGHT | {key: value})
    # What is not JSON at all, as NaN, has no field.
    assert key in str(caught.value) or "no JSON" in str(caught.value)


@pytest.mark.parametrize("key", RIGHT)
def test_what_is_missing_is_named(key: str) -> None:
    with pytest.raises(ValueError, match=f"it has no '{key}'"):
        of_json(Thing, {k: v for k, v in RIGHT.items() if k != key})


@given(said=JSON)
def test_any_json_becomes_the_thing_or_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        of_json(Thing, said)
    if isinstance(said, dict):
        try:
            found = of_json(Thing, RIGHT | said)
        except ValueError:
            return
        assert isinstance(found.size, int)


@given(plan=some_plans())
def test_a_plan_is_read_from_what_it_says(plan: Plan) -> None:
    assert of_json(Plan, asdict(plan)) == plan == Plan.from_json(plan.to_json())
