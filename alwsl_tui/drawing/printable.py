"""Text from outside, made harmless: names, paths and last words can hold anything, and a terminal obeys it."""

from campaigns.core.printing import is_printable


def printable(text: str) -> str:
    r"""The same text with everything that a terminal takes as an order spelt out, as in `\x1b`; lines stay lines."""
    if is_printable(text):
        return text
    return "".join(c if c == "\n" or is_printable(c) else c.encode("unicode_escape").decode() for c in text)
