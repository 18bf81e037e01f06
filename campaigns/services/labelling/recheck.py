"""Answers that may be mistakes: one list of them, each asked once more of whoever looks at it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.core.answers import Answer
from campaigns.core.labels import LabelledImage, taken_back
from campaigns.core.recheck import Again, Cause, Doubt, SelfKappa, doubts, rechecked, repetitions, self_kappa
from campaigns.home.answers import read_answers
from campaigns.services.labelling.foresight import picked_batches
from campaigns.services.labelling.label import user
from campaigns.services.labelling.requests import LabellingProgress, WantedImage, progress_of, wanted_again
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
    causes: Mapping[Cause, int]
    """How many there are of each."""


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


def changes_of(was: LabelledImage, now: LabelledImage, classes: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    """Return the classes whose labels changed: its name, what it was, what it is; `unknown` where nothing is known."""
    before, after = (
        {name: str(each.labels.get(name, "unknown")) for name in classes}
        if not each.skips
        else dict.fromkeys(classes, "skipped")
        for each in (was, now)
    )
    return tuple((name, before[name], after[name]) for name in classes if before[name] != after[name])


def _doubts(subject: Subject, by: str) -> Sequence[Doubt]:
    own = subject.log.own_answers(by)
    shares = (entry for batch in picked_batches(subject) for entry in batch.shares.items())
    done = rechecked(own)
    listed = doubts(subject.labelling().images, shares, repetitions(own, subject.log.labels_in))
    return [doubt for doubt in listed if doubt.image not in done]
