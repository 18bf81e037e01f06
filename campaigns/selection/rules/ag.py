"""AG: the lists of the paper's six criteria offer their best images in turn."""

from campaigns.selection.agnostic import agnostic_picks
from campaigns.selection.criteria import LISTS, BatchCriterion
from campaigns.selection.question import Choice, Question
from campaigns.selection.rules import ARXIV


def _pick(question: Question) -> Choice:
    picks = agnostic_picks(question.lists(), question.n, on_duplicate=question.on_duplicate)
    lists, turns, names = picks.lists.tolist(), picks.turns.tolist(), question.names or LISTS[question.scores.link]
    return Choice(picks.images, tuple(names[at] for at in lists), tuple(turns))


ENTRIES = (
    BatchCriterion(
        "ag", "Metric-agnostic", "the lists of the paper's criteria offer images in turn", f"{ARXIV} 3.2", _pick,
    ),
)  # fmt: skip
