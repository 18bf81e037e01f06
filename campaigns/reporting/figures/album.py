"""All figures of a report, in its order."""

from collections.abc import Iterator

from campaigns.core.paper import Topic
from campaigns.reporting.dossier import Dossier
from campaigns.reporting.figures import agreement, classes, curves, readings
from campaigns.reporting.figures.board import Plot, style
from campaigns.reporting.paper import of_figure


def plots(dossier: Dossier, *, has_key: bool) -> Iterator[Plot]:
    """Every figure that there is something to draw of; `has_key` for paper, where nothing else says what is what."""
    with style():
        found = [
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
    return (one for one in found if one is not None)


def _adv(dossier: Dossier) -> str:
    of_paper = of_figure(dossier.campaign, Topic.ADV)
    return f"AG against ADV{f' ({of_paper})' if of_paper else ''}"
