"""Which images next: criteria, what AG and voting make of them, and how far they agree.

Knows: scores of a pool, rankings of its images. Imports NumPy, the standard library, `core` and `errors`. Pure: no
files, no clock, no hidden randomness. Only the list of installed criteria is looked up outside.
"""

from campaigns.selection.agnostic import AgnosticPicks, agnostic_picks, metric_agnostic
from campaigns.selection.agreement import Agreement, agreement
from campaigns.selection.criteria import CRITERIA, PAPER, BatchCriterion, Criterion
from campaigns.selection.question import Choice, Need, Question
from campaigns.selection.rankings import places
from campaigns.selection.scores import Scores
from campaigns.selection.select import select
from campaigns.selection.vote import VotePicks, vote, vote_picks

__all__ = [
    "CRITERIA",
    "PAPER",
    "AgnosticPicks",
    "Agreement",
    "BatchCriterion",
    "Choice",
    "Criterion",
    "Need",
    "Question",
    "Scores",
    "VotePicks",
    "agnostic_picks",
    "agreement",
    "metric_agnostic",
    "places",
    "select",
    "vote",
    "vote_picks",
]
