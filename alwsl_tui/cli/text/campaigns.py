"""What services return, as text for a person."""

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from alwsl_tui.cli.text.tables import STYLES, WIDE, table
from alwsl_tui.drawing.curves import ChartLook
from alwsl_tui.drawing.findings import fewer_said
from alwsl_tui.drawing.states import GLYPHS
from alwsl_tui.drawing.station_lines import at_work, doing
from alwsl_tui.drawing.units import age, time_left
from campaigns.core.ids import JobKind
from campaigns.core.percent import percent, spread
from campaigns.core.plan import Plan
from campaigns.core.states import JobState
from campaigns.reporting.series import Axis, Point, Result
from campaigns.services.campaigns.extend import Extended
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.store.rows import CampaignRow

GAP = 3
"""Columns between two columns of a table."""
MOST_SHOWN = 24
"""Rounds of a schedule that are shown one by one."""


def plan_text(row: CampaignRow) -> str:
    """Say what a campaign set out to do."""
    schedule, size = row.plan.schedule, row.plan
    full = f", and the full model on {size.train_images}" if size.has_full else ""
    criteria = "criterion" if len(size.criteria) == 1 else "criteria"
    return "\n".join(
        [
            f"{row.name}: {row.model} on {row.dataset}",
            f"  {size.train_images} training images to choose from, {size.test_images} to test on",
            f"  {size.trials} trial{_s(size.trials)} × {len(size.criteria)} {criteria} ({' '.join(size.criteria)})",
            f"  labelled: {_chain([schedule.labelled(r) for r in schedule.rounds], ' → ')} images, {_epochs(size)}",
            f"  {len(size.jobs)} jobs, {size.models} models to train{full}",
        ]
    )


def extended_text(extended: Extended) -> str:
    """Say what a campaign goes on with, and what comes next."""
    row, images = extended.campaign, sum(extended.add)
    rounds = f"{len(extended.add)} round{_s(len(extended.add))}"
    lines = [
        f"{row.name}: {images} images more in {rounds}, {row.plan.schedule.budget} in all; {extended.left} are left"
    ]
    if extended.was_cut_off:
        lines.append("  somebody had begun this and was cut off; it is finished, and nothing else was added")
    return "\n".join([*lines, f"next: alwsl-tui label {row.name}; its last model chooses the images now"])


def _epochs(plan: Plan) -> str:
    if plan.is_open_ended:
        return f"until the loss has converged, at most {max(plan.schedule.epochs)} epochs"
    return f"{_chain(plan.schedule.epochs, '/')} epochs"


def _chain(numbers: Sequence[int], by: str) -> str:
    """Join all numbers, or of very many the first and the last."""
    shown = [str(number) for number in numbers]
    return by.join(shown if len(shown) <= MOST_SHOWN else [*shown[: MOST_SHOWN - 2], "…", shown[-1]])


def jobs_table(view: CampaignView) -> Table:
    """List all jobs of a campaign, a line each."""
    rows = [
        (
            Text(f"{GLYPHS[job.row.state]} {job.row.job.id}", "red" if job.row.state is JobState.FAILED else ""),
            job.standing,
            f"{100 * job.progress:.0f} %",
            percent(job.value),
            doing(job),
        )
        for job in view.jobs
    ]
    columns = ("job", "state", "done", view.row.plan.yardstick.column, "now")
    return table(columns, rows, numbers=columns[2:4], less=("now", *columns[2:4], "state"))


def head_line(view: CampaignView) -> Text:
    """State, progress and time left in one line."""
    text = Text.assemble(
        (view.row.name, "bold"), "  ", (view.standing, STYLES.get(view.state, "")), f"  {100 * view.progress:.0f} %"
    )
    if view.seconds_left is not None:
        text.append(f"  {time_left(view.seconds_left, is_open_ended=view.row.plan.is_open_ended)}")
    return text


def waiting_line(view: CampaignView) -> str:
    """Say in one line why nothing more runs; empty when something is still to start at once."""
    idle = [job for job in view.jobs if job.row.state is JobState.WAITING and job.reason]
    if not idle:
        return ""
    more = f", and {len(idle) - 1} more" if len(idle) > 1 else ""
    return f"{idle[0].row.job.id}{more} wait{'' if more else 's'}: {idle[0].reason}"


def trial_grid(view: CampaignView, result: Result) -> Table:
    """Live: a row a criterion, a column a trial, in each cell round, epoch and the last mean average precision."""
    plan_ = view.row.plan
    by_key = {(job.row.job.kind, job.row.job.trial, job.row.job.criterion): job for job in view.jobs}
    rows: list[tuple[str | Text, ...]] = []
    if plan_.has_full:
        rows.append(("full", _cell(by_key[JobKind.FULL, None, None]), *[""] * (plan_.trials - 1), ""))
    rows.append(("baseline", *(_cell(by_key[JobKind.BASELINE, t, None]) for t in range(plan_.trials)), ""))
    last = {curve.criterion: curve.points[-1] for curve in result.curves if curve.points}
    for name in plan_.criteria:
        cells = [_cell(by_key[JobKind.ARM, t, name]) for t in range(plan_.trials)]
        rows.append((name, *cells, point_text(last[name], result, of=plan_.trials) if name in last else ""))
    return table(("", *(f"trial {t}" for t in range(plan_.trials)), "mean"), rows, numbers=["mean"])


def result_table(
    result: Result, *, width: int = WIDE, points: Sequence[int] = (), look: ChartLook | None = None
) -> Table:
    """List the learning curves as numbers: mean ± standard deviation over trials, and per cent of the full model.

    Where not all budgets fit into `width` columns, the first one and the reading points `points` are shown, or these.
    """
    how = look or ChartLook()
    most = max((len(point.trials) for curve in result.curves for point in curve.points), default=0)
    heads = {point.labelled: _budget(point, how.axis) for curve in result.curves for point in curve.points}
    budgets = sorted(heads)
    cells = {
        (curve.criterion, point.labelled): point_text(point, result, of=most, is_absolute=how.is_absolute)
        + _place(point, how.axis)
        for curve in result.curves
        for point in curve.points
    }
    widest = max((len(cell) for cell in cells.values()), default=0)
    first = max((len(curve.criterion) for curve in result.curves), default=0)
    room = (width - max(first, len("criterion"))) // (widest + GAP)
    if len(budgets) > room:
        budgets = [n for n in budgets if n in {*budgets[:1], *points}]
    if len(budgets) > room:
        budgets = budgets[1:]
    rows = [(curve.criterion, *(cells.get((curve.criterion, n), "") for n in budgets)) for curve in result.curves]
    columns = [heads[n] for n in budgets]
    return table(("criterion", *columns), rows, numbers=columns)


def result_caption(result: Result, row: CampaignRow, *, look: ChartLook | None = None) -> str:
    """Say how the numbers of a result are to be read."""
    how = look or ChartLook()
    counts = [len(point.trials) for curve in result.curves for point in curve.points]
    trials = max(counts, default=0)
    spread = " ± standard deviation" if trials > 1 else ""
    parts = [f"{row.plan.yardstick.title} in per cent{spread} over {trials} trial{_s(trials)}, by {_BY[how.axis]}"]
    if result.full is not None and not how.is_absolute:
        after = f", {result.fulls[-1][0]} epochs" if result.fulls else ""
        parts.append(
            f"in brackets per cent of the full model's {percent(result.full)} ({row.plan.train_images} images{after})"
        )
    classes = len({*row.plan.classes, *result.passing})
    text = f"{'; '.join(parts)}.{fewer_said(counts, trials)} Mean over {len(result.classes)} of {classes} classes."
    if result.left_out:
        why = "No positives in the test set" if result.asked is None else "Too few test positives in some round"
        text += f" {why}: {', '.join(result.left_out)}."
    if result.passing:
        text += f" Not in all rounds, so in no mean: {', '.join(result.passing)}."
    return text


def fulls_table(result: Result, *, points: Sequence[int] = ()) -> Table | None:
    """List per cent of the full model after each of its epochs, at reading points; None where it is measured once."""
    at = [
        (curve.criterion, point)
        for curve in result.curves
        for point in curve.points
        if point.labelled in points or (not points and point is curve.points[-1])
    ]
    if not result.fulls or not at:
        return None
    heads = tuple(f"% of full, {epochs} epochs ({percent(full)})" for epochs, full in result.fulls)
    rows = [
        (name, str(point.labelled), *(f"{value:.2f}" for _, value in result.relatives(point.mean)))
        for name, point in sorted(at, key=lambda entry: entry[1].labelled)
    ]
    return table(("criterion", "images", *heads), rows, numbers=("images", *heads))


def _cell(job: JobView) -> Text:
    attempt, mark = job.attempt, GLYPHS[job.row.state]
    text = Text(mark, "red" if job.row.state is JobState.FAILED else "")
    if job.row.state is JobState.RUNNING and attempt is not None:
        text.append(f" {at_work(job, attempt)}")
    if job.value is not None:
        text.append(f" {percent(job.value)}", "bold")
    return text


def point_text(point: Point, result: Result, *, of: int, is_absolute: bool = False) -> str:
    """Mean ± standard deviation over trials, and per cent of the full model; how many trials where not `of` of them."""
    relative = None if is_absolute else result.relative(point.mean)
    fewer = f" n {len(point.trials)}" if len(point.trials) < of else ""
    return spread(point.mean, point.sd) + ("" if relative is None else f" ({relative:.1f} %)") + fewer


_BY = {
    Axis.IMAGES: "labelled images",
    Axis.DECISIONS: "yes-or-no decisions",
    Axis.SECONDS: "labelled images, and the work it took",
    Axis.GPU_HOURS: "labelled images, and the GPU hours it took",
}


def _budget(point: Point, axis: Axis) -> str:
    """Head of a column: what all curves share at a budget."""
    return str(point.decisions if axis is Axis.DECISIONS else point.labelled)


def _place(point: Point, axis: Axis) -> str:
    """Format what differs from curve to curve at the same budget."""
    if axis is Axis.SECONDS:
        return f" {age(point.seconds)}"
    return f" {point.x(axis):.2f} h" if axis is Axis.GPU_HOURS else ""


def _s(count: int) -> str:
    return "" if count == 1 else "s"
