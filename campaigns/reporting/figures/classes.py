"""Class by class: average precision, and positives found against labelled images."""

from collections import defaultdict
from statistics import fmean, stdev

from matplotlib.axes import Axes

from campaigns.core.text import printable
from campaigns.reporting.colours import LIGHT, places
from campaigns.reporting.dossier import ClassPoint, Discovery, Dossier
from campaigns.reporting.figures.agreement import cell
from campaigns.reporting.figures.board import (
    WIDTH,
    Pen,
    Plot,
    abreast,
    colour,
    count,
    dashes,
    dot,
    key_of,
    pen,
    plain_axes,
    ticks_at,
)

RARE = 4
"""One in so many classes counts as rare: those with the fewest positives."""


def per_class(dossier: Dossier) -> Plot | None:
    """Average precision of every class and criterion at the last budget that all criteria have reached."""
    points = last_points(dossier)
    if not points:
        return None
    means = [dict(zip(point.classes, point.means, strict=True)) for point in points]
    sds = [dict(zip(point.classes, point.sds, strict=True)) for point in points]
    classes = dict.fromkeys(name for values in means for name in values)
    known = [name for name in classes if any(values.get(name) is not None for values in means)]
    if not known:  # people label tests as they go, and there may be too few yet
        return None
    known.sort(key=lambda name: -fmean(values.get(name) or 0.0 for values in means))
    board = pen("per-class", height=1.0 + 0.2 * len(known), width=min(WIDTH, 2.2 + 0.52 * len(points)))
    axes, each = board.figure.subplots(), dossier.campaign.plan.yardstick.each
    for y, name in enumerate(known):
        for x, point in enumerate(points):
            ap, sd = means[x].get(name), sds[x].get(name)
            if ap is None:
                continue
            square = cell(axes, (x, y), ap, f"{100 * ap:.0f}")
            spread = "" if sd is None else f" ± {100 * sd:.1f}"
            trials = count(len(point.trials), "trial")
            text = f"{name}, {point.criterion}: {each} {100 * ap:.1f}{spread} % ({trials})"
            board.note(square, text)
    _frame(axes, [point.criterion for point in points], known)
    title = f"{dossier.campaign.plan.yardstick.by_class} with {points[0].labelled} images"
    trials = count(max(len(point.trials) for point in points), "trial")
    caption = f"Per cent; means over {trials}; the class that is found best at the top."
    return Plot(board.key, title, caption, board.figure, tuple(board.marks))


def last_points(dossier: Dossier) -> list[ClassPoint]:
    """Return every criterion at the last budget that all of those that have begun have reached."""
    reached: dict[str, dict[int, ClassPoint]] = defaultdict(dict)
    for point in dossier.classes:
        reached[point.criterion][point.labelled] = point
    shared = set.intersection(*(set(points) for points in reached.values())) if reached else set()
    return [points[max(shared)] for points in reached.values()] if shared else []


def _frame(axes: Axes, columns: list[str], rows: list[str]) -> None:
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xticks(range(len(columns)), map(printable, columns), rotation=90 if abreast(2) == 1 else 0)
    axes.set_yticks(range(len(rows)), map(_short, rows))
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelcolor=LIGHT.text)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)


def _short(name: str) -> str:
    text = printable(name)
    return text if len(text) <= 24 else f"{text[:23]}…"


def discovery(dossier: Dossier, *, has_key: bool) -> Plot | None:
    """Draw the positives found, of all classes and of the rare ones, against labelled images."""
    discovered = dossier.discovery
    if discovered is None or not discovered.rows or not sum(discovered.totals):
        return None
    rare = rare_classes(discovered)
    columns = abreast(2)
    board = pen("discovery", height=3.9 if columns == 2 else 6.0)
    panels = board.figure.subplots(2 // columns, columns).flat
    everything = list(range(len(discovered.totals)))
    entries = tuple((at, name) for name, at in places(dossier.criteria).items() if _has(discovered, name))
    for axes, which in zip(panels, (everything, rare), strict=True):
        for at, name in entries:
            _line(board, axes, discovered, at, name, which)
        # What labels drawn blindly would bring: the share of positives is that of images.
        last = max(row.labelled for row in discovered.rows)
        expected = sum(discovered.totals[c] for c in which) * last / max(1, discovered.images)
        axes.plot([0, last], [0, expected], color=LIGHT.muted, linewidth=0.9, linestyle=":")
        plain_axes(axes, x="labelled images")
        ticks_at(axes, [row.labelled for row in discovered.rows], panels=2)
        axes.set_xlim(left=0)
    panels[0].set_ylabel("positives found")
    panels[0].set_title("all classes")
    panels[1].set_title(f"the {count(len(rare), 'rarest class') if len(rare) == 1 else f'{len(rare)} rarest classes'}")
    if has_key:
        key_of(board.figure, entries)
    names = ", ".join(_short(dossier.campaign.plan.classes[at]) for at in rare[:8])
    caption = (
        f"Positive labels among the labelled images; means over trials. The second panel: those of {names}"
        f"{' and others' if len(rare) > 8 else ''}. Dotted: what drawing blindly brings on average."
    )
    title = "Class discovery: positives found"
    return Plot(board.key, title, caption, board.figure, tuple(board.marks), entries)


def rare_classes(discovered: Discovery) -> list[int]:
    """Return the quarter with the fewest positives of the classes that have any; the rarest first."""
    there = sorted((total, at) for at, total in enumerate(discovered.totals) if total)
    return [at for _, at in there[: max(1, len(there) // RARE)]]


def _has(discovered: Discovery, name: str) -> bool:
    return any(row.criterion == name for row in discovered.rows)


def _line(board: Pen, axes: Axes, discovered: Discovery, at: int, name: str, which: list[int]) -> None:
    by_budget: dict[int, list[int]] = defaultdict(list)
    for row in discovered.rows:
        if row.criterion == name:
            by_budget[row.labelled].append(sum(row.positives[c] for c in which))
    xs = sorted(by_budget)
    means = [fmean(by_budget[x]) for x in xs]
    (line,) = axes.plot(xs, means, color=colour(at), linestyle=dashes(at))
    board.note(line, series=at, kind="line")
    for x, mean in zip(xs, means, strict=True):
        values = by_budget[x]
        (mark,) = axes.plot([x], [mean], linestyle="none", **dot(at))
        spread = f" ± {stdev(values):.1f}" if len(values) > 1 else ""
        text = f"{name}: {x} images hold {mean:.1f}{spread} positives ({count(len(values), 'trial')})"
        board.note(mark, text, series=at)
