"""Marks of annotations that are set or not, in the words in which programs write them."""

SET, UNSET = frozenset({"1", "1.0", "true", "yes"}), frozenset({"", "0", "0.0", "false", "no"})


def flag(value: object) -> bool | None:
    """Return whether a mark is set; None where its value, text, number or JSON's true, false and null, says neither."""
    word = "" if value is None else str(value).strip().lower()
    return True if word in SET else False if word in UNSET else None
