"""Several views of a campaign at once: where each has its place, how models learn now, and what is planned."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from alwsl_tui.drawing.agreement import shortened
from alwsl_tui.drawing.bars import falling, sparkline
from alwsl_tui.drawing.columns import folded
from alwsl_tui.drawing.gauges import progress
from alwsl_tui.drawing.palette import Palette, blend, hue
from alwsl_tui.drawing.station_lines import held, held_up, waiting
from alwsl_tui.drawing.units import age, brief_epoch, epoch_of, plural
from campaigns.core.ids import JobKind
from campaigns.core.states import CampaignState, JobState
from campaigns.core.text import printable
from campaigns.reporting.colours import places
from campaigns.services.monitor.feed import FeedLine
from campaigns.services.monitor.show import CampaignView, JobView
from campaigns.services.results.rounds import TrainingOf

WIDE, MOST = 56, 4
"""Cells of a view from which on another one stands beside it, and the most side by side."""
ALONE, BESIDE = 10, 13
"""Lines of a view, at the least: of one as wide as the screen, and of several side by side."""

INDENT = 9
"""Cells of a time of day, and the blank behind it."""
WITH_AXIS = 6
"""Lines of a job from which on its epochs stand below its losses."""

Plot = tuple[int, int, int, int]
"""Left, top, width and height, in cells."""


def capacity(width: int, height: int) -> int:
    """Return how many views so many cells have room for: 2 at 80 × 24, 4 at 120 × 40, 9 at 200 × 60; at least 1."""
    columns = _columns(width)
    return columns * max(1, height // (ALONE if columns == 1 else BESIDE))


def plots(width: int, height: int, count: int) -> tuple[Plot, ...]:
    """Return the places of so many views, row by row: together they fill all cells, and none lies over another."""
    if count < 1:
        return ()
    rows = -(-count // _columns(width))
    placed: list[Plot] = []
    for row, (top, lines) in enumerate(_shares(height, rows)):
        beside = count // rows + (row < count % rows)
        placed += [(left, top, cells, lines) for left, cells in _shares(width, beside)]
    return tuple(placed)


def neighbour(regions: Sequence[tuple[str, Plot]], here: str, right: int, down: int) -> str | None:
    """Return the name of the nearest view to the right (1) or left (-1), or below (1) or above (-1); None at an edge.

    Of several that are equally near the first counts. Each of `regions` is a name and its place.
    """
    by_name = dict(regions)
    x, y, width, height = by_name[here]

    def way(plot: Plot) -> tuple[int, int]:
        """Return how far it is in the direction, and how far aside."""
        across = plot[0] + plot[2] // 2 - (x + width // 2)
        along = plot[1] + plot[3] // 2 - (y + height // 2)
        return across * right + along * down, abs(along * right) + abs(across * down)

    def is_beside(plot: Plot) -> bool:
        if right:
            return plot[1] < y + height and y < plot[1] + plot[3]
        return plot[0] < x + width and x < plot[0] + plot[2]

    ahead = [(sum(way(plot)), name) for name, plot in regions if name != here and way(plot)[0] > 0 and is_beside(plot)]
    return min(ahead, key=lambda pair: pair[0])[1] if ahead else None


def _columns(width: int) -> int:
    return max(1, min(MOST, width // WIDE))


def _shares(whole: int, count: int) -> list[tuple[int, int]]:
    """Return where each of so many parts of a length begins, and how long it is; the first ones have what is over."""
    sizes = [whole // count + (at < whole % count) for at in range(count)]
    return [(sum(sizes[:at]), size) for at, size in enumerate(sizes)]


@dataclass(frozen=True, slots=True)
class TileArea:
    """Where, and with what, something is drawn."""

    columns: int
    rows: int
    palette: Palette
    is_ascii: bool = False


def running(view: CampaignView) -> tuple[JobView, ...]:
    """Return the jobs that are at work."""
    return tuple(job for job in view.jobs if job.row.state is JobState.RUNNING and not job.is_stranded)


def losses(view: CampaignView, trained: Sequence[TrainingOf], area: TileArea) -> Text:
    """Draw how the loss of each job at work has gone, over the epochs its round will have; else why none is."""
    jobs, known = running(view), {each.job: each for each in trained}
    if not jobs:
        return _idle(view, area)
    shown = jobs[: max(1, area.rows)]
    rest = len(jobs) - len(shown)
    text = Text(no_wrap=True, end="")
    high = (area.rows - bool(rest)) // len(shown)
    for at, job in enumerate(shown):
        text.append("\n" if at else "")
        text += _job(view, job, known.get(job.row.job.id), area, rows=high)
    if rest:
        text.append(f"\nand {rest} more", area.palette.muted)
    return text


def _job(view: CampaignView, job: JobView, trained: TrainingOf | None, area: TileArea, *, rows: int) -> Text:
    """Draw one job: a line on it, and its losses in what is left of the rows; where nothing is, within the line."""
    palette, name = area.palette, job.row.job
    colour = palette.accent
    if name.criterion is not None:
        colour = hue(places(view.row.plan.criteria)[name.criterion], palette)
    values = trained.losses if trained is not None else ()
    line = Text(no_wrap=True, end="")
    line.append(printable(name.criterion or str(name.kind)), f"bold {colour}")
    line.append("" if name.trial is None else f" t{name.trial}", palette.muted)
    attempt = job.attempt
    if attempt is not None and attempt.round is not None:
        line.append(f"  round {attempt.round}", palette.text)
    if attempt is not None and attempt.doing == "training":
        epochs = brief_epoch(attempt.epoch, attempt.epochs or 0, is_open_ended=job.is_open_ended)
        line.append(f"  epoch {epochs}", palette.text)
    elif attempt is not None:
        line.append(f"  {held(attempt) or printable(attempt.activity)}", palette.text)
    ends = f"{values[0]:.3f} → {values[-1]:.3f}" if values else "no loss yet"
    ends = ends.replace("→", "->") if area.is_ascii else ends
    planned = max(len(values), (attempt.epochs if attempt is not None and not job.is_open_ended else 0) or 0)
    if rows < 2:
        room = area.columns - line.cell_len - len(ends) - 4
        sparks = sparkline(shortened(values, room), is_ascii=area.is_ascii) if values and room > 0 else ""
        line.append(f"  {sparks}", colour).append(f"  {ends}", palette.muted)
        line.truncate(area.columns)
        return line
    line.append(" " * max(2, area.columns - line.cell_len - len(ends))).append(ends, palette.muted)
    line.truncate(area.columns)
    begin, end = "epoch 1 ", f" {planned}"
    has_axis = rows >= WITH_AXIS and planned > 1 and len(begin + end) < area.columns
    high = rows - 1 - has_axis
    for row in falling(values, planned, columns=area.columns, rows=high, is_ascii=area.is_ascii):
        line.append("\n").append(row, colour)
    if has_axis:
        rule = ("-" if area.is_ascii else "┈") * (area.columns - len(begin) - len(end))
        line.append("\n").append(begin, palette.muted).append(rule, blend(palette.muted, palette.background, 0.4))
        line.append(end, palette.muted)
    return line


def _idle(view: CampaignView, area: TileArea) -> Text:
    """Say why nothing is at work, and what to do about it."""
    palette, reasons = (
        area.palette,
        Counter(job.reason for job in view.jobs if job.row.state is JobState.WAITING and job.reason and not _asks(job)),
    )
    lines = []
    for job in filter(_asks, view.jobs):
        request = job.row.request
        share = 0.0 if request is None or not request.asked else request.answered / request.asked
        line = Text(f"{printable(job.row.job.id)} ", f"bold {palette.accent}", end="")
        lines.append(line.append(printable(waiting(job.reason)), palette.warning))
        bar = progress(share, max(10, min(40, area.columns - 16)), palette, is_ascii=area.is_ascii)
        lines.append(bar.append("  L labels them", palette.text))
    for reason, count in reasons.items():
        line = Text(f"{plural(count, 'job')}  ", palette.muted, end="")
        lines.append(line.append(printable(waiting(reason)), palette.warning))
    lines = lines or [Text(_next(view), palette.text)]
    for line in lines:
        line.truncate(area.columns, overflow="ellipsis")
    return Text("\n", no_wrap=True, end="").join(lines[: max(1, area.rows)])


def _asks(job: JobView) -> bool:
    """Return whether a job waits for people."""
    request = job.row.request
    return request is not None and request.answered < request.asked


def _until(view: CampaignView, palette: Palette) -> tuple[str, Text]:
    """Return what the first point waits for, as a name and a fact."""
    for job in filter(_asks, view.jobs):
        return "waits for", Text(f"{printable(job.reason.removeprefix('waits for '))}; L labels them", palette.warning)
    if view.state is not CampaignState.RUNNING:
        return "", Text(_next(view), palette.muted)
    seconds = view.seconds_to_first
    soon = "" if seconds is None else f"in about {age(seconds)}, "
    return "", Text(f"{soon}when a baseline is done", palette.text if soon else palette.muted)


def _loss_now(view: CampaignView, palette: Palette) -> Text:
    """Return how far the baselines that are trained have come; empty where none is."""
    trained = [job for job in running(view) if job.row.job.kind is JobKind.BASELINE]
    tries = [(job, job.attempt) for job in trained if job.attempt is not None and job.attempt.loss is not None]
    told = [
        f"{attempt.loss:.4f} at {epoch_of(attempt.epoch, attempt.epochs or 0, is_open_ended=job.is_open_ended)}"
        f" of {job.row.job.id}"
        for job, attempt in tries
    ]
    return Text(", ".join(told), palette.text)


def _next(view: CampaignView) -> str:
    if held := held_up(view):
        return printable(held)
    if view.state is CampaignState.LABELLING:
        return "Waiting for labels. Press L to label."
    if view.state is CampaignState.NEW:
        return "Not started. Press S to start."
    if view.state is CampaignState.RUNNING:
        return "Starting a worker."
    return f"The campaign is {view.standing}." + ("" if view.state is CampaignState.DONE else " Press S to resume.")


def events(lines: Sequence[FeedLine], area: TileArea) -> Text:
    """Draw what happened last, the newest at the bottom; what is longer than a line goes on below its first words."""
    drawn: list[Text] = []
    for entry in reversed(lines):
        words = f"{entry.job or ''} {'; '.join(entry.text.splitlines())}".strip()
        parts = folded(printable(words), max(10, area.columns - INDENT))
        if drawn and len(drawn) + len(parts) > area.rows:
            break
        stamp = time.strftime("%H:%M:%S", time.localtime(entry.at))
        tone = area.palette.warning if entry.is_warning else area.palette.text
        heads = [stamp, *[""] * (len(parts) - 1)]
        drawn[:0] = [
            Text(f"{head:<{INDENT}}", area.palette.muted, end="").append(part, tone)
            for head, part in zip(heads, parts, strict=True)
        ]
    return Text("\n", no_wrap=True, end="").join(drawn[: area.rows] or [Text("nothing yet", area.palette.muted)])


def plan(view: CampaignView, area: TileArea) -> Text:
    """Draw what a campaign is going to do, and how far it is from its first point."""
    palette, protocol, width = area.palette, view.row.plan, area.columns
    kinds = [sum(job.row.job.kind is kind for job in view.jobs) for kind in (JobKind.BASELINE, JobKind.ARM)]
    arrow = " -> " if area.is_ascii else " → "
    budgets = [str(protocol.schedule.labelled(number)) for number in protocol.schedule.rounds]
    if len(arrow.join(budgets)) > width - 24:
        budgets = [budgets[0], budgets[1], "…", budgets[-1]] if len(budgets) > 3 else budgets
    begun = [job.progress for job in view.jobs if job.row.job.kind is JobKind.BASELINE]
    left = "" if view.seconds_left is None else f"{age(view.seconds_left)} for all of it"
    facts: list[tuple[str, Text]] = [
        ("first point", progress(max(begun, default=0.0), max(14, min(40, width - 13)), palette,
                                 is_ascii=area.is_ascii)),
        _until(view, palette),
        ("loss", _loss_now(view, palette)),
        ("images", Text(f"{arrow.join(budgets)} of {protocol.train_images}", palette.text)),
        ("criteria", Text(printable(", ".join(protocol.criteria)), palette.text)),
        ("trials", Text(str(protocol.trials), palette.text)),
        ("models", Text(f"{protocol.models}: {'1 full, ' if protocol.has_full else ''}{plural(kinds[0], 'baseline')}, "
                        f"{plural(kinds[1], 'arm')}", palette.text)),
        ("time left", Text(left, palette.text)),
    ]  # fmt: skip
    lines = [Text(f"{name:<13}", palette.muted, end="") + value for name, value in facts if value.plain]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    return Text("\n", no_wrap=True, end="").join(lines[: area.rows])
