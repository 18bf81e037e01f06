"""What services return, as text for a person."""

import time
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from alwsl_tui.cli.text.long_table import LongTable
from alwsl_tui.drawing.curves import ChartLook
from alwsl_tui.drawing.states import GLYPHS
from alwsl_tui.drawing.station_lines import doing
from alwsl_tui.drawing.units import age
from campaigns.core.ids import JobKind
from campaigns.core.states import CampaignState, JobState
from campaigns.core.text import printable
from campaigns.reporting.series import Axis, Point, Result
from campaigns.services.monitor.list import CampaignLine
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.results.picks import PicksOf
from campaigns.services.results.rounds import RoundsOf
from campaigns.store.rows import CampaignRow

WIDE = 100_000
"""Columns of a terminal that is none."""
GAP = 3
"""Columns between two columns of a table."""
MOST_SHOWN = 24
"""Rounds of a schedule that are shown one by one."""

STYLES = {
    CampaignState.RUNNING: "bold green",
    CampaignState.DONE: "green",
    CampaignState.FAILED: "bold red",
    CampaignState.STRANDED: "bold red",
    CampaignState.PAUSED: "yellow",
    CampaignState.CANCELLED: "yellow",
}


def table(columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, numbers: Iterable[str] = ()) -> Table:
    """A table whose texts are taken as they are: neither markup nor orders to the terminal come from outside."""
    numeric = set(numbers)
    drawn = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(escape(printable(column)), justify="right" if column in numeric else "left", no_wrap=True)
    for row in rows:
        drawn.add_row(*(escape(printable(cell)) if isinstance(cell, str) else cell for cell in row))
    return drawn


def campaigns_table(lines: Sequence[CampaignLine]) -> LongTable:
    """All campaigns, a line each."""
    rows = [
        (
            line.row.name,
            Text(line.state, STYLES.get(line.state, "")),
            f"{line.done}/{len(line.row.plan.jobs)}",
            line.row.dataset,
            line.row.model,
            "" if line.best is None else f"{line.best.criterion} {line.best.mean:.3f}",
            age(time.time() - line.row.created),
        )
        for line in lines
    ]
    columns, numbers = ("name", "state", "jobs", "data", "model", "best so far", "age"), ("jobs", "age")
    cells = [[Text(printable(cell)) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return LongTable(columns, cells, numbers, narrow=lambda: table(columns, rows, numbers=numbers))


def plan_text(row: CampaignRow) -> str:
    """What a campaign set out to do."""
    schedule, size = row.plan.schedule, row.plan
    full = f", and the full model on {size.train_images}" if size.has_full else ""
    return "\n".join(
        [
            f"{row.name}: {row.model} on {row.dataset}",
            f"  {size.train_images} training images to choose from, {size.test_images} to test on",
            f"  {size.trials} trial{_s(size.trials)} × {len(size.criteria)} criteria ({' '.join(size.criteria)})",
            f"  labelled: {_chain([schedule.labelled(r) for r in schedule.rounds], ' → ')} images"
            f", {_chain(schedule.epochs, '/')} epochs",
            f"  {len(size.jobs)} jobs, {size.models} models to train{full}",
        ]
    )


def _chain(numbers: Sequence[int], by: str) -> str:
    """All of them, or of very many the first and the last."""
    shown = [str(number) for number in numbers]
    return by.join(shown if len(shown) <= MOST_SHOWN else [*shown[: MOST_SHOWN - 2], "…", shown[-1]])


def jobs_table(seen: CampaignView) -> Table:
    """All jobs of a campaign, a line each."""
    rows = [
        (
            Text(GLYPHS[one.row.state] + " " + one.row.job.id, "red" if one.row.state is JobState.FAILED else ""),
            "stranded" if one.is_stranded else one.row.state,
            f"{100 * one.progress:.0f} %",
            "" if one.mean_ap is None else f"{one.mean_ap:.3f}",
            doing(one),
        )
        for one in seen.jobs
    ]
    return table(("job", "state", "done", "mAP", "now"), rows, numbers=["done", "mAP"])


def head_line(seen: CampaignView) -> Text:
    """State, progress and time left in one line."""
    text = Text.assemble(
        (seen.row.name, "bold"), "  ", (seen.state, STYLES.get(seen.state, "")), f"  {100 * seen.progress:.0f} %"
    )
    if seen.seconds_left is not None:
        text.append(f"  about {age(seen.seconds_left)} left")
    return text


def waiting_line(seen: CampaignView) -> str:
    """Why nothing more runs, in one line; empty when something is still to start at once."""
    idle = [one for one in seen.jobs if one.row.state is JobState.WAITING and one.reason]
    if not idle:
        return ""
    more = f", and {len(idle) - 1} more" if len(idle) > 1 else ""
    return f"{idle[0].row.job.id}{more} wait{'' if more else 's'}: {idle[0].reason}"


def trial_grid(seen: CampaignView, found: Result) -> Table:
    """Live: a row a criterion, a column a trial, in each cell round, epoch and the last mean average precision."""
    plan_ = seen.row.plan
    by_key = {(one.row.job.kind, one.row.job.trial, one.row.job.criterion): one for one in seen.jobs}
    rows: list[tuple[str | Text, ...]] = []
    if plan_.has_full:
        rows.append(("full", _cell(by_key[JobKind.FULL, None, None]), *[""] * (plan_.trials - 1), ""))
    rows.append(("baseline", *(_cell(by_key[JobKind.BASELINE, t, None]) for t in range(plan_.trials)), ""))
    last = {curve.criterion: curve.points[-1] for curve in found.curves if curve.points}
    for name in plan_.criteria:
        cells = [_cell(by_key[JobKind.ARM, t, name]) for t in range(plan_.trials)]
        rows.append((name, *cells, point_text(last[name], found) if name in last else ""))
    trials = [f"trial {t}" for t in range(plan_.trials)]
    return table(("", *trials, "mean"), rows, numbers=["mean"])


def result_table(
    found: Result, *, width: int = WIDE, points: Sequence[int] = (), look: ChartLook | None = None
) -> Table:
    """The learning curves as numbers: mean ± standard deviation over trials, and per cent of the full model.

    Where not all budgets fit into `width` columns, the first one and the reading points `points` are shown, or these.
    """
    how = look or ChartLook()
    heads = {one.labelled: _budget(one, how.axis) for curve in found.curves for one in curve.points}
    budgets = sorted(heads)
    cells = {
        (curve.criterion, one.labelled): point_text(one, found, is_absolute=how.is_absolute) + _place(one, how.axis)
        for curve in found.curves
        for one in curve.points
    }
    widest = max((len(cell) for cell in cells.values()), default=0)
    first = max((len(curve.criterion) for curve in found.curves), default=0)
    room = (width - max(first, len("criterion"))) // (widest + GAP)
    if len(budgets) > room:
        budgets = [n for n in budgets if n in {*budgets[:1], *points}]
    if len(budgets) > room:
        budgets = budgets[1:]
    rows = [(curve.criterion, *(cells.get((curve.criterion, n), "") for n in budgets)) for curve in found.curves]
    columns = [heads[n] for n in budgets]
    return table(("criterion", *columns), rows, numbers=columns)


def result_caption(found: Result, row: CampaignRow, *, look: ChartLook | None = None) -> str:
    """How the numbers of a result are to be read."""
    how = look or ChartLook()
    trials = max((len(one.trials) for curve in found.curves for one in curve.points), default=0)
    spread = " ± standard deviation" if trials > 1 else ""
    parts = [f"mAP{spread} over {trials} trial{_s(trials)}, by {_BY[how.axis]}"]
    if found.full is not None and not how.is_absolute:
        parts.append(f"in brackets per cent of the full model's {found.full:.3f} ({row.plan.train_images} images)")
    text = "; ".join(parts) + f". Mean over {len(found.classes)} of {len(row.plan.classes)} classes."
    if found.left_out:
        text += f" No positives in the test set: {', '.join(found.left_out)}."
    return text


def rounds_table(found: RoundsOf) -> Table:
    """Every round, a line each."""
    rows = [
        (
            job.job.id,
            str(row.number),
            str(row.labelled),
            "" if row.mean_ap is None else f"{row.mean_ap:.4f}",
            f"{row.train_seconds:.1f}",
            *("" if value is None else f"{value:.2f}" for value in
              (row.evaluate_seconds, row.score_seconds, row.select_seconds)),
        )
        for job, row in found.rounds
    ]  # fmt: skip
    columns = ("job", "round", "images", "mAP", "train s", "test s", "score s", "select s")
    return table(columns, rows, numbers=columns[1:])


def picks_table(found: PicksOf, *, limit: int) -> Table:
    """The picks of one round, best first, with every criterion's rank of each."""
    criteria = found.picked.criteria
    rows = [
        (
            str(at),
            pick.image,
            "" if pick.value is None else f"{pick.value:.4f}",
            "" if pick.list is None else f"{pick.list} {pick.turn}",
            str(pick.votes),
            *(str(pick.ranks.get(name, "")) for name in criteria),
        )
        for at, pick in enumerate(found.picked.picks[:limit], start=1)
    ]
    columns = ("", "image", "value", "list, turn", "votes", *criteria)
    return table(columns, rows, numbers=["", "value", "votes", *criteria])


def _cell(one: JobView) -> Text:
    attempt, mark = one.attempt, GLYPHS[one.row.state]
    text = Text(mark, "red" if one.row.state is JobState.FAILED else "")
    if one.row.state is JobState.RUNNING and attempt is not None and attempt.round is not None and attempt.epochs:
        text.append(f" r{attempt.round} {attempt.epoch}/{attempt.epochs}")
    elif one.row.state is JobState.RUNNING and attempt is not None:
        text.append(f" {attempt.activity}")
    if one.mean_ap is not None:
        text.append(f" {one.mean_ap:.3f}", "bold")
    return text


def point_text(one: Point, found: Result, *, is_absolute: bool = False) -> str:
    """Mean ± standard deviation over trials, and per cent of the full model."""
    relative = None if is_absolute else found.relative(one.mean)
    spread = "" if one.sd is None else f" ± {one.sd:.3f}"
    return f"{one.mean:.3f}{spread}" + ("" if relative is None else f" ({relative:.1f} %)")


_BY = {
    Axis.IMAGES: "labelled images",
    Axis.DECISIONS: "yes-or-no decisions",
    Axis.SECONDS: "labelled images, and the work it took",
    Axis.GPU_HOURS: "labelled images, and the GPU hours it took",
}


def _budget(one: Point, axis: Axis) -> str:
    """Head of a column: what all curves share at a budget."""
    return str(one.decisions if axis is Axis.DECISIONS else one.labelled)


def _place(one: Point, axis: Axis) -> str:
    """What differs from curve to curve at the same budget."""
    if axis is Axis.SECONDS:
        return f" {age(one.seconds)}"
    return f" {one.x(axis):.2f} h" if axis is Axis.GPU_HOURS else ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"
