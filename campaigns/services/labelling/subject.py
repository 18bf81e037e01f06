"""A campaign that people label for, opened: its images, its answers and what its jobs wait for."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL.Image import Image

from campaigns.core.ids import Job
from campaigns.core.labels import Labelling
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import Dataset, Split
from campaigns.errors import BadData, nearest
from campaigns.home.answer_log import AnswerLog, log_of
from campaigns.home.paths import CampaignPaths, LabelPaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.oracle.requests import Request, open_request
from campaigns.recipe import Recipe, load_recipe
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign, list_jobs
from campaigns.store.rows import CampaignRow


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
        return cls(workspace, row, load_recipe(paths.recipe), split, log_of(workspace.home.labels(row.dataset)))

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

    @cached_property
    def dataset(self) -> Dataset:
        """Its images.

        Raises:
            BadData: they are not where they were.
        """
        return open_dataset(self.recipe.data, indexes=self.workspace.home.indexes)

    @property
    def images(self) -> tuple[str, ...]:
        """Every image of its data set: those to train on, then those to test on."""
        return (*self.dataset.train.ids, *self.dataset.test.ids)

    @cached_property
    def _places(self) -> Mapping[str, tuple[str, int]]:
        parts = (("train", self.dataset.train), ("test", self.dataset.test))
        return {image: (part, at) for part, split in parts for at, image in enumerate(split.ids)}

    def labelling(self) -> Labelling:
        """Return what all answers come to by now."""
        return self.log.labelling()

    def requests(self) -> tuple[Request, ...]:
        """Return what its jobs wait for by now, those that start first first."""
        with self.workspace.store() as store:
            jobs = list_jobs(store, self.row.id)
        requests = (self.request(row.job) for row in jobs)
        return tuple(request for request in requests if request is not None)

    def request(self, job: Job) -> Request | None:
        """Return what one of its jobs waits for by now; None where that waits for nobody."""
        return open_request(self.paths, self.split, self.recipe.protocol, job)

    def path(self, image: str) -> Path | None:
        """Return the file of an image; None when it is drawn rather than stored.

        Raises:
            BadData: the data set has no such image.
        """
        if image not in self._places:
            hint = nearest(image, list(self._places)) if len(self._places) < 5000 else "give its path below the folder"
            raise BadData(f"{self.row.dataset} has no image {image!r}", hint=hint)
        part, at = self._places[image]
        return self._part(part).path(at)

    def picture(self, image: str) -> Image:
        """Open an image, RGB and upright.

        Raises:
            BadData: the data set has no such image, or it cannot be opened.
        """
        self.path(image)
        part, at = self._places[image]
        return self._part(part).picture(at)

    def _part(self, part: str) -> Split:
        return self.dataset.test if part == "test" else self.dataset.train
