"""All figures of a report, in its order."""

from collections.abc import Iterator

from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures import agreement, classes, curves, readings
from campaigns.reporting.figures.board import Plot, entitle, style
from campaigns.reporting.paper import Topic, of_figure


def plots(dossier: Dossier, *, has_key: bool) -> Iterator[Plot]:
    """Yield every figure that there is something to draw of.

    `has_key` is for files, which nobody else explains: they get a title and a key, on a page both stand around them.
    """
    with style():
        candidates = [
            curves.relative(dossier, has_key=has_key),
            curves.absolute(dossier, has_key=has_key),
            curves.against_random(dossier, has_key=has_key),
            *(readings.reading(dossier, at) for at in range(len(dossier.campaign.plan.reading_points))),
            agreement.votes(dossier),
            agreement.overlaps(dossier),
            agreement.correlations(dossier),
            agreement.by_round(dossier),
            curves.duel(dossier, ("ag", "vote"), "ag-vote", "AG against VOTE", has_key=has_key),
            curves.duel(dossier, ("ag", "adv"), "ag-adv", _adv(dossier), has_key=has_key),
            classes.discovery(dossier, has_key=has_key),
            classes.per_class(dossier),
        ]
        drawn = [plot for plot in candidates if plot is not None]
        if has_key:
            for plot in drawn:
                of_paper = plot.caption.partition(". ")[0] if plot.caption.startswith("Answers to ") else ""
                entitle(
                    plot.figure, plot.title, "; ".join(part for part in (of_paper.lower(), *dossier.labels) if part)
                )
    return iter(drawn)


def _adv(dossier: Dossier) -> str:
    of_paper = of_figure(dossier.campaign, Topic.ADV)
    return f"AG against ADV{f' ({of_paper})' if of_paper else ''}"
