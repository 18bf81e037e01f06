"""Jobs and rounds of a campaign as a grid."""

from rich.text import Text

from alwsl_tui.drawing import rounds as drawing
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.tui.widgets.grid import GridSheet
from campaigns.core.plan import Plan


def sheet(lines: tuple[drawing.JobLine, ...], plan: Plan, palette: Palette) -> GridSheet:
    """Return a row for each job under the rounds of the plan."""
    name_width, cell_width = drawing.widths(plan)
    groups = [line.job.row.job.criterion or str(line.job.row.job.kind) for line in lines]

    def label(row: int) -> Text:
        is_first = row == 0 or groups[row] != groups[row - 1]
        return drawing.label(lines[row], palette, width=name_width, is_first=is_first)

    def heads(column: int) -> tuple[str, ...]:
        if column < 0:
            return ("round", "images labelled")
        return (str(column), str(plan.schedule.labelled(column)) if column in plan.schedule.rounds else "")

    return GridSheet(
        rows=len(lines),
        columns=max(len(plan.schedule.rounds), len(plan.full_counts) if plan.has_full else 0),
        label=label,
        heads=heads,
        cell=lambda row, column: drawing.cell(lines[row], column, palette),
        label_width=name_width + 16,
        cell_width=cell_width,
        head_lines=2,
    )
