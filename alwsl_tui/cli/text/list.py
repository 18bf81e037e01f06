"""All campaigns as a table, a line each."""

import time
from collections.abc import Sequence

from rich.text import Text

from alwsl_tui.cli.text.long_table import LongTable
from alwsl_tui.cli.text.tables import STYLES, table
from alwsl_tui.drawing.units import age
from campaigns.core.percent import percent
from campaigns.core.text import printable
from campaigns.services.station.list import CampaignLine


def campaigns_table(lines: Sequence[CampaignLine]) -> LongTable:
    """List all campaigns, a line each."""
    rows = [
        (
            line.row.name,
            Text(line.standing, STYLES.get(line.state, "")),
            f"{line.done}/{len(line.row.plan.jobs)}",
            line.row.dataset,
            line.row.model,
            "" if line.best is None else f"{line.best.criterion} {percent(line.best.mean)} (n {line.best.trials})",
            age(time.time() - line.row.created),
        )
        for line in lines
    ]
    columns, numbers = ("name", "state", "jobs", "data", "model", "best so far", "age"), ("jobs", "age")
    less = ("age", "model", "data", "jobs", "best so far", "state")
    cells = [[Text(printable(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return LongTable(columns, cells, numbers, narrow=lambda: table(columns, rows, numbers=numbers, less=less))
