"""Marks of annotations that are set or not, in the words in which programs write them."""

import re

SET = frozenset({"1", "1.0", "true", "yes", "y", "t"})
UNSET = frozenset({
    "", "0", "0.0", "false", "no", "n", "f",
    "none", "null", "nan", "na", "n/a", "unknown", "unspecified", "-1", "-1.0",
})  # fmt: skip
"""The words of the second line say that nobody said, which marks nothing."""
_LEVEL = re.compile(r"0*[1-9][0-9]*(?:\.0+)?")
"""How much it is set, such as 2 and 3 for harder objects."""


def flag(value: object) -> bool | None:
    """Return whether a mark is set; None where its value, text, number or JSON's true, false and null, says neither."""
    word = "" if value is None else str(value).strip().lower()
    return True if word in SET or _LEVEL.fullmatch(word) else False if word in UNSET else None
