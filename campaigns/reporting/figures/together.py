"""Several campaigns in one figure: a panel each, with the same colours and the same axis."""

from collections.abc import Mapping, Sequence

from campaigns.core.text import printable
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures.board import Plot, abreast, key_of, pen, plain_axes
from campaigns.reporting.figures.curves import IMAGES, budgets_on, curve_on, readings_on

COLUMNS = 2


def together(dossiers: Sequence[Dossier], places: Mapping[str, int], *, has_key: bool) -> Plot | None:
    """Draw learning curves of every campaign; relative ones where all have a full model."""
    drawn = [dossier for dossier in dossiers if dossier.standings.budgets]
    if not drawn:
        return None
    word = drawn[0].campaign.plan.yardstick.title
    is_relative = all(dossier.result.full for dossier in drawn)
    columns = abreast(min(COLUMNS, len(drawn)))
    lines = -(-len(drawn) // columns)
    board = pen("together", height=0.4 + 3.2 * lines)
    panels = [axes for row in board.figure.subplots(lines, columns, squeeze=False, sharey=True) for axes in row]
    for axes in panels[len(drawn) :]:
        axes.set_axis_off()
    for dossier, axes in zip(drawn, panels, strict=False):
        scale = 100 / dossier.result.full if is_relative and dossier.result.full else 100.0
        for curve in dossier.result.curves:
            if curve.points:
                curve_on(board, axes, dossier.result, places[curve.criterion], curve, scale=scale, has_band=False)
        readings_on(axes, dossier)
        budgets_on(axes, dossier, panels=columns)
        plain_axes(axes, x=IMAGES, title=printable(dossier.campaign.name))
    for axes in panels[::columns]:
        axes.set_ylabel(f"{word}, % of full supervision" if is_relative else f"{word}, %")
    entries = tuple((at, name) for name, at in places.items())
    if has_key:
        key_of(board.figure, entries)
    caption = "Means over trials; dotted lines are the budgets that each campaign reads its results at."
    title = f"{f'Relative {word}' if is_relative else word} against labelled images"
    return Plot(board.key, title, caption, board.figure, tuple(board.marks), entries)
