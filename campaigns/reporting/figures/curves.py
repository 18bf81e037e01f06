"""Learning curves: relative, absolute, and against random trial by trial; two or three criteria by themselves."""

from collections.abc import Sequence
from statistics import fmean, stdev

from matplotlib.axes import Axes

from campaigns.core.percent import spread
from campaigns.core.text import printable
from campaigns.reporting.colours import LIGHT, places
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures.board import (
    Pen,
    Plot,
    colour,
    count,
    dashes,
    dot,
    key_of,
    pen,
    plain_axes,
    signed,
    ticks_at,
)
from campaigns.reporting.paper import is_of_paper
from campaigns.reporting.series import Curve, Point, Result
from campaigns.reporting.standings import RANDOM, values_at

IMAGES = "labelled images"


def relative(dossier: Dossier, *, has_key: bool) -> Plot | None:
    """Per cent of the fully supervised model; None without one."""
    full = dossier.result.full
    if not full:
        return None
    word = dossier.campaign.plan.yardstick.title
    title, unit = f"Relative {word} against labelled images", f"{word}, % of full supervision"
    return _curves(dossier, "curves-relative", title, 100 / full, unit, has_key=has_key)


def absolute(dossier: Dossier, *, has_key: bool) -> Plot | None:
    """Mean average precision itself, or what else models are measured by."""
    word = dossier.campaign.plan.yardstick.title
    title = f"{word} against labelled images"
    return _curves(dossier, "curves-absolute", title, 100.0, f"{word}, %", has_key=has_key)


def duel(dossier: Dossier, names: Sequence[str], key: str, title: str, *, has_key: bool) -> Plot | None:
    """Draw only some criteria, where the campaign has all of them."""
    if not set(names) <= set(dossier.criteria):
        return None
    full = dossier.result.full
    word = dossier.campaign.plan.yardstick.title
    scale, unit = (100 / full, f"{word}, % of full supervision") if full else (100.0, f"{word}, %")
    return _curves(dossier, key, title, scale, unit, has_key=has_key, only=names, is_wide=False)


def _curves(
    dossier: Dossier,
    key: str,
    title: str,
    scale: float,
    unit: str,
    *,
    has_key: bool,
    only: Sequence[str] = (),
    is_wide: bool = True,
) -> Plot | None:
    drawn = [(at, curve) for at, curve in placed(dossier) if curve.points and (not only or curve.criterion in only)]
    if not drawn:
        return None
    board = pen(key, height=4.2 if is_wide else 3.4, **({} if is_wide else {"width": 4.8}))
    axes = board.figure.subplots()
    for at, curve in drawn:
        has_band = not has_key or bool(only) or curve.criterion in leaders(dossier)
        curve_on(board, axes, dossier.result, at, curve, scale=scale, has_band=has_band)
    readings_on(axes, dossier)
    budgets_on(axes, dossier)
    plain_axes(axes, x=IMAGES, y=unit)
    entries = tuple((at, curve.criterion) for at, curve in drawn)
    if has_key:
        key_of(board.figure, entries)
    banded = [curve.criterion for _, curve in drawn if curve.criterion in leaders(dossier)]
    whose = "" if only or not banded else f", of {' and '.join(map(printable, banded))}"
    trials = trials_said([curve for _, curve in drawn])
    caption = f"Mean over trials ({trials}); the band is one standard deviation{whose}. "
    if dossier.campaign.plan.reading_points:
        caption += f"Dotted lines: {_dotted(dossier)}. "
    caption += "The first point is the baseline, which all criteria of a trial share."
    return Plot(board.key, title, caption, board.figure, tuple(board.marks), entries, is_wide)


def _dotted(dossier: Dossier) -> str:
    """Say whose reading points they are."""
    if not is_of_paper(dossier.campaign):
        return "the budgets that the recipe reports"
    which = "the shares of the images" if dossier.is_shrunk else "the budgets"
    return f"{which} at which the paper reads its results"


def leaders(dossier: Dossier) -> set[str]:
    """Whose spread is drawn where there are many curves: ten bands on each other are a blur."""
    return {dossier.campaign.plan.leading, RANDOM}


def placed(dossier: Dossier) -> list[tuple[int, Curve]]:
    """Return every curve with the place of its criterion among colours and marks."""
    of = places(dossier.criteria)
    return [(of[curve.criterion], curve) for curve in dossier.result.curves]


def curve_on(board: Pen, axes: Axes, result: Result, at: int, curve: Curve, *, scale: float, has_band: bool) -> None:
    """Draw one curve, with its spread or without; `at` is the place of its criterion, which gives it its colour."""
    xs = [point.labelled for point in curve.points]
    means = [scale * point.mean for point in curve.points]
    spreads = [scale * (point.sd or 0.0) for point in curve.points]
    if any(spreads) and has_band:
        low, high = ([m + sign * s for m, s in zip(means, spreads, strict=True)] for sign in (-1, 1))
        band = axes.fill_between(xs, low, high, color=colour(at), alpha=0.16, linewidth=0)
        board.note(band, series=at, kind="band")
    (line,) = axes.plot(xs, means, color=colour(at), linestyle=dashes(at))
    board.note(line, series=at, kind="line")
    for x, y, point in zip(xs, means, curve.points, strict=True):
        (mark,) = axes.plot([x], [y], linestyle="none", **dot(at))
        board.note(mark, describe_point(curve.criterion, point, result), series=at)


def describe_point(criterion: str, point: Point, result: Result) -> str:
    """Describe a point of a curve in words."""
    share = result.relative(point.mean)
    relative_ = "" if share is None else f", {share:.1f} % of full supervision"
    return (
        f"{criterion}: {point.labelled} images, {result.yardstick.title} {spread(point.mean, point.sd)} %{relative_} "
        f"({count(len(point.trials), 'trial')})"
    )


def trials_said(curves: Sequence[Curve]) -> str:
    """Say how many trials the points of some curves are over."""
    return trials_range([len(point.trials) for curve in curves for point in curve.points])


def trials_range(counts: Sequence[int]) -> str:
    """`10 trials`, or `3 to 10 trials` where they differ."""
    low, high = min(counts), max(counts)
    return count(low, "trial") if low == high else f"{low} to {high} trials"


def readings_on(axes: Axes, dossier: Dossier) -> None:
    """Draw a line at every budget that the paper reads; its share of the training images above it."""
    plan = dossier.campaign.plan
    for budget in plan.reading_points:
        axes.axvline(budget, color=LIGHT.muted, linewidth=0.9, linestyle=":", zorder=1)
        axes.annotate(
            f"{100 * budget / max(1, plan.train_images):.0f} %", (budget, 1.0), xycoords=("data", "axes fraction"),
            xytext=(-3, -2), textcoords="offset points", ha="right", va="top", color=LIGHT.muted,
        )  # fmt: skip


def budgets_on(axes: Axes, dossier: Dossier, *, panels: int = 1) -> None:
    """Let the axis be as long as the campaign's plan, with ticks at its budgets."""
    plan = dossier.campaign.plan
    low, high = plan.schedule.initial, plan.schedule.budget
    margin = 0.03 * max(1, high - low)
    axes.set_xlim(low - margin, high + margin)
    ticks_at(axes, plan.schedule.budgets, first=plan.reading_points, panels=panels)


def against_random(dossier: Dossier, *, has_key: bool) -> Plot | None:
    """Draw paired differences from random, budget by budget: what the learning curves have in common is gone."""
    curves = {curve.criterion: (at, curve) for at, curve in placed(dossier)}
    if RANDOM not in curves or len(curves) < 2:
        return None
    board = pen("curves-against-random", height=4.2)
    axes = board.figure.subplots()
    axes.axhline(0.0, color=LIGHT.text, linewidth=1.0)
    entries = []
    for name, (at, curve) in curves.items():
        if name != RANDOM and _difference(board, axes, at, curve, curves[RANDOM][1]):
            entries.append((at, name))
    if not entries:
        return None
    readings_on(axes, dossier)
    budgets_on(axes, dossier)
    word = dossier.campaign.plan.yardstick.title
    plain_axes(axes, x=IMAGES, y=f"points of {word} above random")
    if has_key:
        key_of(board.figure, entries)
    caption = (
        f"Mean of the differences from random in the same trial, in points of {word} (1 = 0.01); the bars are one "
        "standard error of that mean. Above the line: better than random."
    )
    title = "What each criterion gains over random"
    return Plot(board.key, title, caption, board.figure, tuple(board.marks), tuple(entries))


def _difference(board: Pen, axes: Axes, at: int, curve: Curve, rival: Curve) -> bool:
    points = []
    for point in curve.points:
        mine, theirs = values_at(curve, point.labelled), values_at(rival, point.labelled)
        if both := sorted(mine.keys() & theirs.keys()):
            points.append((point.labelled, [100 * (mine[trial] - theirs[trial]) for trial in both]))
    if len(points) < 2:
        return False
    xs, means = [x for x, _ in points], [fmean(values) for _, values in points]
    (line,) = axes.plot(xs, means, color=colour(at), linestyle=dashes(at))
    board.note(line, series=at, kind="line")
    for (x, values), mean in zip(points, means, strict=True):
        error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
        if error:
            (bar,) = axes.plot([x, x], [mean - error, mean + error], color=colour(at), linewidth=1.0, alpha=0.7)
            board.note(bar, series=at, kind="line")
        (mark,) = axes.plot([x], [mean], linestyle="none", **dot(at))
        text = f"{curve.criterion}: {x} images, {signed(mean)} points against random"
        board.note(mark, f"{text}, standard error {error:.1f} ({count(len(values), 'trial')})", series=at)
    return True
