"""Mistakes in files of labels: collected first, reported once."""

from collections.abc import Sequence

from campaigns.errors import BadData, Mistake

MAX_MISTAKES = 100
"""More are counted, not listed: somebody gave the wrong file, and the hundredth line says no more than the first."""


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
