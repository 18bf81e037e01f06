"""What people said in two homes becomes one: a line that both have is there once. Pure.

Whatever comes first, labels are the same: `resolve` of `a` and what it lacks of `b` is `resolve` of `b` and what it
lacks of `a`, since a line means others by what they are and counts by its time, not by its place. That holds of
answers of one moment only where they are not of one person and image.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace

from campaigns.core.answers import Answer, AnswerLine, Import, Statement, TakesBack


def missing_from(here: Iterable[AnswerLine], other: Iterable[AnswerLine]) -> tuple[AnswerLine, ...]:
    """Return the lines of `other` that `here` lacks, in their order, numbered on behind the last one of `here`.

    A line that takes another one back takes back the same one under its number of here. An import announces as many
    answers as come with it. Asked again with these lines behind `here`, nothing is missing.
    """
    here, other = _ordered(here), _ordered(other)
    identities = _Identities()
    known = {identity: number for number, identity in identities.of(here).items()}
    there = identities.of(other)
    missing = [entry for entry in other if there[entry.number] not in known]
    first = here[-1].number + 1 if here else 1
    known |= {there[entry.number]: number for number, entry in enumerate(missing, first)}
    numbers = {number: known[identity] for number, identity in there.items()}
    places = [entry.number for entry in missing]

    def carried(entry: AnswerLine) -> Statement:
        match statement := entry.statement:
            case TakesBack(line=line):
                # What takes back a line behind it, or none, says nothing; so does what takes back itself.
                is_void = line >= entry.number or line not in numbers
                return replace(statement, line=numbers[entry.number if is_void else line])
            case Import(images=images):
                following = bisect_right(places, entry.number + images) - bisect_right(places, entry.number)
                return replace(statement, images=following)
            case _:
                return statement

    return tuple(AnswerLine(numbers[entry.number], carried(entry)) for entry in missing)


def _ordered(entries: Iterable[AnswerLine]) -> Sequence[AnswerLine]:
    """Return lines in the order of their numbers, each once, as `resolve` takes them."""
    lines = {entry.number: entry for entry in entries}
    return [lines[number] for number in sorted(lines)]


class _Identities:
    """What makes a line of one list the same as a line of another, as a number."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, entries: Sequence[AnswerLine]) -> Mapping[int, int]:
        """Return the identity of every line by its number. Of equal lines, the second is the other list's second."""
        identities: dict[int, int] = {}
        times: Counter[Hashable] = Counter()
        for entry in entries:
            what = _what(entry, identities)
            times[what] += 1
            identities[entry.number] = self._known.setdefault((what, times[what]), len(self._known))
        return identities


def _what(entry: AnswerLine, identities: Mapping[int, int]) -> Hashable:
    """Return what a line says, whatever numbers lines have; `identities` are those of the lines before it."""
    match statement := entry.statement:
        case Answer() as answer:
            return (
                answer.at, answer.by, answer.image, answer.mark, frozenset(answer.says.items()), answer.is_rest_no,
                answer.skip, answer.seconds, answer.via, answer.request, answer.is_blind, answer.classes,
            )  # fmt: skip
        case TakesBack(at, by, line):
            return (at, by, identities.get(line))
        case Import():
            return replace(statement, images=0)
        case _:
            return statement
