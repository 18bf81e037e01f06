"""The table of agreement: its numbers, and the room that it leaves for the votes beside it."""

from alwsl_tui.drawing.agreement import Measure
from alwsl_tui.tui.widgets.heatmap import Matrix
from campaigns.core.text import printable
from campaigns.services.results.agreement import AgreementOf

NORMAL, WIDE = 96, 140
"""Cells from which on no name is cut, and from which on table, votes and images stand side by side."""


def matrix_of(round_: AgreementOf, measure: Measure) -> Matrix:
    """Return one round's table by a measure, with its range of values."""
    names = tuple(printable(name) for name in round_.picked.criteria)
    if measure is Measure.OVERLAP:
        return Matrix(names, round_.tables.overlap.tolist(), round_.picked.n)
    return Matrix(names, round_.tables.kendall.tolist(), high=1.0)


def caption_of(round_: AgreementOf, measure: Measure) -> str:
    """Say what the numbers of the table are."""
    if measure is Measure.OVERLAP:
        return f"images that both want, of {round_.picked.n}"
    return "Kendall's tau of their orders, -1 to 1"


def votes_width(cells: int) -> int:
    """Return the cells of the histogram of votes in a tab so many cells wide."""
    # By the sizes in the pane's style sheet: what is laid out now may still be that of the size before.
    table = 58 if cells >= NORMAL else 50
    return min(60, max(24, (104 if cells >= WIDE else cells) - table - 3))
