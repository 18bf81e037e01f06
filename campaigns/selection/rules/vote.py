"""VOTE: images that more of the paper's six criteria want come first."""

from campaigns.selection.criteria import BatchCriterion
from campaigns.selection.question import Choice, Question
from campaigns.selection.rules import ARXIV
from campaigns.selection.vote import vote


def _pick(question: Question) -> Choice:
    return Choice(vote(question.lists(), question.n))


ENTRIES = (
    BatchCriterion(
        "vote", "Voting", "most lists of the paper's criteria among whose first n it is", f"{ARXIV} 5.4", _pick,
        says="vote picked it for its number of votes",
    ),
)  # fmt: skip
