"""Mistakes in files of labels: collected first, reported once."""

from collections.abc import Sequence
from pathlib import Path

from campaigns.errors import BadData, Mistake

MAX_MISTAKES = 100
"""More are counted, not listed: somebody gave the wrong file, and the hundredth line says no more than the first."""


def of_lines(path: Path, lines: Sequence[tuple[int, str]]) -> list[Mistake]:
    """Return one mistake for lines that are wrong in one way: the first, and how many more there are."""
    if not lines:
        return []
    number, what = lines[0]
    more = f" (and {len(lines) - 1} lines like it)" if len(lines) > 1 else ""
    return [Mistake(f"{path}:{number}", what + more)]


def refuse(subject: str, mistakes: Sequence[Mistake], *, hint: str) -> None:
    """Raise all mistakes together, if there are any.

    Raises:
        BadData: there are mistakes.
    """
    if not mistakes:
        return
    shown = list(mistakes[:MAX_MISTAKES])
    if len(mistakes) > MAX_MISTAKES:
        shown.append(Mistake("and", f"{len(mistakes) - MAX_MISTAKES} more"))
    count = f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}"
    raise BadData(f"{subject} has {count}", mistakes=shown, hint=hint)
