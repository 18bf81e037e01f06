"""Where two JSON values differ."""

from collections.abc import Iterator
from typing import Any


def differing(expected: Any, actual: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield where two JSON values differ, in type too: the place as `picks[3].value`, and what stands there in each."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for key in [*expected, *(key for key in actual if key not in expected)]:
            below = f"{at}.{key}" if at else str(key)
            if key not in expected or key not in actual:
                yield below, expected.get(key, "absent"), actual.get(key, "absent")
            else:
                yield from differing(expected[key], actual[key], below)
    elif isinstance(expected, list) and isinstance(actual, list):
        for number, (wanted, other) in enumerate(zip(expected, actual, strict=False)):
            yield from differing(wanted, other, f"{at}[{number}]")
        if len(expected) != len(actual):
            yield f"length of {at}", len(expected), len(actual)
    elif type(expected) is not type(actual) or expected != actual:
        yield at, expected, actual
