"""A campaign as one row of the station."""

from collections.abc import Iterable

from rich.text import Text

from alwsl_tui.drawing.gauges import progress
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.states import badge, tone
from alwsl_tui.drawing.units import age
from alwsl_tui.tui.widgets.listing import Column, Row
from campaigns.core.percent import percent, points
from campaigns.core.text import printable
from campaigns.reporting.leader import Leader
from campaigns.services.station.list import CampaignLine

READING = "reading the campaigns of this home …"
LOST = """The store does not know {campaigns} whose folders lie here.

q                  leave
alwsl-tui repair   brings back what they hold"""
NONE_FITS = """No campaign matches the filter.

escape   the whole list again"""
COLUMNS = (
    Column("campaign", 12, is_wide=True),
    Column("state", 11),
    Column("done", 14),
    Column("best so far", 13, rank=1),
    Column("to random", 9, is_number=True, rank=2),
    Column("left", 8, is_number=True, rank=3),
    Column("data", 9, rank=5),
    Column("model", 22, rank=6),
    Column("jobs", 7, is_number=True, rank=4),
    Column("age", 7, is_number=True, rank=4),
)


class Rows:
    """Rows as drawn before. A look finds the very same line where nothing happened, and most of a thousand are such."""

    def __init__(self) -> None:
        self._how: tuple[Palette, bool] | None = None
        self._kept: dict[str, tuple[CampaignLine, str, Row]] = {}
        """By name: the line, the age that was written, the row."""

    def of(self, lines: Iterable[CampaignLine], palette: Palette, *, now: float, is_ascii: bool) -> tuple[Row, ...]:
        """Return a row each; the very same one as before where the line is the same, and as old as before in words."""
        if self._how != (palette, is_ascii):
            self._how, self._kept = (palette, is_ascii), {}
        rows = []
        for line in lines:
            old, name = age(now - line.row.created), line.row.name
            kept = self._kept.get(name)
            if kept is None or kept[0] is not line or kept[1] != old:
                kept = self._kept[name] = line, old, row_of(line, palette, old=old, is_ascii=is_ascii)
            rows.append(kept[2])
        return tuple(rows)


def row_of(line: CampaignLine, palette: Palette, *, old: str, is_ascii: bool) -> Row:
    """Name, state, progress, the leading criterion with its mean mAP and how far it is ahead of random, time left."""
    row, best = line.row, line.best
    jobs = f"{line.done}/{len(row.plan.jobs)}"
    word = line.standing
    state = badge(word, palette)
    if line.failed and line.state != "failed":
        state.append(f" {line.failed}✖", palette.bad)
    return Row(
        row.name,
        (
            row.name,
            state,
            progress(line.progress, 14, palette, colour=tone(word, palette), is_ascii=is_ascii),
            "" if best is None else Text.assemble((best.criterion, palette.text), (f" {percent(best.mean)}", "bold")),
            "" if best is None else _ahead(best, palette),
            "" if line.seconds_left is None else f"{'<' if row.plan.is_open_ended else ''}{age(line.seconds_left)}",
            printable(row.dataset),
            Text(printable(row.model), palette.muted),
            jobs,
            Text(old, palette.muted),
        ),
    )


def _ahead(best: Leader, palette: Palette) -> Text:
    """Draw how far the leading criterion is ahead of random, and over how many trials."""
    gap = points(best.gap)
    text = Text(gap, palette.good if gap.startswith("+") else palette.muted)
    return text.append(f"{' ' if gap else ''}n {best.trials}", palette.muted)
