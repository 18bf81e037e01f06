"""Learning curves as text, drawn by plotext; a pure function of a result."""

import plotext

from campaigns.reporting.series import Result

MARKS = ("●", "▲", "■", "◆", "○", "△", "□", "◇", "✚", "✖")
COLOURS = (33, 208, 36, 162, 250, 220, 74, 130, 99, 40)
"""Of 256: hues that stay apart for colour-blind eyes; the marks tell curves apart without them."""


def curves(found: Result, *, width: int, height: int, is_coloured: bool) -> str:
    """Mean over trials against labelled images, one mark a criterion; relative to the full model where there is one."""
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, height)
    for at, curve in enumerate(found.curves):
        if not curve.points:
            continue
        x = [point.labelled for point in curve.points]
        y = [found.relative(point.mean) or 100 * point.mean for point in curve.points]
        mark, colour = MARKS[at % len(MARKS)], COLOURS[at % len(COLOURS)]
        plotext.plot(x, y, marker="braille", color=colour)
        plotext.scatter(x, y, marker=mark, color=colour, label=f" {curve.criterion}")
    plotext.xlabel("labelled images")
    plotext.ylabel("% of the full model" if found.full else "mAP, %")
    plotext.xticks(sorted({point.labelled for curve in found.curves for point in curve.points}))
    drawn: str = plotext.build()
    return drawn if is_coloured else plotext.uncolorize(drawn)
