"""Which campaigns of a list a person wants to see, and in which order."""

import re
from collections.abc import Callable, Mapping, Sequence

from campaigns.core.states import CampaignState, JobState
from campaigns.errors import UsageError, nearest
from campaigns.services.station.list import CampaignLine

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
_ASKED = re.compile(r"([^:<>=]+)([:<>=]+)(.*)")
"""What asks for something by name, well or badly."""
_BEGUN = re.compile(r"map[<>](\d*\.?)?")
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
        if mistake := _mistake(word):
            raise UsageError(mistake[0], hint=mistake[1])


def hint_while_typing(wanted: str) -> str:
    """Return what is wrong with a filter, and what was meant; empty while its last word can still become right."""
    words = wanted.casefold().split()
    is_open = bool(words) and not wanted[-1].isspace()
    for at, word in enumerate(words):
        mistake = _mistake(word)
        if mistake is not None and not (is_open and at == len(words) - 1 and _can_become(word)):
            return ": ".join(mistake)
    return ""


def _mistake(word: str) -> tuple[str, str] | None:
    """Return what is wrong with a word and what would be right; None where nothing is."""
    bare = word.lstrip("-")
    asked = _ASKED.fullmatch(bare)
    limit = _LIMIT.fullmatch(bare)
    if limit is not None and 0 < float(limit[2]) <= 1:
        return f"mAP is in per cent here, and {word!r} is not", f"as in: map{limit[1]}{100 * float(limit[2]):g}"
    if asked is None or limit is not None:
        return None
    key, sign, value = asked.groups()
    if key == "map":
        return f"{word!r} compares with no number", "as in: map>80"
    if key not in _OF:
        return f"no filter is called {key!r}", nearest(key, [*_OF, "map"])
    if sign != ":":
        return f"{key!r} is no number to compare with", f"as in: {key}:{value or _STATES[0]}"
    if not value:
        return f"{word!r} asks for nothing", f"as in: {key}:{_STATES[0] if key == 'state' else 'NAME'}"
    if key == "state" and not any(value in state for state in _STATES):
        return f"no campaign is ever {value!r}", nearest(value, _STATES)
    return None


def _can_become(word: str) -> bool:
    """Return whether a word that is wrong is the beginning of one that is right."""
    bare = word.lstrip("-")
    return bare.removesuffix(":") in _OF or _BEGUN.fullmatch(bare) is not None


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
