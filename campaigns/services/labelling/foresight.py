"""How far the models of a campaign foresaw what people answered: all that is known of them where nothing is tested."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from campaigns.core.classes import Naming
from campaigns.core.foresight import Foresight, Shares, foreseen
from campaigns.core.ids import Job, JobKind
from campaigns.core.labels import Labelling
from campaigns.home.labels import round_classes
from campaigns.home.paths import RoundPaths
from campaigns.home.picks import read_picks
from campaigns.home.scores import ScoredPool, has_scores, read_pool
from campaigns.oracle.requests import is_answered
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign


@dataclass(frozen=True, slots=True)
class Batch:
    """What one round of one arm picked, and what its model said of it."""

    job: Job
    number: int
    """Of the round that picked."""
    classes: tuple[str, ...]
    """Those of its model."""
    shares: Mapping[str, Shares]
    """By image, in the order of picking."""


def picked_batches(subject: Subject) -> Iterator[Batch]:
    """Yield what arms have picked by now, arm by arm, the first round first.

    Raises:
        Damaged: the picks of a round are.
    """
    for job in subject.row.plan.jobs:
        if job.kind is JobKind.ARM:
            for number in range(subject.row.plan.schedule.last):
                batch = _batch(subject, job, number)
                if batch is None:
                    break
                yield batch


def last_foresights(subject: Subject) -> tuple[Foresight, ...]:
    """Return, of every arm, how far its model foresaw the last batch that was answered to the end, or closed.

    Raises:
        Damaged: the picks of a round are.
    """
    labelling, last = subject.labelling(), subject.row.plan.schedule.last
    lasts: list[Foresight] = []
    for job in subject.row.plan.jobs:
        if job.kind is not JobKind.ARM:
            continue
        numbers = [number for number in range(last) if _round(subject, job, number).picks.exists()]
        for number in reversed(numbers):
            batch = _batch(subject, job, number)
            if batch is not None and _is_over(subject, batch, labelling):
                lasts.append(_foresight(batch, labelling))
                break
    return tuple(lasts)


def batch_foresights(workspace: Workspace, name: str) -> tuple[Foresight, ...]:
    """Return, of every arm of a campaign, how far its model foresaw the last batch, as `last_foresights`.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set.
        Damaged: the picks of a round are.
    """
    return last_foresights(Subject.open(workspace, name))


def campaign_foresights(workspace: Workspace, name: str, *, has_changes: bool = False) -> tuple[Foresight, ...]:
    """Return how far models foresaw each batch that somebody has answered of; none where nobody labels.

    With changes, also how far the predictions of each differ from those of the one before, as far as scores are kept.

    Raises:
        NoSuchName: there is no campaign of that name.
        Damaged: picks or scores of a round are.
    """
    with workspace.store() as store:
        row = get_campaign(store, name)
    paths = workspace.home.campaign(row.id)
    baselines = (job for job in row.plan.jobs if job.kind is JobKind.BASELINE)
    # Only a round that people label for keeps labels: nothing else is read of any other campaign.
    if not any(paths.job(job.id).round(0).labels.exists() for job in baselines):
        return ()
    subject = Subject.open(workspace, name)
    labelling = subject.labelling()
    told = [(batch, _foresight(batch, labelling)) for batch in picked_batches(subject)]
    return tuple(
        Foresight(
            each.job, each.round, each.images, each.asked, each.classes,
            _changed(subject, batch) if has_changes else None,
        )
        for batch, each in told
        if each.images
    )  # fmt: skip


def _is_over(subject: Subject, batch: Batch, labelling: Labelling) -> bool:
    if f"{subject.row.id}/{batch.job.id}/{batch.number + 1}" in labelling.closed:
        return any(is_answered(labelling.images.get(image)) for image in batch.shares)
    return all(is_answered(labelling.images.get(image)) for image in batch.shares)


def _foresight(batch: Batch, labelling: Labelling) -> Foresight:
    answered = sum(is_answered(labelling.images.get(image)) for image in batch.shares)
    classes = foreseen(batch.shares, labelling, batch.classes)
    return Foresight(batch.job, batch.number + 1, answered, len(batch.shares), classes)


def _batch(subject: Subject, job: Job, number: int) -> Batch | None:
    picked = read_picks(_round(subject, job, number).picks)
    if picked is None:
        return None
    classes = _classes(subject, job, number)
    shares = {pick.image: dict(zip(classes, pick.probabilities, strict=True)) for pick in picked.picks}
    return Batch(job, number, classes, shares)


def _classes(subject: Subject, job: Job, number: int) -> tuple[str, ...]:
    """Return the classes of a round's model, as they are called today; an arm begins with its baseline's."""
    asking = job.needs if number == 0 and job.needs is not None else job
    known = round_classes(_round(subject, asking, number).labels)
    return subject.row.plan.classes if known is None else known.today(Naming(subject.labelling().changes))


def _round(subject: Subject, job: Job, number: int) -> RoundPaths:
    return subject.workspace.home.campaign(subject.row.id).job(job.id).round(number)


def _changed(subject: Subject, batch: Batch) -> float | None:
    """Return the share of decisions about the pool that the model which picked a batch takes otherwise than the last.

    Of the images that were in both pools; None where scores were cleaned away, classes changed, or no model was before.
    """
    before, now = (_scores(subject, batch.job, number) for number in (batch.number - 1, batch.number))
    if before is None or now is None:
        return None
    if _classes(subject, batch.job, batch.number - 1) != batch.classes:
        return None
    _, first, second = np.intersect1d(before.rows, now.rows, assume_unique=True, return_indices=True)
    earlier, later = before.scores.take(first).logits >= 0, now.scores.take(second).logits >= 0
    return float((earlier != later).mean()) if earlier.size and earlier.shape == later.shape else None


def _scores(subject: Subject, job: Job, number: int) -> ScoredPool | None:
    """Return what a round scored; an arm begins with the scores of its baseline."""
    if number < 0:
        return None
    asking = job.needs if number == 0 and job.needs is not None else job
    paths = _round(subject, asking, number)
    return read_pool(paths) if has_scores(paths) else None
