"""A round's picks for other programs: as CSV, with every rank."""

import csv
import io

from campaigns.home.picks import PickedRound
from campaigns.reporting.csv_tables import safe


def picks_csv(picked: PickedRound) -> str:
    """Return a round's picks, a line each in their order: the value they were picked for, votes, a rank a criterion."""
    file = io.StringIO()
    out = csv.writer(file, lineterminator="\n")
    out.writerow(["place", "image", "value", "votes", "list", "turn", *(f"rank_{name}" for name in picked.criteria)])
    for place, pick in enumerate(picked.picks, 1):
        ranks = [pick.ranks.get(name) for name in picked.criteria]
        out.writerow([place, safe(pick.image), pick.value, pick.votes, pick.list, pick.turn, *ranks])
    return file.getvalue()
