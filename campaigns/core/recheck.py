"""Answers that are asked for once more: those that may be mistakes, and a share of all, to see who repeats themselves.

Pure. An answer to such a question names a request of its own; it is an answer like any other, and the last word counts.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from campaigns.core.answers import Answer, AnswerLine, Channel
from campaigns.core.foresight import Shares
from campaigns.core.kappa import ClassKappa, cohen
from campaigns.core.labels import Label, LabelledImage

SURE = 0.9
"""How far a label lies from a model's probability that contradicts it; both in [0, 1]."""
_SIGNS = {Label.YES: 1.0, Label.NO: 0.0}


class Again(StrEnum):
    """Why an answer was asked for once more."""

    REPEAT = "repeat"
    """It is one of a share that was drawn."""
    RECHECK = "recheck"
    """It may be a mistake."""

    def request(self, campaign: str) -> str:
        """Return the request that such an answer names."""
        return f"{campaign}/{self.value}"


class Suspicion(StrEnum):
    """Why an answer may be a mistake."""

    CONTRADICTED = "contradicted"
    """The model that picked the image, which had not trained on it, was sure of the opposite."""
    DISPUTED = "disputed"
    """Two people disagree."""
    UNREPEATED = "unrepeated"
    """The person who is asked said something else the second time."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An image whose labels may be wrong."""

    image: str
    cause: Suspicion
    class_name: str
    """The class that is most in doubt."""
    was: LabelledImage
    """What it is labelled as."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """What one person said of one image, and what they said when they were asked once more."""

    image: str
    first: LabelledImage
    second: LabelledImage


@dataclass(frozen=True, slots=True)
class SelfKappa:
    """How far a person agrees with themselves."""

    person: str
    classes: tuple[ClassKappa, ...]


LabelsOf = Callable[[Sequence[AnswerLine]], LabelledImage]
"""What some answers about one image come to."""


def asked_again(request: str | None) -> Again | None:
    """Return why an answer that names this request was asked for once more; None where it was not."""
    last = None if request is None else request.rpartition("/")[2]
    return Again(last) if last in set(Again) else None


def repeats_due(own: Sequence[AnswerLine], waiting: Collection[str], share: float) -> tuple[str, ...]:
    """Return the images, a share in [0, 1] of those that a person answered, that they have not been asked again yet.

    `own` are the person's answers in the order of time. What requests in `waiting` asked for is not due: nobody is
    asked the same twice within a request. The share is drawn by a hash of the image.
    """
    due: dict[str, None] = {}
    for entry in own:
        answer = entry.statement
        if not isinstance(answer, Answer):
            continue
        if asked_again(answer.request) is not None or answer.request in waiting:
            due.pop(answer.image, None)
        elif _is_whole(answer) and _place(answer.image) < share:
            due[answer.image] = None
    repeated = {entry.statement.image for entry in own if _again(entry) is Again.REPEAT}  # type: ignore[union-attr]
    return tuple(image for image in due if image not in repeated)


def mixed(open_ones: Sequence[str], asked: Sequence[str], again: Iterable[str]) -> tuple[str, ...]:
    """Return open images with those that are asked again among them, each at a place of its own in all that is asked.

    The place does not move while images are answered; behind the last open one come those whose place is past.
    """
    at = {image: place for place, image in enumerate(asked)}
    places = [(float(at.get(image, len(asked))), image) for image in open_ones]
    places += [(_place(f"{image}\0place") * len(asked), image) for image in again]
    return tuple(image for _, image in sorted(places, key=lambda entry: entry[0]))


def repetitions(own: Sequence[AnswerLine], labels_of: LabelsOf) -> tuple[Repetition, ...]:
    """Return what a person said twice, by their answers in the order of time."""
    before: dict[str, list[AnswerLine]] = {}
    pairs: list[Repetition] = []
    for entry in own:
        answer = entry.statement
        if not isinstance(answer, Answer):
            continue
        earlier = before.setdefault(answer.image, [])
        if _again(entry) is Again.REPEAT and earlier:
            pairs.append(Repetition(answer.image, labels_of(earlier), labels_of([entry])))
        earlier.append(entry)
    return tuple(pairs)


def rechecked(own: Iterable[AnswerLine]) -> frozenset[str]:
    """Return the images of which a person's last answer was given to a recheck; `own` is in the order of time."""
    lasts = {entry.statement.image: _again(entry) for entry in own if isinstance(entry.statement, Answer)}
    return frozenset(image for image, again in lasts.items() if again is Again.RECHECK)


def doubts(
    images: Mapping[str, LabelledImage], shares: Iterable[tuple[str, Shares]], repeated: Iterable[Repetition]
) -> tuple[Doubt, ...]:
    """Return the images whose labels may be wrong, each once: what a model contradicts most comes first.

    `shares` are probabilities of models that had not trained on the image. Behind it come disputes, then what a person
    did not repeat. Images that were set aside are in no doubt.
    """
    contradicted: dict[str, tuple[float, str]] = {}
    for image, by_class in shares:
        labelled = images.get(image)
        if labelled is not None and not labelled.skips and (worst := _contradiction(labelled, by_class)) is not None:
            contradicted[image] = max(worst, contradicted.get(image, worst))
    ordered = sorted(contradicted.items(), key=lambda entry: (-entry[1][0], entry[0]))
    listed = {image: Doubt(image, Suspicion.CONTRADICTED, name, images[image]) for image, (_, name) in ordered}
    for image, labelled in images.items():
        disputed = [name for name, label in labelled.labels.items() if label is Label.DISPUTED]
        if disputed and not labelled.skips:
            listed.setdefault(image, Doubt(image, Suspicion.DISPUTED, disputed[0], labelled))
    for pair in repeated:
        labelled = images.get(pair.image)
        if labelled is not None and not labelled.skips and (others := _differing(pair)):
            listed.setdefault(pair.image, Doubt(pair.image, Suspicion.UNREPEATED, others[0], labelled))
    return tuple(listed.values())


def self_kappa(person: str, repeated: Sequence[Repetition], classes: Sequence[str]) -> SelfKappa:
    """Return how often a person said the same of each class when they were asked once more."""
    return SelfKappa(person, tuple(_own_kappa(name, repeated) for name in classes))


def _own_kappa(name: str, repeated: Sequence[Repetition]) -> ClassKappa:
    pairs = [
        (first is Label.YES, second is Label.YES)
        for pair in repeated
        if (first := pair.first.labels.get(name)) in _SIGNS and (second := pair.second.labels.get(name)) in _SIGNS
    ]
    return ClassKappa(name, len(pairs), sum(a == b for a, b in pairs), cohen(pairs))


def _contradiction(labelled: LabelledImage, shares: Shares) -> tuple[float, str] | None:
    """Return the largest gap between a label and the model, and its class; None where none is a contradiction."""
    gaps = [
        (abs(_SIGNS[label] - shares[name]), name)
        for name, label in labelled.labels.items()
        if label in _SIGNS and name in shares
    ]
    worst = max(gaps, default=(0.0, ""))
    return worst if worst[0] > SURE else None


def _differing(pair: Repetition) -> list[str]:
    first, second = pair.first.labels, pair.second.labels
    return [name for name in first if {first[name], second.get(name)} == {Label.YES, Label.NO}]


def _again(entry: AnswerLine) -> Again | None:
    return asked_again(entry.statement.request) if isinstance(entry.statement, Answer) else None


def _is_whole(answer: Answer) -> bool:
    """Return whether a person looked at the image as a whole and said something of it."""
    is_looked_at = answer.via not in (Channel.IMPORT, Channel.SHEET)
    return is_looked_at and answer.skip is None and bool(answer.says or answer.is_rest_no)


def _place(text: str) -> float:
    """Return a number in [0, 1) that a text alone decides."""
    return int.from_bytes(hashlib.sha256(f"again\0{text}".encode()).digest()[:8]) / 2**64
