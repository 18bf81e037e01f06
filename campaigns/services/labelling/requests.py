"""What a campaign asks people for next, and how far they are."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from campaigns.core.classes import Naming
from campaigns.core.ids import JobKind
from campaigns.core.labels import Labelling
from campaigns.core.recheck import Again, mixed, repeats_due
from campaigns.home.labels import round_classes
from campaigns.home.paths import RoundPaths
from campaigns.home.picks import Pick, PickedRound, read_picks
from campaigns.oracle.requests import Request, is_answered, standing
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow


@dataclass(frozen=True, slots=True)
class WantedImage:
    """An image that nobody has answered about yet."""

    image: str
    path: Path | None
    """None when it is drawn rather than stored."""
    request: str | None
    """The first request that asks for it; an answer names it. None where only a class is asked about after the fact."""
    is_test: bool
    """It is set aside for testing: nobody is shown what a model says of it."""
    criterion: str | None
    """Whose pick it is; None for a test image and for one of the initial set."""
    pick: Pick | None
    """Why it was picked; None likewise."""
    n: int = 0
    """How many images each criterion would have sent then, of a pool of so many."""
    pool: int = 0
    place: int = 0
    """Among the picks of that round, from 1; 0 without a pick."""
    maps: Path | None = None
    """Where that round kept class maps of its first picks."""
    classes: tuple[str, ...] = field(default=(), compare=False)
    """Those that the pick's probabilities and the class maps are of, as they are called today."""

    def shares(self, classes: Sequence[str]) -> tuple[float | None, ...]:
        """Return the model's probability of each class, in [0, 1]; None of one that it does not know."""
        known = {} if self.pick is None else dict(zip(self.classes, self.pick.probabilities, strict=True))
        return tuple(known.get(name) for name in classes)

    def map_of(self, class_name: str) -> int | None:
        """Return the place of a class among its class maps; None where that model does not know it."""
        return self.classes.index(class_name) if class_name in self.classes else None


@dataclass(frozen=True, slots=True)
class LabellingProgress:
    """How far people are with what a campaign waits for."""

    campaign: CampaignRow
    classes: tuple[str, ...]
    round: int | None
    """Of the request that is furthest back; None when nothing is waited for."""
    answered: int
    """Of all images that are asked for now."""
    asked: int
    labelled: int
    """Training images with an answer, in all."""
    budget: int
    tested: int
    """Test images with an answer, in all."""
    tests: int
    """Test images in all."""


@dataclass(frozen=True, slots=True)
class WantedImages:
    """What is to be labelled now."""

    progress: LabellingProgress
    images: tuple[WantedImage, ...]
    """Those without an answer, in the order in which they should be labelled; the same image once."""
    line: int
    """Number of the last line of answers that was read; 0 when there is none."""


def next_images(workspace: Workspace, name: str) -> WantedImages:
    """Return what a campaign asks people for next, each image with its why.

    Raises:
        NoSuchName: there is no campaign of that name.
        BadData: its labels come from its data set, or its images are not there.
    """
    return wanted_by(Subject.open(workspace, name))


def wanted_by(subject: Subject, *, by: str = "", overlap: float = 0, repeats: float = 0) -> WantedImages:
    """Return what a campaign that is open already asks people for next.

    With an overlap also what others have answered of that share of the images and `by` has not; with repeats, among
    them, also that share of what `by` answered of earlier requests.

    Raises:
        BadData: its images are not there.
    """
    labelling, requests = subject.labelling(), subject.requests()
    own = subject.log.answered_by(by) if overlap else frozenset()

    def is_open(image: str) -> bool:
        return not is_answered(labelling.images.get(image)) or (is_shared(image, overlap) and image not in own)

    unanswered: dict[str, WantedImage] = {}
    for request in requests:
        if not standing(request, labelling).is_complete:
            for wanted in _images(subject, request, labelling, is_open):
                unanswered.setdefault(wanted.image, wanted)
    images = tuple(unanswered.values())
    if repeats:
        waiting = [request for request in requests if not standing(request, labelling).is_complete]
        images = with_repeats(subject, images, waiting, by=by, share=repeats)
    return WantedImages(_progress(subject, requests, labelling), images, labelling.last)


def with_repeats(
    subject: Subject, images: Sequence[WantedImage], waiting: Sequence[Request], *, by: str, share: float
) -> tuple[WantedImage, ...]:
    """Return images that are asked for, and among them those that `by` is asked about once more."""
    due = repeats_due(subject.log.own_answers(by), {request.id for request in waiting}, share)
    wanted = {each.image: each for each in images}
    again = [image for image in due if image not in wanted and subject.has_image(image)]
    wanted |= {image: wanted_again(subject, image, Again.REPEAT) for image in again}
    asked = dict.fromkeys([image for request in waiting for image in request.everything])
    return tuple(wanted[image] for image in mixed([each.image for each in images], list(asked), again))


def wanted_again(subject: Subject, image: str, why: Again) -> WantedImage:
    """Return an image that is asked about once more, blind.

    Raises:
        BadData: the data set has no such image.
    """
    is_test = image in subject.test_order
    return WantedImage(image, subject.path(image), why.request(subject.row.id), is_test, None, None)


def wanted_about(
    subject: Subject, requests: Sequence[Request], labelling: Labelling, class_name: str
) -> list[WantedImage]:
    """Return the images of requests of which nothing was said about a class; those that have an answer come first."""

    def is_open(image: str) -> bool:
        labelled = labelling.images.get(image)
        return labelled is None or not (labelled.skips or class_name in labelled.labels)

    wanted: dict[str, WantedImage] = {}
    for request in requests:
        for each in _images(subject, request, labelling, is_open):
            wanted.setdefault(each.image, each)
    return sorted(wanted.values(), key=lambda each: not is_answered(labelling.images.get(each.image)))


def progress_of(subject: Subject) -> LabellingProgress:
    """Return how far people are; the images themselves are not looked at."""
    return _progress(subject, subject.requests(), subject.labelling())


def is_shared(image: str, share: float) -> bool:
    """Return whether an image is among those that several people label, by a hash of its id."""
    return int.from_bytes(hashlib.sha256(image.encode()).digest()[:8]) < share * 2**64


def _images(
    subject: Subject, request: Request, labelling: Labelling, is_open: Callable[[str], bool]
) -> list[WantedImage]:
    picked = _picked(subject, request)
    classes = () if picked is None else _classes(subject, request, labelling)
    places = {} if picked is None else {pick.image: place for place, pick in enumerate(picked.picks, 1)}
    tests = set(request.tests)

    def wanted(image: str) -> WantedImage:
        path, place = subject.path(image), places.get(image, 0)
        if image in tests or picked is None or not place:
            return WantedImage(image, path, request.id, image in tests, None, None)
        return WantedImage(
            image, path, request.id, False, request.job.criterion, picked.picks[place - 1], picked.n, picked.pool,
            place, _round(subject, request).maps, classes,
        )  # fmt: skip

    return [wanted(image) for image in request.everything if is_open(image)]


def _picked(subject: Subject, request: Request) -> PickedRound | None:
    return read_picks(_round(subject, request).picks) if request.job.kind is JobKind.ARM else None


def _round(subject: Subject, request: Request) -> RoundPaths:
    """Return where the round lies that picked what is asked for."""
    return subject.paths.job(request.job.id).round(request.round - 1)


def _classes(subject: Subject, request: Request, labelling: Labelling) -> tuple[str, ...]:
    """Return the classes of the round that picked what is asked for, as they are called today."""
    job, number = request.job, request.round - 1
    asking = job.needs if number == 0 and job.needs is not None else job
    known = round_classes(subject.paths.job(asking.id).round(number).labels)
    return subject.row.plan.classes if known is None else known.today(Naming(labelling.changes))


def _progress(subject: Subject, requests: tuple[Request, ...], labelling: Labelling) -> LabellingProgress:
    waiting = [request for request in requests if not standing(request, labelling).is_complete]
    asked = {image for request in waiting for image in request.everything}
    tests, images = subject.test_order, labelling.images
    tested = sum(is_answered(images.get(image)) for image in tests)
    return LabellingProgress(
        subject.row, subject.classes_by(labelling), min((request.round for request in waiting), default=None),
        answered=sum(is_answered(images.get(image)) for image in asked), asked=len(asked),
        labelled=labelling.answered - tested,
        budget=subject.row.plan.schedule.budget, tested=tested, tests=len(tests),
    )  # fmt: skip
