"""What a terminal shows as it is, and how the rest is made harmless: names, paths and last words can hold anything."""

import re
import unicodedata

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def is_printable(text: str) -> bool:
    """Return whether a terminal shows the text as it is: no control characters, no bidi marks, no broken bytes."""
    return text.isprintable() or not any(c in _BIDI or unicodedata.category(c) in _UNPRINTABLE for c in text)


def as_seen(text: str) -> str:
    """Return a text as an eye tells it from others: without case, kinds of blanks and signs that nobody sees."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) != "Cf")
    return " ".join(shown.casefold().split())


def file_name(text: str) -> str:
    """Return what may stand in a file's name on any system: letters, digits, dots and dashes; other runs are a dash."""
    return re.sub(r"[^\w.-]+", "-", text)


def printable(text: str) -> str:
    r"""Spell out, as in `\x1b`, everything that a terminal takes as an order; lines stay lines."""
    if is_printable(text):
        return text
    return "".join(c if c == "\n" or is_printable(c) else c.encode("unicode_escape").decode() for c in text)
