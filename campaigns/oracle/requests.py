"""What a campaign that people label for is waiting for: images to train on and images to test on, and how far it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaigns.core.ids import Job, JobKind
from campaigns.core.labels import LabelledImage, Labelling
from campaigns.home.choice import has_chosen
from campaigns.home.intake import count_intakes, read_intakes, test_order
from campaigns.home.paths import CampaignPaths
from campaigns.home.picks import read_picks
from campaigns.home.split import FrozenSplit
from campaigns.recipe.people import TESTED_A_BATCH, tests_before

if TYPE_CHECKING:
    from campaigns.home.labels import RoundLabels


@dataclass(frozen=True, slots=True)
class Request:
    """The images that one round of one job waits for."""

    id: str
    """`CAMPAIGN/JOB/ROUND`, which answers name."""
    job: Job
    round: int
    tests: tuple[str, ...]
    """Of the test split, in test order; labelled blind."""
    images: tuple[str, ...]
    """Of the training split, in the order in which they were picked."""
    tests_until: int
    """How many test images are asked for with it, in all rounds up to this one."""

    @property
    def everything(self) -> tuple[str, ...]:
        """Test images first: nobody has seen what a model says when they are labelled."""
        return (*self.tests, *self.images)


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """How far people are with a request."""

    answered: int
    asked: int
    is_closed: bool

    @property
    def is_complete(self) -> bool:
        """True when its round may begin."""
        return self.is_closed or self.answered >= self.asked

    def words(self, round_: int) -> str:
        """Return how far it is, for a person."""
        return f"{self.answered} of {self.asked} (round {round_})"


def is_answered(image: LabelledImage | None) -> bool:
    """Return whether somebody has answered about an image, be it with a skip."""
    return image is not None and image.is_answered


def standing(request: Request, labelling: Labelling) -> RequestStanding:
    """Return how far people are with a request."""
    images = labelling.images
    answered = sum(is_answered(images.get(image)) for image in request.everything)
    return RequestStanding(answered, len(request.everything), request.id in labelling.closed)


def request_of(paths: CampaignPaths, split: FrozenSplit, job: Job, round_: int, images: tuple[str, ...]) -> Request:
    """Return the request of a round for images that are to be trained on, with its share of the test images.

    Raises:
        BadData: the labels of the round before are damaged.
        Damaged: the images that were taken in are.
    """
    order = split.test_order or ()
    before = _labels_before(paths, job, round_)
    if before is not None and before.tests is not None:
        # Of photographs that were added since: the first round that knows of them asks for none of them yet, so that
        # what people are asked for does not grow while they answer.
        order, first = test_order(split.test_order, read_intakes(paths.intakes)[: before.intake + 1]), before.tests
        until = min(first + TESTED_A_BATCH, len(order))
    else:
        # Each arm and each trial asks for the same test images: who answers once answers all of them.
        first = tests_before(round_ - 1, len(order)) if round_ else 0
        until = tests_before(round_, len(order))
    return Request(f"{paths.folder.name}/{job.id}/{round_}", job, round_, order[first:until], images, until)


def _labels_before(paths: CampaignPaths, job: Job, round_: int) -> "RoundLabels | None":
    """Return what was known when the round before began, where images were added by then; else None.

    Round 0 of an arm is its baseline's.
    """
    if round_ == 0 or count_intakes(paths.intakes) < 2:
        return None
    from campaigns.home.labels import read_labels  # a station without such a campaign needs no NumPy

    before = job.needs if round_ == 1 and job.needs is not None else job
    return read_labels(paths.job(before.id).round(round_ - 1).labels)


def open_request(paths: CampaignPaths, split: FrozenSplit, job: Job) -> Request | None:
    """Return what a job waits for, as its folder has it; None when its next round has its labels, or asks for none.

    Raises:
        BadData, Damaged: its picks or labels are not what a round left.
    """
    folder = paths.job(job.id)
    if job.kind is JobKind.BASELINE:
        assert job.trial is not None
        is_frozen = folder.round(0).labels.exists()
        return None if is_frozen else request_of(paths, split, job, 0, split.initial[job.trial])
    complete = -1
    while folder.round(complete + 1).done.exists():
        complete += 1
    if complete < 0 or folder.round(complete + 1).labels.exists() or not has_chosen(folder.round(complete)):
        return None
    picked = read_picks(folder.round(complete).picks)
    return None if picked is None else request_of(paths, split, job, complete + 1, picked.images)
