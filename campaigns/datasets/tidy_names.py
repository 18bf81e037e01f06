"""Names of classes without what nobody sees or means: kinds of blanks, signs of no width, quotes around the whole."""

import re
from collections.abc import Iterable, Sequence

_UNSEEN = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u2060\ufeff]")
"""Signs of no width; those that join letters in Persian, Hindi or pictures are none of them."""
_AT_ENDS = " \n\t\u200c\u200d"
"""Blanks, and signs that mean something between letters alone."""
_BLANKS = re.compile(r"[^\S\n\t]+")
QUOTES = (
    '""', "''", "``", "´´", "“”", "‘’", "„“", "‚‘", "”“", "””", "’’", "«»", "»«", "‹›", "「」", "『』", "＂＂", "＇＇",
)  # fmt: skip
"""Quotation marks before a name and after it."""

_ODD = frozenset("".join(QUOTES)) | frozenset("\u00a0\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff")


def is_tidied(cell: str, names: Sequence[str]) -> bool:
    """Return whether names that a cell was divided into have lost quotes or signs that nobody sees."""
    if cell.startswith(("[", "{", "(")):
        return False  # quotes belong to a list
    return bool((_ODD & set(cell)) - set("".join(names)))


def tidy_notes(lines: Iterable[tuple[int, str, Sequence[str]]]) -> list[str]:
    """Return a note where names lost quotes or signs that nobody sees; lines with their cell and the names in it."""
    first = next((number for number, cell, names in lines if is_tidied(cell, names)), None)
    return [] if first is None else [f"quotes and signs that nobody sees were taken off names, first in line {first}"]


def with_plain_blanks(text: str) -> str:
    """Return a text with plain single blanks and without signs of no width; ends of lines and tabs stay."""
    if text.isascii() and "  " not in text:
        return text.strip()
    return _BLANKS.sub(" ", _UNSEEN.sub("", text)).strip(_AT_ENDS)


def tidied(name: str) -> str:
    """Return a name with plain blanks, without quotes around the whole of it."""
    name = with_plain_blanks(name)
    while len(name) > 2 and name[0] + name[-1] in QUOTES and not {name[0], name[-1]} & set(name[1:-1]):
        name = name[1:-1].strip()
    return name
