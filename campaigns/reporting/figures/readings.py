"""The paper's Figures 2 to 13: where every criterion stands at a reading point, and how far from random."""

from matplotlib.axes import Axes

from campaigns.core.text import printable
from campaigns.reporting.claims import LEVELS, budget_of
from campaigns.reporting.colours import LIGHT
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures.board import Pen, Plot, abreast, answers, colour, count, dot, pen, plain_axes, signed
from campaigns.reporting.figures.curves import describe_point, placed, trials_range
from campaigns.reporting.paper import of_reading
from campaigns.reporting.series import Point
from campaigns.reporting.standings import RANDOM
from campaigns.reporting.statistics import student_mean

Row = tuple[int, str, Point]
"""Place and name of a criterion, and where it stands."""


def reading(dossier: Dossier, place: int) -> Plot | None:
    """Draw bars at the reading point at a position; None before anything is measured there."""
    plan, full = dossier.campaign.plan, dossier.result.full
    budget = plan.reading_points[place]
    rows: list[Row] = [
        (at, curve.criterion, point)
        for at, curve in placed(dossier)
        for point in curve.points
        if point.labelled == budget
    ]
    if not rows:
        return None
    rows.sort(key=lambda row: row[2].mean)  # drawn from the bottom: the best one ends at the top
    word = plan.yardstick.title
    scale, unit = (100 / full, f"{word}, % of full supervision") if full else (100.0, f"{word}, %")
    is_wide = abreast(2) == 2
    board = pen(f"reading-{budget}", height=(1 if is_wide else 2) * (1.1 + 0.3 * len(rows)))
    if is_wide:
        bars, gaps = board.figure.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    else:
        bars, gaps = board.figure.subplots(2, 1, sharey=True)
    _bars(board, bars, rows, dossier, scale)
    plain_axes(bars, x=unit)
    is_claimed = _border(bars, dossier, budget) if full else False
    bars.set_xlim(left=0)
    _gaps(board, gaps, rows, dossier)
    plain_axes(gaps, x=f"points of {word} above random")
    share = f"{100 * budget / max(1, plan.train_images):.1f} % of the training images"
    title = f"{f'Relative {word}' if full else word} with {budget} images ({share})"
    trials = trials_range([len(point.trials) for _, _, point in rows])
    border = "; the dotted line is what the paper claims of AG" if is_claimed else ""
    caption = (
        f"{answers(of_reading(dossier.campaign, place))}Bars: mean over {trials}, with every trial as a "
        f"dot and one standard deviation as a line; they begin at 0{border}. Points: differences from random in the "
        "same trial, mean and Student's 95 % interval: one that crosses the line tells nothing."
    )
    return Plot(board.key, title, caption, board.figure, tuple(board.marks))


def _bars(board: Pen, axes: Axes, rows: list[Row], dossier: Dossier, scale: float) -> None:
    for y, (at, name, point) in enumerate(rows):
        mean = scale * point.mean
        (bar,) = axes.barh([y], [mean], height=0.62, color=colour(at), alpha=0.32)
        board.note(bar, describe_point(name, point, dossier.result), series=at)
        if point.sd is not None:
            axes.plot([mean - scale * point.sd, mean + scale * point.sd], [y, y], color=colour(at), linewidth=1.4)
        values = [scale * value for value in point.trials]
        axes.plot(values, [y] * len(values), linestyle="none", marker="o", markersize=2.2, color=colour(at), alpha=0.75)
        axes.annotate(
            f"{mean:.1f}", (0, y), xytext=(4, 0), textcoords="offset points", va="center_baseline",
            color=LIGHT.text,
        )  # fmt: skip
    axes.set_yticks(range(len(rows)), [printable(name) for _, name, _ in rows])
    axes.tick_params(axis="y", length=0, labelcolor=LIGHT.text)
    axes.grid(visible=False, axis="y")


def _border(axes: Axes, dossier: Dossier, budget: int) -> bool:
    """Draw the level that the paper says AG reaches here; return False where it says none."""
    for share, border in LEVELS:
        if budget_of(dossier.campaign.plan, share) == budget:
            axes.plot([border + 1], [0], alpha=0)  # room for the line, which by itself asks for none
            axes.axvline(border, color=LIGHT.text, linewidth=1.0, linestyle=":")
            axes.annotate(
                f"{border:g}", (border, 1), xycoords=("data", "axes fraction"), xytext=(0, 2),
                textcoords="offset points", ha="center", va="bottom", color=LIGHT.muted,
            )  # fmt: skip
            return True
    return False


def _gaps(board: Pen, axes: Axes, rows: list[Row], dossier: Dossier) -> None:
    rival = next((point for _, name, point in rows if name == RANDOM), None)
    axes.axvline(0, color=LIGHT.text, linewidth=1.0)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    if rival is None:
        axes.set_title("random is not in this campaign", color=LIGHT.muted)
        return
    theirs = dict(zip(rival.numbers, rival.trials, strict=True))
    for y, (at, name, point) in enumerate(rows):
        gaps = [
            100 * (value - theirs[number])
            for number, value in zip(point.numbers, point.trials, strict=True)
            if number in theirs
        ]
        if name == RANDOM or not gaps:
            continue
        mean, interval = sum(gaps) / len(gaps), student_mean(gaps)
        if interval is not None:
            axes.plot([interval.low, interval.high], [y, y], color=colour(at), linewidth=1.6)
        (mark,) = axes.plot([mean], [y], linestyle="none", **dot(at))
        spread = "" if interval is None else f", 95 % from {signed(interval.low)} to {signed(interval.high)}"
        text = f"{name}: {signed(mean)} points against random{spread} ({count(len(gaps), 'trial')})"
        board.note(mark, text, series=at)
