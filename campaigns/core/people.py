"""What each person said for themselves: their own labels, and what of theirs is taken back next. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from campaigns.core.answers import Answer, AnswerLine, Import
from campaigns.core.labels import Labelling, resolve, taken_back


def labelling_by_person(entries: Iterable[AnswerLine]) -> Mapping[str, Labelling]:
    """Return what the answers of each person come to, as if nobody else had answered."""
    shared: list[AnswerLine] = []
    own: defaultdict[str, list[AnswerLine]] = defaultdict(list)
    for entry in entries:
        if isinstance(entry.statement, Answer):
            own[entry.statement.by].append(entry)
        else:
            shared.append(entry)
    return {by: resolve([*shared, *answers]) for by, answers in own.items()}


def last_of_person(entries: Sequence[AnswerLine], by: str) -> AnswerLine | None:
    """Return what a person takes back next: their last answer that counts, or the import of theirs that it came with.

    None when nothing of theirs counts. `entries` are in the order of their numbers; what is last is so by time.
    """
    void = taken_back(entries)
    last: AnswerLine | None = None
    block: AnswerLine | None = None
    end = 0
    for entry in entries:
        statement = entry.statement
        if isinstance(statement, Import):
            block, end = entry, entry.number + statement.images
        if entry.number in void or statement.by != by or not isinstance(statement, Answer | Import):
            continue
        is_inside = block is not None and block.statement.by == by and entry.number <= end
        own = block if is_inside and block is not None else entry
        if last is None or own.when >= last.when:
            last = own
    return last
