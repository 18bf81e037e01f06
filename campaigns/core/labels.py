"""What answers come to: labels. A person's last word counts, and people may disagree. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.core.answers import Answer, AnswerLine, Channel, ClassChange, Import, Opinion, RequestClosing, TakesBack
from campaigns.core.classes import Changes, Naming


class Label(StrEnum):
    """What all words on one class of one image come to."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    """Unknown to training and to measures, and not asked again."""
    DISPUTED = "disputed"
    """Two people disagree: unknown until one of them changes their mind or a third settles it."""


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """What is known of an image that somebody has answered about."""

    labels: Mapping[str, Label] = field(default_factory=dict)
    """By class; one that is missing was never answered."""
    skips: tuple[str, ...] = ()
    """Why people set it aside, in the order of their names; empty when nobody did."""
    mark: str | None = None
    """Of the bytes that were looked at last, as of `Answer.mark`."""
    last: int = 0
    """Number of the last line that says something of it."""
    is_partial: bool = False
    """Only sheets have asked about it, and not about every class: it is still to be looked at as a whole."""

    @property
    def is_answered(self) -> bool:
        """True when somebody has looked at it and said something of it, be it that it is set aside."""
        return bool(self.skips) or (bool(self.labels) and not self.is_partial)

    @property
    def is_known(self) -> bool:
        """True when it can be trained on: it was not skipped, and there is a class of which yes or no is known."""
        return not self.skips and any(label in (Label.YES, Label.NO) for label in self.labels.values())


@dataclass(frozen=True, slots=True)
class Labelling:
    """Everything that answers come to."""

    images: Mapping[str, LabelledImage]
    """By id: those that somebody has answered about."""
    answered: int
    """How many of `images` somebody has said something of; an answer may be empty."""
    closed: frozenset[str]
    """Requests that were closed."""
    changes: Changes
    """Of the classes that are asked about, those that count."""
    last: int
    """Number of the last line; 0 when nobody has said anything."""


def resolve(entries: Iterable[AnswerLine]) -> Labelling:
    """Return what lines of answers come to; a line that is there twice counts once.

    Numbers say which line another one means and nothing of time: lines of another home may have come in later. What
    one person says of one image, and what becomes of classes, counts in the order of time, and of numbers within one
    moment. Answers of different images may change places.
    """
    lines = {entry.number: entry for entry in entries}
    ordered = [lines[number] for number in sorted(lines)]
    void = taken_back(ordered)
    standing = [entry for entry in ordered if entry.number not in void]
    changes = changes_in(standing)
    words = Words(Naming(changes))
    images = {image: words.image(answers) for image, answers in answers_by_image(standing).items()}
    return Labelling(
        images=images,
        answered=sum(image.is_answered for image in images.values()),
        closed=frozenset(e.statement.request for e in standing if isinstance(e.statement, RequestClosing)),
        changes=changes,
        last=ordered[-1].number if ordered else 0,
    )


def taken_back(entries: Sequence[AnswerLine]) -> set[int]:
    """Return the numbers of lines that count no more; `entries` are in the order of their numbers."""
    void: set[int] = set()
    imports = {e.number: e.statement.images for e in entries if isinstance(e.statement, Import)}
    # From the last line to the first: whether one takes something back depends on later ones alone.
    for entry in reversed(entries):
        statement = entry.statement
        if isinstance(statement, TakesBack) and entry.number not in void and statement.line < entry.number:
            last = min(statement.line + imports.get(statement.line, 0), entries[-1].number)
            void.update(range(statement.line, last + 1))
    return void


def answers_by_image(standing: Iterable[AnswerLine]) -> dict[str, list[AnswerLine]]:
    """Return the answers about each image, in the order in which they come."""
    answers: dict[str, list[AnswerLine]] = {}
    for entry in standing:
        if isinstance(entry.statement, Answer):
            answers.setdefault(entry.statement.image, []).append(entry)
    return answers


def changes_in(standing: Iterable[AnswerLine]) -> Changes:
    """Return the changes of classes among lines that count."""
    changes = [(entry.number, entry.statement) for entry in standing if isinstance(entry.statement, ClassChange)]
    return tuple(sorted(changes, key=lambda change: (change[1].at, change[0])))


class Words:
    """Makes labels of images out of what people said of them, by the names that classes have today."""

    def __init__(self, naming: Naming) -> None:
        self._naming = naming
        self._noes: dict[tuple[str, ...], dict[str, Label]] = {}

    def image(self, entries: Sequence[AnswerLine]) -> LabelledImage:
        """Return what answers about one image come to, in the order of their numbers; there is at least one.

        They count in the order of time.
        """
        if len(entries) == 1 and (labelled := self._plain(entries[0])) is not None:
            return labelled
        last = entries[-1].number
        entries = sorted(entries, key=lambda entry: entry.when)
        opinions: dict[str, dict[str, Opinion]] = {}
        skips: dict[str, str | None] = {}
        mark = None
        for entry in entries:
            answer = entry.statement
            assert isinstance(answer, Answer)
            mark, skips[answer.by] = answer.mark, answer.skip
            if answer.skip is None:
                opinions.setdefault(answer.by, {}).update(self._opinions(entry, answer))
        by_class: dict[str, list[Opinion]] = {}
        for own in opinions.values():
            for name, opinion in own.items():
                by_class.setdefault(name, []).append(opinion)
        reasons = tuple(reason for _, reason in sorted(skips.items()) if reason is not None)
        labels = {name: _label(words) for name, words in by_class.items()}
        is_partial = not reasons and all(map(_is_of_sheet, entries)) and not self._asked(entries) <= labels.keys()
        return LabelledImage(labels, reasons, mark, last, is_partial)

    def is_answered(self, entries: Sequence[AnswerLine]) -> bool:
        """Return whether answers about one image, at least one, come to one that is answered."""
        if len(entries) == 1:
            answer = entries[0].statement
            assert isinstance(answer, Answer)
            # It says the same as the long way, in a tenth of its time. A retired class takes what was said of it along.
            if answer.skip is not None:
                return True
            if answer.via is not Channel.SHEET and not self._naming.at(entries[0]):
                return bool(answer.says) or (answer.is_rest_no and bool(answer.classes))
        return self.image(entries).is_answered

    def _asked(self, entries: Sequence[AnswerLine]) -> set[str]:
        """Return the classes that there were when answers were given and that are still there, as they are called."""
        asked: set[str | None] = set()
        for entry in entries:
            assert isinstance(entry.statement, Answer)
            names = self._naming.at(entry)
            asked.update(names.get(name, name) for name in entry.statement.classes)
        return {name for name in asked if name is not None} - self._naming.retired

    def _plain(self, entry: AnswerLine) -> LabelledImage | None:
        """Return what an image's only answer comes to, where no class of it has another name today; else None.

        It says the same as the long way and takes a fifth of its time: most images have one answer.
        """
        answer = entry.statement
        assert isinstance(answer, Answer)
        if answer.skip is not None:
            return LabelledImage({}, (answer.skip,), answer.mark, entry.number)
        if answer.via is Channel.SHEET:
            return None
        names = self._naming.at(entry)
        if names and not names.keys().isdisjoint((*answer.classes, *answer.says)):
            return None
        labels: dict[str, Label] = {}
        if answer.is_rest_no:
            if (noes := self._noes.get(answer.classes)) is None:
                noes = self._noes[answer.classes] = dict.fromkeys(answer.classes, Label.NO)
            labels = noes.copy()
        for name, opinion in answer.says.items():
            labels[name] = _YES if opinion is _SAYS_YES else _NO if opinion is _SAYS_NO else _UNSURE
        return LabelledImage(labels, (), answer.mark, entry.number)

    def _opinions(self, entry: AnswerLine, answer: Answer) -> dict[str, Opinion]:
        """Return what an answer, which stands on that line, says by class, by today's names."""
        names = self._naming.at(entry)
        opinions = dict.fromkeys(answer.classes, Opinion.NO) if answer.is_rest_no else {}
        today = {names.get(name, name): opinion for name, opinion in (opinions | dict(answer.says)).items()}
        return {name: opinion for name, opinion in today.items() if name is not None}


_YES, _NO, _UNSURE = Label.YES, Label.NO, Label.UNSURE
_SAYS_YES, _SAYS_NO = Opinion.YES, Opinion.NO


def _is_of_sheet(entry: AnswerLine) -> bool:
    return isinstance(entry.statement, Answer) and entry.statement.via is Channel.SHEET


def _label(words: list[Opinion]) -> Label:
    """Return what the last words of all people on one class of one image come to; who is unsure leaves it to others."""
    yes, no = words.count(Opinion.YES), words.count(Opinion.NO)
    if yes == no:
        return Label.DISPUTED if yes else Label.UNSURE
    return Label.YES if yes > no else Label.NO
