"""Which campaigns of a list a person wants to see, and in which order."""

import re
from collections.abc import Callable, Mapping, Sequence

from campaigns.core.states import CampaignState, JobState
from campaigns.errors import UsageError, nearest
from campaigns.services.monitor.list import CampaignLine

_URGENCY = {"failed": 0, "running": 1, "pausing": 1, "cancelling": 1, "paused": 2, "new": 3, "cancelled": 4, "done": 5}
_OF: Mapping[str, Callable[[CampaignLine], str]] = {
    "name": lambda line: line.row.name,
    "state": lambda line: line.standing,
    "data": lambda line: line.row.dataset,
    "model": lambda line: line.row.model,
    "best": lambda line: "" if line.best is None else line.best.criterion,
    "recipe": lambda line: line.row.recipe,
}
"""What a filter may ask for by name, as in `state:running`."""
_ORDERS: Mapping[str, Callable[[CampaignLine], tuple[object, ...]]] = {
    "newest": lambda line: (-line.row.created,),
    "name": lambda line: (line.row.name,),
    "state": lambda line: (_URGENCY.get(line.state, 9), -line.row.created),
    "progress": lambda line: (-line.progress, -line.row.created),
    "best": lambda line: (-(line.best.mean if line.best else -1.0), line.row.name),
    "left": lambda line: (line.seconds_left is None, line.seconds_left or 0.0, line.row.name),
}
_STATES = tuple(str(state) for state in (*CampaignState, JobState.WAITING))
ORDERS = tuple(_ORDERS)
"""Names of the orders; the first one is what a person gets."""
_LIMIT = re.compile(r"map([<>])(\d*\.?\d+)", re.IGNORECASE)


def sifted(lines: Sequence[CampaignLine], wanted: str, *, order: str = "newest") -> list[CampaignLine]:
    """Return the lines that every word of `wanted` fits, in one of `ORDERS`.

    A word fits a name, data set, model, state or leading criterion that contains it, whatever its case; `state:done`
    asks one of them; `map>80` compares the leading mean mAP, in per cent; a dash in front turns a word round.
    """
    words = wanted.casefold().split()
    fitting = [line for line in lines if all(_fits(line, word) for word in words)]
    return sorted(fitting, key=_ORDERS[order])


def require_words(wanted: str) -> None:
    """Raise UsageError if a filter asks for something that no campaign could have: a misspelt key, state or number."""
    for word in wanted.casefold().split():
        bare = word.lstrip("-")
        key, colon, value = bare.partition(":")
        if colon and key not in _OF:
            raise UsageError(f"no filter is called {key!r}", hint=nearest(key, list(_OF)))
        if colon and key == "state" and not any(value in state for state in _STATES):
            raise UsageError(f"no campaign is ever {value!r}", hint=nearest(value, _STATES))
        if bare.startswith(("map>", "map<")) and _LIMIT.fullmatch(bare) is None:
            raise UsageError(f"{word!r} compares with no number", hint="as in: map>80")
        limit = _LIMIT.fullmatch(bare)
        if limit is not None and 0 < float(limit[2]) <= 1:
            share, sign = float(limit[2]), limit[1]
            raise UsageError(f"mAP is in per cent here, and {word!r} is not", hint=f"as in: map{sign}{100 * share:g}")


def _fits(line: CampaignLine, word: str) -> bool:
    if word.startswith("-") and len(word) > 1:
        return not _fits(line, word[1:])
    limit = _LIMIT.fullmatch(word)
    if limit is not None:
        return line.best is not None and (100 * line.best.mean > float(limit[2])) is (limit[1] == ">")
    key, colon, value = word.partition(":")
    if colon and key in _OF:
        return value in _OF[key](line).casefold()
    return any(word in text(line).casefold() for text in _OF.values())
