"""What answers come to: labels. A person's last word counts, and people may disagree. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from campaigns.core.answers import Answer, AnswerLine, ClassChange, Import, Opinion, RequestClosing, TakesBack


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

    @property
    def is_known(self) -> bool:
        """True when it can be trained on: it was not skipped, and there is a class of which yes or no is known."""
        return not self.skips and any(label in (Label.YES, Label.NO) for label in self.labels.values())


@dataclass(frozen=True, slots=True)
class Labelling:
    """Everything that answers come to."""

    images: Mapping[str, LabelledImage]
    """By id: those that somebody has answered about."""
    closed: frozenset[str]
    """Requests that were closed."""
    added: tuple[str, ...]
    """Classes that were added, by the names of today, in order."""
    renamed: Mapping[str, str]
    """From every name that a class had to the one it has."""
    retired: frozenset[str]
    """Classes that are asked about no more, by their last names."""
    last: int
    """Number of the last line; 0 when nobody has said anything."""


def resolve(entries: Iterable[AnswerLine]) -> Labelling:
    """Return what lines of answers come to; a line that is there twice counts once.

    Answers of different images may change places; what one person says of one image counts in the order of numbers.
    """
    lines = {entry.number: entry for entry in entries}
    ordered = [lines[number] for number in sorted(lines)]
    void = taken_back(ordered)
    standing = [entry for entry in ordered if entry.number not in void]
    changes = [entry.statement for entry in standing if isinstance(entry.statement, ClassChange)]
    renamed, retired = _names_of(changes)
    words = _Words(renamed)
    for entry in standing:
        if isinstance(entry.statement, Answer):
            words.hear(entry.number, entry.statement)
    return Labelling(
        images=words.images(),
        closed=frozenset(e.statement.request for e in standing if isinstance(e.statement, RequestClosing)),
        added=tuple(dict.fromkeys(renamed.get(c.adds, c.adds) for c in changes if c.adds is not None)),
        renamed=renamed,
        retired=retired,
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
            void.update(range(statement.line, statement.line + imports.get(statement.line, 0) + 1))
    return void


def _names_of(changes: list[ClassChange]) -> tuple[dict[str, str], frozenset[str]]:
    """Return the name that every renamed class has today, and the classes that went."""
    renamed: dict[str, str] = {}
    retired: set[str] = set()
    for change in changes:
        if change.renames is not None:
            old, new = change.renames
            renamed = {name: new if now == old else now for name, now in renamed.items()} | {old: new}
            renamed.pop(new, None)  # it took back a name that it once had
            retired = {new if name == old else name for name in retired}
        if change.retires is not None:
            retired.add(renamed.get(change.retires, change.retires))
        if change.adds is not None:
            retired.discard(change.adds)
            renamed.pop(change.adds, None)
    return renamed, frozenset(retired)


class _Words:
    """The last word of each person on each image and class."""

    def __init__(self, renamed: Mapping[str, str]) -> None:
        self._renamed = renamed
        self._opinions: dict[str, dict[str, dict[str, Opinion]]] = {}
        self._skips: dict[str, dict[str, str | None]] = {}
        self._marks: dict[str, tuple[str | None, int]] = {}

    def hear(self, number: int, answer: Answer) -> None:
        """Let an answer be its person's last word on what it speaks of."""
        self._skips.setdefault(answer.image, {})[answer.by] = answer.skip
        self._marks[answer.image] = (answer.mark, number)
        own = self._opinions.setdefault(answer.image, {}).setdefault(answer.by, {})
        if answer.skip is not None:
            return
        opinions = dict.fromkeys(answer.classes, Opinion.NO) if answer.is_rest_no else {}
        for name, opinion in (opinions | dict(answer.says)).items():
            own[self._renamed.get(name, name)] = opinion

    def images(self) -> dict[str, LabelledImage]:
        """Return what the words come to, by image."""
        return {image: self._image(image, people) for image, people in self._opinions.items()}

    def _image(self, image: str, people: Mapping[str, Mapping[str, Opinion]]) -> LabelledImage:
        by_class: dict[str, list[Opinion]] = {}
        for own in people.values():
            for name, opinion in own.items():
                by_class.setdefault(name, []).append(opinion)
        skips = self._skips[image]
        mark, last = self._marks[image]
        reasons = tuple(reason for _, reason in sorted(skips.items()) if reason is not None)
        return LabelledImage({name: _label(words) for name, words in by_class.items()}, reasons, mark, last)


def _label(words: list[Opinion]) -> Label:
    """Return what the last words of all people on one class of one image come to; who is unsure leaves it to others."""
    yes, no = words.count(Opinion.YES), words.count(Opinion.NO)
    if yes == no:
        return Label.DISPUTED if yes else Label.UNSURE
    return Label.YES if yes > no else Label.NO
