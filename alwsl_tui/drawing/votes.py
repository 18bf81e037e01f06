"""Votes of criteria in as many lines as there are: the newest round as bars, and all rounds beside each other."""

from collections.abc import Sequence
from itertools import product

from rich.style import Style
from rich.text import Text

from alwsl_tui.drawing import agreement as drawing
from alwsl_tui.drawing.agreement import Measure
from alwsl_tui.drawing.palette import Palette, ink, shade
from campaigns.services.results.agreement import AgreementOf

LEAST = 5
"""Cells of a round, at the least."""
MOST_LINES = 4
"""Of a bar, and of a row of the table, however much room there is."""
NAME = 9
"""Cells of the names before the rows."""


def votes_and_rounds(
    rounds: Sequence[AgreementOf], *, width: int, height: int, palette: Palette, is_ascii: bool
) -> Text:
    """Draw the votes of the newest round, and below them what came before, as far as there is room.

    `rounds` holds at least one. From two on they stand beside each other, or as a line of sparks where that is too
    high.
    """
    newest = rounds[-1]
    bars, rows = len(newest.tables.votes), len(newest.tables.votes) + 1
    fits = [
        (bar * bars + row * rows, bar, row)
        for bar, row in product(range(1, MOST_LINES + 1), repeat=2)
        if 0 <= bar - row <= 1 and 3 + bar * bars + row * rows <= height
    ]
    if fits and len(rounds) > 1:
        taken, bar, row = max(fits)
        text = drawing.votes(newest, width=width, palette=palette, is_ascii=is_ascii, lines=bar)
        text.append("\n" * (2 + (height - 3 - taken) // 2))
        return text.append_text(_by_round(rounds, width=width, lines=row, palette=palette, is_ascii=is_ascii))
    drift = drawing.drift(rounds, Measure.OVERLAP, width=width, palette=palette, is_ascii=is_ascii)
    below = drift.plain.count("\n") + 2 if 3 + bars + drift.plain.count("\n") <= height else 0
    lines = max(1, min(MOST_LINES, (height - 1 - below) // bars))
    text = drawing.votes(newest, width=width, palette=palette, is_ascii=is_ascii, lines=lines)
    return text.append("\n\n").append_text(drift) if below else text


def _by_round(rounds: Sequence[AgreementOf], *, width: int, lines: int, palette: Palette, is_ascii: bool) -> Text:
    """Draw a column for each of the newest rounds: what share of images a criterion has in common with another, and how
    many of a hundred wanted images have one vote, two, and so on; the more, the stronger the shade.
    """
    count = max(1, min(len(rounds), (width - NAME) // LEAST))
    shown, room = rounds[-count:], max(LEAST, width - NAME)
    # All of the width is taken: some cells are one wider than others.
    cells = [room * (at + 1) // count - room * at // count for at in range(count)]
    text = Text(f"{'round, %':<{NAME}}", palette.muted, no_wrap=True, end="")
    for cell, each in zip(cells, shown, strict=True):
        text.append(f"{each.picked.round:^{cell}}", palette.muted)
    shares = [[each.tables.votes[at] / max(1, each.tables.votes.sum()) for each in shown] for at in range(_most(shown))]
    table = [("shared", [drawing.shared(each) for each in shown])]
    table += [(f"{at + 1} vote{'s' if at else ''}", values) for at, values in enumerate(shares)]
    for name, values in table:
        for line in range(lines):
            is_middle = line == (lines - 1) // 2
            text.append("\n").append(f"{name if is_middle else '':<{NAME}}", palette.muted)
            for cell, value in zip(cells, values, strict=True):
                behind = shade(float(value), palette)
                written = f"{100 * value:.0f}" if is_middle else ""
                text.append(f"{written:^{cell}}", Style(color=ink(behind, palette), bgcolor=behind))
    return text


def _most(rounds: Sequence[AgreementOf]) -> int:
    return min(len(each.tables.votes) for each in rounds)
