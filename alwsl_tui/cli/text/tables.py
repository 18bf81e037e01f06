"""Tables as every command prints them, and the colours of states in them."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from alwsl_tui.cli.text.fitting_table import FittingTable
from campaigns.core.states import CampaignState
from campaigns.core.text import printable

WIDE = 100_000
"""Columns of a terminal that is none."""
STYLES = {
    CampaignState.RUNNING: "bold green",
    CampaignState.DONE: "green",
    CampaignState.FAILED: "bold red",
    CampaignState.STRANDED: "bold red",
    CampaignState.LABELLING: "bold yellow",
    CampaignState.PAUSED: "yellow",
    CampaignState.CANCELLED: "yellow",
}


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    *,
    numbers: Iterable[str] = (),
    less: Sequence[str] = (),
) -> Table:
    """Build a table whose texts are taken as they are: neither markup nor orders to the terminal come from outside.

    Where it is too wide, the columns in `less` go first, in that order; then texts are cut, and the first column,
    which holds names, last of all.
    """
    numeric = set(numbers)
    drawn = FittingTable(less=less)
    for place, column in enumerate(columns):
        # Rich takes room from columns that may be wrapped before others; what is in them is cut all the same.
        is_whole = place == 0 or (bool(less) and column in numeric)
        drawn.add_column(_one_line(column), justify="right" if column in numeric else "left", no_wrap=is_whole)
    for row in rows:
        drawn.add_row(*map(_one_line, row))
    return drawn


def _one_line(content: str | Text) -> Text:
    text = Text(printable(content)) if isinstance(content, str) else content.copy()
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
