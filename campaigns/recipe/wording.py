"""What is wrong with a value of a recipe, in the words of this program: what is allowed there."""

from collections.abc import Callable, Mapping
from typing import Any

from campaigns.core.ids import NAME

NO_KEY, MISSING = "extra_forbidden", "missing"
NOT_TEXT = {"json_invalid", "string_unicode", "string_type_unicode"}
"""Of a recipe that holds what no text can hold."""
_TYPES: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "string": "text",
    "tuple": "a list in brackets",
    "list": "a list in brackets",
    "dict": "a table of keys",
    "model": "a table of keys",
    "model_attributes": "a table of keys",
    "dataclass": "a table of keys",
}
_OTHERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda bounds: f"{_number(bounds['ge'])} or more",
    "greater_than": lambda bounds: f"more than {_number(bounds['gt'])}",
    "less_than_equal": lambda bounds: f"{_number(bounds['le'])} or less",
    "less_than": lambda bounds: f"less than {_number(bounds['lt'])}",
    "finite_number": lambda _: "a number that is not infinite",
    "int_from_float": lambda _: "a whole number",
    "int_parsing_size": lambda _: "a smaller number",
    "literal_error": lambda bounds: str(bounds["expected"]).replace("'", ""),
    "too_short": lambda bounds: f"a list of {bounds['min_length']} or more",
    "too_long": lambda bounds: f"a list of {bounds['max_length']} or less",
    "string_too_short": lambda _: "text that is not empty",
    "string_too_long": lambda bounds: f"text of {bounds['max_length']} letters or less",
    "string_pattern_mismatch": lambda bounds: _pattern(str(bounds["pattern"])),
}


def allowed(kind: str, bounds: Mapping[str, Any], message: str) -> str:
    """Return what should stand there, for one error of the library that checks recipes.

    `kind` and `bounds` are its; `message` is taken only where the error is one of our own, which holds its text.
    """
    if kind in _OTHERS and "text" not in bounds:
        return f"should be {_OTHERS[kind](bounds)}"
    name, _, ending = kind.rpartition("_")
    if ending in {"type", "parsing"} and name in _TYPES and "text" not in bounds:
        return f"should be {_TYPES[name]}"
    return message if is_ours(bounds) else "is not allowed there; the page `recipes` of the guide says what is"


def is_ours(bounds: Mapping[str, Any]) -> bool:
    """Return whether an error with these bounds is one of our own, which holds its text."""
    return bool(bounds.keys() & OWN)


OWN = frozenset({"text", "hint", "name", "found", "missed", "wrong"})
"""What errors of our own say their text with."""


def _number(bound: float) -> str:
    return f"{bound:g}" if bound < 1 << 53 else str(bound)


def _pattern(pattern: str) -> str:
    if pattern.strip("^$") == NAME.pattern:
        return "a name: 1 to 64 letters, digits, dots, dashes and underscores, a letter or digit first"
    return "written otherwise"
