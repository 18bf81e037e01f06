"""A campaign that people label for, opened: its images, its answers and what its jobs wait for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL.Image import Image

from campaigns.core.ids import Job, JobKind
from campaigns.core.labels import Labelling
from campaigns.datasets.campaign_data import CampaignData, may_grow, open_campaign_data
from campaigns.datasets.dataset import Dataset, Split
from campaigns.datasets.taken import TakenPictures
from campaigns.errors import BadData, nearest
from campaigns.home.answer_log import AnswerLog, log_of
from campaigns.home.intake import count_intakes, read_intakes, test_order
from campaigns.home.label_paths import LabelPaths
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.oracle.requests import Request, open_request
from campaigns.recipe import Recipe, recipe_now
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import CampaignRow

Places = Mapping[str, tuple[Split, int]]
"""Where each image is: a split, and its row there."""


@dataclass(frozen=True)
class Subject:
    """What a person labels."""

    workspace: Workspace
    row: CampaignRow
    recipe: Recipe
    split: FrozenSplit
    log: AnswerLog
    """What people answered about its data set."""

    @classmethod
    def open(cls, workspace: Workspace, name: str) -> "Subject":
        """Open a campaign that people label for.

        Raises:
            NoSuchName: there is no campaign of that name.
            BadData: its labels come from its data set.
        """
        with workspace.store() as store:
            row = get_campaign(store, name)
        paths = workspace.home.campaign(row.id)
        split = FrozenSplit.read(paths.split)
        if split.labels is not LabelSource.HUMAN:
            raise BadData(
                f"nobody labels for {row.name}: its labels come from the data set {row.dataset}",
                hint="a campaign that people label for is made with: alwsl-tui new --folder PATH --classes A,B",
            )
        return cls(workspace, row, recipe_now(paths), split, log_of(workspace.home.labels(row.dataset)))

    @property
    def paths(self) -> CampaignPaths:
        """Its folder."""
        return self.workspace.home.campaign(self.row.id)

    @property
    def answers(self) -> LabelPaths:
        """Where the answers about its data set lie."""
        return self.workspace.home.labels(self.row.dataset)

    @property
    def classes(self) -> tuple[str, ...]:
        """What is asked of every image by now, in order."""
        return self.classes_by(self.labelling())

    def classes_by(self, labelling: Labelling, *, line: int | None = None) -> tuple[str, ...]:
        """Return what is asked of every image by all answers there are, or by those up to a line."""
        return self.split.classes_by(self.row.plan.classes, labelling.changes, up_to=line)

    @property
    def dataset(self) -> Dataset:
        """Its images, as far as it has taken them in.

        Raises:
            BadData: they are not where they were.
            Damaged: the list of what was taken in is not what was written.
        """
        return self._opened[0].dataset

    @property
    def images(self) -> tuple[str, ...]:
        """Every image that may be answered about, those too that the next round takes in."""
        return tuple(self._opened[1])

    def has_image(self, image: str) -> bool:
        """Return whether an image may be answered about."""
        taken = self._taken
        return (taken is not None and image in taken.sizes) or image in self._opened[1]

    @property
    def test_order(self) -> tuple[str, ...]:
        """The test images in the order in which people label them."""
        taken = self._taken
        return test_order(self.split.test_order, self._opened[0].intakes if taken is None else taken.intakes)

    @property
    def _taken(self) -> TakenPictures | None:
        """Return the images that were taken in; None where none were, or their folder is empty or gone."""
        paths = self.workspace.home.campaign(self.row.id)
        intakes = count_intakes(paths.intakes)
        if not intakes or not may_grow(self.recipe.data, self.split):
            return None
        if intakes not in self._takings:
            taken = TakenPictures(self.recipe.data, read_intakes(paths.intakes))
            self._takings.clear()
            self._takings[intakes] = taken
        taken = self._takings[intakes]
        return taken if taken.is_there() else None

    @cached_property
    def _takings(self) -> dict[int, TakenPictures]:
        """The images that were last taken in, by the number of intakes."""
        return {}

    @property
    def _opened(self) -> tuple[CampaignData, Places]:
        """Return the data as they are seen since they were last taken in, and where each image is."""
        paths = self.workspace.home.campaign(self.row.id)
        intakes = count_intakes(paths.intakes)
        if intakes not in self._openings:
            data = open_campaign_data(self.workspace.home, paths, self.recipe.data, self.split)
            datasets = [data.dataset] if data.today is None else [data.today, data.dataset]
            splits = [split for dataset in datasets for split in (dataset.train, dataset.test)]
            self._openings.clear()
            self._openings[intakes] = data, {id_: (split, at) for split in splits for at, id_ in enumerate(split.ids)}
        return self._openings[intakes]

    @cached_property
    def _openings(self) -> dict[int, tuple[CampaignData, Places]]:
        """The last opening, by the number of intakes: a round that takes images in asks for them soon after."""
        return {}

    def labelling(self) -> Labelling:
        """Return what all answers come to by now."""
        return self.log.labelling()

    def requests(self) -> tuple[Request, ...]:
        """Return what its jobs wait for by now, those that start first first."""
        with self.workspace.store() as store:
            jobs = list_jobs(store, self.row.id)
        requests = (self.request(row.job) for row in jobs if row.job.kind is not JobKind.SCORE)
        return tuple(request for request in requests if request is not None)

    def request(self, job: Job) -> Request | None:
        """Return what one of its jobs waits for by now; None where that waits for nobody."""
        return open_request(self.paths, self.split, job)

    def path(self, image: str) -> Path | None:
        """Return the file of an image; None when it is drawn rather than stored.

        Raises:
            BadData: the data set has no such image.
        """
        taken = self._taken
        if taken is not None and image in taken.sizes:
            return taken.path(image)
        split, at = self._place(image)
        return split.path(at)

    def picture(self, image: str) -> Image:
        """Open an image, RGB and upright.

        Raises:
            BadData: the data set has no such image, or it cannot be opened.
        """
        taken = self._taken
        if taken is not None and image in taken.sizes and (picture := taken.picture(image)) is not None:
            return picture
        split, at = self._place(image)
        return split.picture(at)

    def _place(self, image: str) -> tuple[Split, int]:
        places = self._opened[1]
        if image not in places:
            hint = nearest(image, list(places)) if len(places) < 5000 else "give its path below the folder"
            raise BadData(f"{self.row.dataset} has no image {image!r}", hint=hint)
        return places[image]
