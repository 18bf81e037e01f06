"""How far the criteria agree: votes, overlap, rank correlation, round by round."""

from collections.abc import Callable, Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from campaigns.core.text import printable
from campaigns.reporting.colours import LIGHT, shade
from campaigns.reporting.dossier import Dossier, MeanAgreement
from campaigns.reporting.figures.board import (
    NARROW,
    WIDTH,
    Pen,
    Plot,
    abreast,
    answers,
    colour,
    count,
    pen,
    plain_axes,
    ticks_at,
)
from campaigns.reporting.paper import Topic, of_figure

Table = Sequence[Sequence[float]]
Reading = Callable[[float], tuple[float, str]]
"""Of a cell: how dark it is, in [-1, 1], and what it says."""


def drawn_rounds(dossier: Dossier) -> tuple[MeanAgreement, ...]:
    """Return the rounds that are drawn: those of the leading criterion's arms."""
    return tuple(mean for mean in dossier.agreed if mean.criterion == dossier.campaign.plan.leading)


def votes(dossier: Dossier) -> Plot | None:
    """Draw Figures 14 and 15: of the images that any criterion wants, how many want each."""
    rounds = drawn_rounds(dossier)
    if not rounds:
        return None
    board = pen("votes", height=3.2)
    axes = board.figure.subplots()
    width = 0.84 / len(rounds)
    for at, mean in enumerate(rounds):
        share = (at + 1) / len(rounds)
        for place, value in enumerate(mean.votes):
            x = place + 1 + (at - (len(rounds) - 1) / 2) * width
            tint = LIGHT.heat[shade(0.3 + 0.65 * share)]
            (bar,) = axes.bar([x], [100 * value], width=0.9 * width, color=tint)
            spread = "" if mean.votes_sd is None else f" ± {100 * mean.votes_sd[place]:.1f}"
            text = f"round {mean.round} ({mean.labelled} labelled): {100 * value:.1f}{spread} % of the images have "
            board.note(bar, f"{text}{count(place + 1, 'vote')} ({count(mean.trials, 'trial')})")
    axes.axhline(50, color=LIGHT.muted, linewidth=0.9, linestyle=":")
    axes.grid(visible=False, axis="x")
    axes.set_xticks(range(1, len(rounds[0].votes) + 1))
    plain_axes(axes, x=f"votes, out of {len(rounds[0].names)} criteria", y="% of the images that any wants")
    caption = (
        f"{answers(of_figure(dossier.campaign, Topic.VOTES))}Of all images that one or more of "
        f"{', '.join(map(printable, rounds[0].names))} hold among their first n: how many hold each. A bar a round, "
        f"the earliest lightest (rounds {rounds[0].round} to {rounds[-1].round} of {printable(rounds[0].criterion)}); "
        f"means over {count(max(mean.trials for mean in rounds), 'trial')}. The dotted line is one half."
    )
    return Plot(board.key, "Vote distribution", caption, board.figure, tuple(board.marks))


def overlaps(dossier: Dossier) -> Plot | None:
    """Draw what two criteria have in common in each round."""
    return _squares(
        dossier,
        "overlap",
        "Overlap of the criteria, by round",
        "Share of their first n images that two criteria have in common, in per cent",
        [mean.overlap for mean in drawn_rounds(dossier)],
        lambda value: (value, f"{100 * value:.0f}"),
    )


def correlations(dossier: Dossier) -> Plot | None:
    """Draw how alike two criteria order what they want, in each round."""
    return _squares(
        dossier,
        "kendall",
        "Rank correlation of the criteria, by round",
        "Kendall's tau-b, times 100, over the images that one or both of two criteria hold among their first n: from "
        "−100, opposite orders, in brown, to 100",
        [mean.kendall for mean in drawn_rounds(dossier)],
        lambda value: (value, f"{round(100 * value)}".replace("-", "−")),
    )


def _squares(
    dossier: Dossier, key: str, title: str, what: str, tables: Sequence[Table], reading: Reading
) -> Plot | None:
    rounds = drawn_rounds(dossier)
    if not rounds:
        return None
    columns = abreast(min(3, len(rounds)))
    lines = -(-len(rounds) // columns)
    # A table is square: names and title come to its height.
    board = pen(key, width=WIDTH if columns > 1 else NARROW, height=0.1 + (2.75 if columns > 1 else 3.45) * lines)
    grid = board.figure.subplots(lines, columns, squeeze=False)
    panels = [axes for row in grid for axes in row]
    for axes in panels[len(rounds) :]:
        axes.set_axis_off()
    for mean, table, axes in zip(rounds, tables, panels, strict=False):
        _square(board, axes, mean, table, reading)
    caption = (
        f"{what}. Rounds of {printable(rounds[0].criterion)}, each with its labelled images; means over "
        f"{count(max(mean.trials for mean in rounds), 'trial')}. The darker, the more alike."
    )
    return Plot(board.key, title, caption, board.figure, tuple(board.marks))


def _square(board: Pen, axes: Axes, mean: MeanAgreement, table: Table, reading: Reading) -> None:
    size = len(mean.names)
    for y, row in enumerate(table):
        for x, value in enumerate(row):
            place, text = reading(value)
            square = cell(axes, (x, y), place, text if x != y else "")
            if x != y:
                board.note(
                    square,
                    f"round {mean.round}: {mean.names[y]} and {mean.names[x]}: {text}",
                )
    axes.set_xlim(-0.5, size - 0.5)
    axes.set_ylim(size - 0.5, -0.5)
    axes.set_aspect("equal")
    names = [printable(name) for name in mean.names]
    axes.set_xticks(range(size), names, rotation=90)
    axes.set_yticks(range(size), names)
    axes.tick_params(length=0)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.set_title(f"round {mean.round}, {mean.labelled} images")


def cell(axes: Axes, at: tuple[float, float], share: float, text: str) -> Rectangle:
    """Draw a square of a heat map with what it says: of another hue where `share`, in [-1, 1], is below 0."""
    ramp, inks = (LIGHT.heat, LIGHT.heat_ink) if share >= 0 else (LIGHT.cold, LIGHT.cold_ink)
    step = shade(abs(share))
    x, y = at
    square = Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=ramp[step], edgecolor=LIGHT.paper, linewidth=0.8)
    axes.add_artist(square)
    drawn: list[Artist] = [square]
    if text:
        drawn.append(axes.text(x, y, text, ha="center", va="center", color=inks[step]))
    for artist in drawn:
        artist.set_in_layout(False)  # it lies within its axes: looking at a thousand of them takes seconds
    return square


def by_round(dossier: Dossier) -> Plot | None:
    """Draw means over all pairs of criteria, as the rounds go on."""
    rounds = drawn_rounds(dossier)
    if len(rounds) < 2:
        return None
    board = pen("agreement-by-round", width=4.8, height=3.4)
    axes = board.figure.subplots()
    for place, (name, tables) in enumerate(
        (
            ("overlap (share of n)", [mean.overlap for mean in rounds]),
            ("tau-b", [mean.kendall for mean in rounds]),
        )
    ):
        ys = [_off_diagonal(table) for table in tables]
        axes.plot([mean.labelled for mean in rounds], ys, color=colour(place), label=name)
        for mean, y in zip(rounds, ys, strict=True):
            (mark,) = axes.plot([mean.labelled], [y], linestyle="none", marker="os"[place], color=colour(place))
            board.note(mark, f"{mean.labelled} images, {name}: {y:.3f}")
    axes.axhline(0, color=LIGHT.muted, linewidth=0.9)
    board.figure.legend(loc="outside lower center", ncols=2)
    ticks_at(axes, [mean.labelled for mean in rounds])
    plain_axes(axes, x="labelled images", y="mean over all pairs")
    caption = f"Means over all pairs of the criteria and over {count(max(mean.trials for mean in rounds), 'trial')}."
    title = "Agreement as the rounds go on"
    return Plot(board.key, title, caption, board.figure, tuple(board.marks), is_wide=False)


def _off_diagonal(square: Sequence[Sequence[float]]) -> float:
    pairs = [value for at, row in enumerate(square) for value in row[at + 1 :]]
    return sum(pairs) / len(pairs) if pairs else 0.0
