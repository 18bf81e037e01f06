"""Picks as a table for a person, and for other programs as CSV, with every rank."""

import csv
import io
from collections.abc import Sequence

from rich.table import Table

from alwsl_tui.cli.text.tables import table
from campaigns.home.picks import Pick, PickedRound
from campaigns.reporting.csv_tables import safe

LIKELIEST = 2
"""Classes that are named of a pick."""


def picks_csv(picked: PickedRound) -> str:
    """Return a round's picks, a line each in their order: the value they were picked for, votes, a rank a criterion."""
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["place", "image", "value", "votes", "list", "turn", *(f"rank_{name}" for name in picked.criteria)])
    for place, pick in enumerate(picked.picks, 1):
        ranks = [pick.ranks.get(name) for name in picked.criteria]
        out.writerow([place, safe(pick.image), pick.value, pick.votes, pick.list, pick.turn, *ranks])
    return file.getvalue()


def picks_table(picked: PickedRound, *, limit: int, classes: Sequence[str] = ()) -> Table:
    """List picks, best first, with every criterion's rank of each; with classes, also which are likeliest."""
    criteria = picked.criteria
    rows = [
        (
            str(at),
            pick.image,
            "" if pick.value is None else f"{pick.value:.4f}",
            "" if pick.list is None else f"{pick.list} {pick.turn}",
            str(pick.votes),
            *(str(pick.ranks.get(name, "")) for name in criteria),
            *([_likeliest(pick, classes)] if classes else []),
        )
        for at, pick in enumerate(picked.picks[:limit], start=1)
    ]
    columns = ("", "image", "value", "list, turn", "votes", *criteria, *(["likeliest"] if classes else []))
    less = ("likeliest", *reversed(criteria), "votes") if classes else ()
    return table(columns, rows, numbers=["", "value", "votes", *criteria], less=less)


def _likeliest(pick: Pick, classes: Sequence[str]) -> str:
    """Return the classes with the highest probabilities of an image."""
    ranked = sorted(zip(pick.probabilities, classes, strict=True), key=lambda pair: -pair[0])
    return ", ".join(f"{name} {share:.2f}" for share, name in ranked[:LIKELIEST])
