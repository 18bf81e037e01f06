"""What a campaign has cost: where the time went, and what choosing takes, as in the paper's Tables 1 and 2."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from rich.text import Text

from alwsl_tui.drawing.columns import folded
from alwsl_tui.drawing.palette import Palette
from alwsl_tui.drawing.units import age, plural
from campaigns.core.text import printable
from campaigns.reporting.claims import PAPER_DELTA_AG
from campaigns.reporting.cost import CostOf, RoundCost

STEPS: Mapping[str, Callable[[RoundCost], float | None]] = {
    "prepare": lambda row: row.prepare,
    "train": lambda row: row.train,
    "test": lambda row: row.evaluate,
    "score": lambda row: row.score,
    "pick": lambda row: row.select,
}
"""Seconds of each step of a round, by what it does."""
_FILLS = ("▞", "█", "▓", "▒", "░")
_ASCII_FILLS = ("+", "#", "=", "-", ":")
LABEL, CELLS = 4, (8, 11)
"""Cells of what choosing takes: of what stands in front of a line, and the least and the most of a column."""


class Order(StrEnum):
    """What rounds are gathered by."""

    CRITERION = "criterion"
    ROUND = "round"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rounds that belong together."""

    title: str
    rows: tuple[RoundCost, ...]

    def seconds(self, step: str) -> float | None:
        """Return the seconds of all its rounds in a step; None where none has it."""
        known = [value for row in self.rows if (value := STEPS[step](row)) is not None]
        return sum(known) if known else None


def kind(row: RoundCost) -> str:
    """Return whom a round belongs to: a criterion, `baseline` or `full`."""
    return row.criterion or row.job.partition("-")[0]


def gathered(rows: Iterable[RoundCost], order: Order) -> tuple[Gathered, ...]:
    """Group rounds by criterion, in the order of the campaign, or by number, ascending."""
    groups: dict[str, list[RoundCost]] = {}
    by_number = sorted(rows, key=lambda row: row.round) if order is Order.ROUND else rows
    for row in by_number:
        groups.setdefault(kind(row) if order is Order.CRITERION else f"round {row.round}", []).append(row)
    return tuple(Gathered(printable(title), tuple(mine)) for title, mine in groups.items())


def totals(cost: CostOf, palette: Palette) -> Text:
    """Draw all that was spent in one line."""
    text = Text(no_wrap=True).append(age(cost.seconds), f"bold {palette.text}")
    text.append(f" of work in {plural(len(cost.rounds), 'round')}", palette.text)
    if cost.gpu_hours:
        text.append(f"   {cost.gpu_hours:.2f} GPU hours", f"bold {palette.text}")
    else:
        text.append("   all on the CPU", palette.muted)
    return text


def work(cost: CostOf, *, width: int, palette: Palette, is_ascii: bool) -> Text:
    """Draw where the time went: a bar of `width` cells, and below it each step with its seconds and share."""
    sums = {step: sum(seconds(row) or 0 for row in cost.rounds) for step, seconds in STEPS.items()}
    whole = sum(sums.values())
    fills = _ASCII_FILLS if is_ascii else _FILLS
    cells = shares(list(sums.values()), width)
    text, legend = Text(no_wrap=True), Text(no_wrap=True)
    for at, (step, seconds) in enumerate(sums.items()):
        text.append(fills[at] * cells[at], palette.series[at])
        entry = Text(f"{fills[at] * 2} ", palette.series[at])
        entry.append(f"{step} ", palette.text)
        entry.append(f"{100 * seconds / whole if whole else 0:.1f} %", palette.text)
        if width >= 96:
            entry.append(f" {age(seconds) if seconds >= 60 else f'{seconds:.1f} s'}", palette.muted)
        legend += entry + Text("   ")
    return text + Text("\n") + legend


def shares(values: Sequence[float], width: int) -> list[int]:
    """Return the cells of each value out of `width`, in proportion; all of them together, none for nothing."""
    whole = sum(values)
    if not whole:
        return [0] * len(values)
    edges = [round(width * sum(values[:at]) / whole) for at in range(len(values) + 1)]
    return [end - start for start, end in pairwise(edges)]


def choosing(cost: CostOf, *, width: int, palette: Palette) -> Text:
    """Draw the seconds to choose once by each criterion, their mean, AG, and what AG takes more, in `width` cells."""
    if cost.one is None:
        return Text("Choosing times appear when a round has scored and ranked its pool.", palette.muted)
    first, bound = cost.score_pass or 0.0, "≤" if cost.is_ag_bound else ""
    columns = [
        (criterion.criterion, _brief(criterion.seconds), f"{1000 * (criterion.seconds - first):.2f}")
        for criterion in cost.criteria
    ]
    columns.append(("mean", _brief(cost.one), f"{1000 * (cost.one - first):.2f}"))
    if cost.ag is not None and cost.delta_ag_percent is not None:
        columns.append(("AG", bound + _brief(cost.ag), f"{bound}{1000 * (cost.ag - first):.2f}"))
        columns.append(("ΔAG", f"{bound}{cost.delta_ag_percent:.2f} %", ""))
    cell = min(CELLS[1], max(CELLS[0], (width - LABEL) // len(columns)))
    most = max(1, (width - LABEL) // cell)
    text = Text(no_wrap=True)
    for start in range(0, len(columns), most):
        part = columns[start : start + most]
        for at, title in enumerate(("", "s", "ms")):
            text.append(title.ljust(LABEL), palette.muted)
            for column in part:
                style = f"bold {palette.accent}" if column[0] in ("AG", "ΔAG") else palette.text
                text.append(column[at].rjust(cell), palette.muted if at == 0 and "bold" not in style else style)
            text.append("\n")
    text.rstrip()
    return text


def counted(cost: CostOf, *, width: int) -> str:
    """Say what the figures of `choosing` count, in lines of `width` cells; empty where there are none."""
    if cost.one is None:
        return ""
    text = ""
    if cost.delta_ag_percent is not None:
        bound = "at most " if cost.is_ag_bound else ""
        text = f"AG costs {bound}{cost.delta_ag_percent:.2f} % more than one criterion (paper: {PAPER_DELTA_AG}). "
    text += (
        "s: scoring the pool and ranking it; ms: ranking alone; means over rounds, as in the paper's Tables 1 and 2. "
        "AG: all six rankings, merged. "
    )
    if cost.is_ag_bound:
        text += "≤: not timed separately, so everything a round does after scoring."
    return "\n".join(folded(text.strip(), width))


def _brief(seconds: float) -> str:
    """Format seconds in at most seven cells up to a day, as exactly as that allows."""
    places = 4 if seconds < 10 else 3 if seconds < 100 else 2 if seconds < 1000 else 1
    return f"{seconds:.{places}f}"
