"""Images that were answered before a class was added: nobody was asked about it there, and it is unknown.

They come in two orders taken in turn, those that a model finds likeliest and random ones: likely ones alone would
teach it that the class is common, random ones alone that it is nowhere. Test images come by chance alone, blind.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

from campaigns.core.classes import Naming
from campaigns.core.labels import LabelledImage, Labelling
from campaigns.home.labels import RoundClasses, round_classes
from campaigns.home.paths import RoundPaths
from campaigns.home.tested import read_asked
from campaigns.services.labelling.label import user
from campaigns.services.labelling.leases import Holder, lease
from campaigns.services.labelling.requests import LabellingProgress, WantedImage, progress_of
from campaigns.services.labelling.shown_classes import require_class
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Backfill:
    """What is left to be said of one class."""

    class_name: str
    progress: LabellingProgress
    count: int
    """Answered images that nobody was asked about it."""
    images: tuple[WantedImage, ...]
    """The first of them that nobody else has before them, in the order in which they should be labelled."""


def own_backfill(workspace: Workspace, name: str, class_name: str, *, by: str | None = None, most: int) -> Backfill:
    """Return what a person is asked about one class after the fact, and keep it for them for some minutes.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set, its images are not there, or it has no such class.
    """
    subject = Subject.open(workspace, name)
    while True:
        labelling = subject.labelling()
        require_class(class_name, subject.classes_by(labelling))
        images = never_asked(subject, labelling, class_name)
        if workspace.is_readonly:
            return Backfill(class_name, progress_of(subject), len(images), images)
        wanted = [each.image for each in images]
        leased = lease(workspace, subject.row.dataset, wanted, Holder.command(by or user()), most=most)
        if not leased.is_new:  # somebody may have answered, and left, after the answers were read
            own = set(leased.own)
            kept = tuple(each for each in images if each.image in own)
            return Backfill(class_name, progress_of(subject), len(images), kept)


def unasked_about(subject: Subject, labelling: Labelling) -> Mapping[str, int]:
    """Return of how many answered images nobody has said anything of a class, for the classes that were added.

    Those of which that is none are left out.
    """
    first = RoundClasses(subject.row.plan.classes, subject.split.changed).today(Naming(labelling.changes))
    added = [name for name in subject.classes_by(labelling) if name not in first]
    counts = {name: count_unasked(labelling, name) for name in added}
    return {name: count for name, count in counts.items() if count}


def count_unasked(labelling: Labelling, class_name: str) -> int:
    """Return of how many answered images nobody has said anything of a class."""
    return sum(_is_unasked(image, class_name) for image in labelling.images.values())


def never_asked(subject: Subject, labelling: Labelling, class_name: str) -> tuple[WantedImage, ...]:
    """Return answered images that nobody has said anything of a class about, in the order they should be labelled.

    Raises:
        BadData: the images of the campaign are not there.
    """
    tests, places = set(subject.test_order), set(subject.images)
    images = [
        image for image, labelled in labelling.images.items() if image in places and _is_unasked(labelled, class_name)
    ]
    shares = _shares(subject, labelling, class_name)
    return tuple(
        WantedImage(image, subject.path(image), None, image in tests, None, None)
        for image in in_two_orders(images, {image: share for image, share in shares.items() if image not in tests})
    )


def in_two_orders(images: Iterable[str], shares: Mapping[str, float]) -> Sequence[str]:
    """Return images in two orders taken in turn: the likeliest of those that have a share, and all by chance.

    Chance is a hash of the name: it is the same for everybody and at every moment.
    """
    by_chance = sorted(images, key=lambda image: hashlib.sha256(f"backfill\0{image}".encode()).digest())
    known = set(by_chance)
    likeliest = sorted(known & shares.keys(), key=lambda image: (-shares[image], image))
    turns = chain.from_iterable(zip_longest(likeliest, by_chance))
    return list(dict.fromkeys(image for image in turns if image is not None))


def _is_unasked(labelled: LabelledImage, class_name: str) -> bool:
    return labelled.is_answered and not labelled.skips and class_name not in labelled.labels


def _shares(subject: Subject, labelling: Labelling, class_name: str) -> Mapping[str, float]:
    """Return how likely the newest model that knows a class finds it on images that it trained on without it."""
    naming = Naming(labelling.changes)
    for files in _rounds(subject):
        known = round_classes(files.labels) if files.done.exists() else None
        classes = () if known is None else known.today(naming)
        if class_name not in classes or (asked := read_asked(files.tested)) is None:
            continue
        rows, logits = asked
        ids = subject.dataset.train.ids
        values = logits[:, classes.index(class_name)].tolist()
        return {ids[row]: value for row, value in zip(rows.tolist(), values, strict=True)}
    return {}


def _rounds(subject: Subject) -> Iterator[RoundPaths]:
    """Yield the rounds of the leading criterion's arms, the newest first."""
    plan = subject.row.plan
    arms = [job for job in plan.jobs if job.criterion == plan.leading]
    for number in reversed(plan.schedule.rounds):
        for job in arms:
            yield subject.paths.job(job.id).round(number)
