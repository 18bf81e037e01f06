"""Answers that may be mistakes: one list of them, each asked once more of whoever looks at it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.core.answers import Answer
from campaigns.core.labels import LabelledImage, taken_back
from campaigns.core.recheck import (
    Again,
    Doubt,
    SelfKappa,
    Suspicion,
    asked_again,
    doubts,
    rechecked,
    repetitions,
    self_kappa,
)
from campaigns.errors import NotNow
from campaigns.home.answers import read_answers
from campaigns.services.labelling.foresight import picked_batches
from campaigns.services.labelling.label import Heard, Spoken, answer, user
from campaigns.services.labelling.requests import LabellingProgress, WantedImage, progress_of, wanted_again, wanted_by
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RecheckList:
    """What one person is asked about once more, because it may be a mistake."""

    progress: LabellingProgress
    images: tuple[WantedImage, ...]
    """In the order in which they are asked: what a model contradicts most comes first."""
    was: Mapping[str, LabelledImage]
    """What each is labelled as; to be shown behind the answer."""
    causes: Mapping[Suspicion, int]
    """How many there are of each."""


@dataclass(frozen=True, slots=True)
class ChangedLabel:
    """A label that became another one; as words: yes, no, unsure, disputed, unknown, skipped."""

    name: str
    """Of the class."""
    was: str
    now: str


def recheck_list(subject: Subject, by: str) -> RecheckList:
    """Return what a person is asked about once more; what they have been asked about once more is not in it.

    Raises:
        Damaged: the picks of a round are.
        BadData: its images are not there.
    """
    listed = [doubt for doubt in _doubts(subject, by) if subject.has_image(doubt.image)]
    return RecheckList(
        progress_of(subject),
        tuple(wanted_again(subject, doubt.image, Again.RECHECK) for doubt in listed),
        {doubt.image: doubt.was for doubt in listed},
        Counter(doubt.cause for doubt in listed),
    )


def own_rechecks(workspace: Workspace, name: str, *, by: str | None = None) -> RecheckList:
    """Return what a person is asked about once more, without a screen.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData, Damaged: as `recheck_list`; BadData also where its labels come from its data set.
    """
    return recheck_list(Subject.open(workspace, name), by or user())


def self_kappas(workspace: Workspace, name: str) -> tuple[SelfKappa, ...]:
    """Return how far every person agrees with themselves who was asked once more what they had answered.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set.
    """
    subject = Subject.open(workspace, name)
    entries = read_answers(subject.answers)
    void = taken_back(entries)
    people = {
        entry.statement.by for entry in entries if entry.number not in void and isinstance(entry.statement, Answer)
    }
    told = {by: repetitions(subject.log.own_answers(by), subject.log.labels_in) for by in sorted(people)}
    return tuple(self_kappa(by, pairs, subject.classes) for by, pairs in told.items() if pairs)


def answer_again(
    workspace: Workspace, name: str, answers: Sequence[Spoken], *, by: str | None = None
) -> tuple[Heard, Mapping[str, tuple[ChangedLabel, ...]]]:
    """Append what a person says when they are asked once more, all of it or nothing; and what it changed, by image.

    Raises:
        NoSuchName, BadData, NotNow: as `answer`; NotNow also where an image is not asked about once more.
    """
    person = by or user()
    listed = recheck_list(Subject.open(workspace, name), person)
    if strangers := [spoken.image for spoken in answers if spoken.image not in listed.was]:
        raise NotNow(
            f"{strangers[0]} is not asked about once more", hint=f"see: alwsl-tui label {name} --recheck --next"
        )
    request = Again.RECHECK.request(listed.progress.campaign.id)
    heard = answer(workspace, name, [replace(spoken, request=request) for spoken in answers], by=person)
    subject = Subject.open(workspace, name)
    images, classes = subject.labelling().images, subject.classes
    changed = {
        spoken.image: changed_labels(listed.was[spoken.image], images[spoken.image], classes) for spoken in answers
    }
    return heard, changed


def as_repeats(
    workspace: Workspace, name: str, answers: Sequence[Spoken], *, by: str | None = None, share: float
) -> tuple[Spoken, ...]:
    """Return answers of which those name that they are repeats that are due, of such a share of earlier answers.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set, or its images are not there.
    """
    if not share:
        return tuple(answers)
    wanted = wanted_by(Subject.open(workspace, name), by=by or user(), repeats=share)
    requests = {each.image: each.request for each in wanted.images if asked_again(each.request) is not None}
    return tuple(replace(spoken, request=requests.get(spoken.image, spoken.request)) for spoken in answers)


def changed_labels(was: LabelledImage, now: LabelledImage, classes: Sequence[str]) -> tuple[ChangedLabel, ...]:
    """Return which labels of an image are others than they were, in the order of the classes."""
    pairs = ((name, _label_of(was, name), _label_of(now, name)) for name in classes)
    return tuple(ChangedLabel(name, before, after) for name, before, after in pairs if before != after)


def _label_of(image: LabelledImage, name: str) -> str:
    return "skipped" if image.skips else str(image.labels.get(name, "unknown"))


def _doubts(subject: Subject, by: str) -> Sequence[Doubt]:
    own = subject.log.own_answers(by)
    shares = (entry for batch in picked_batches(subject) for entry in batch.shares.items())
    done = rechecked(own)
    listed = doubts(subject.labelling().images, shares, repetitions(own, subject.log.labels_in))
    return [doubt for doubt in listed if doubt.image not in done]
