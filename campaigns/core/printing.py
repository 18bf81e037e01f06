"""What a terminal shows as it is."""

import unicodedata

_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def is_printable(text: str) -> bool:
    """True when a terminal shows the text as it is: no control characters, no bidi marks, no broken bytes."""
    return text.isprintable() or not any(c in _BIDI or unicodedata.category(c) in _UNPRINTABLE for c in text)
