"""Pictures and labels of what a campaign may label."""

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from campaigns.datasets.campaign_data import open_campaign_data
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import POSITIVE, UNKNOWN, Dataset
from campaigns.errors import BadData, NoSuchName, UsageError
from campaigns.home.intake import count_intakes
from campaigns.home.paths import CampaignPaths, HomePaths
from campaigns.home.split import FrozenSplit
from campaigns.recipe import DataSpec, load_recipe
from campaigns.services.campaigns.find import find_campaign, recipe_of
from campaigns.services.data import registered
from campaigns.services.results.picks import PicksOf
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class GalleryData:
    """A data set as it was opened."""

    dataset: Dataset
    rows: Mapping[str, int]
    """Of its training split, by image."""
    intakes: int
    """How often images had been taken in by then."""


class Gallery:
    """Pictures and labels of a campaign's training split; the data set is opened once, by whoever asks first."""

    def __init__(self, workspace: Workspace, name: str) -> None:
        self._workspace = workspace
        self._name = name
        self._opening = threading.Lock()
        self._last: GalleryData | None = None

    @property
    def is_open(self) -> bool:
        """True once the data set is at hand: what is asked now is answered at once."""
        return self._last is not None

    @property
    def dataset(self) -> Dataset:
        """The data set, opened.

        Raises:
            BadData: it cannot be opened.
            NoSuchName: there is no campaign of that name.
        """
        return self._opened().dataset

    def rows(self, images: Iterable[str]) -> NDArray[np.int64]:
        """Return where these images are in the training split.

        Raises:
            BadData: the data set cannot be opened, or has no such image.
            NoSuchName: there is no campaign of that name.
        """
        wanted = list(images)
        opened = self._opened(next((image for image in wanted if self._last and image not in self._last.rows), None))
        try:
            return np.array([opened.rows[image] for image in wanted], np.int64)
        except KeyError as error:
            raise _gone(opened.dataset, str(error.args[0])) from error

    def picture(self, image: str, *, max_side: int = 1024) -> Image:
        """Open that image, RGB and upright, neither side longer than `max_side` pixels.

        Raises:
            BadData: the data set, or this image of it, cannot be opened.
            NoSuchName: there is no campaign of that name.
        """
        dataset, row = self._locate(image)
        picture = dataset.train.picture(row)
        picture.thumbnail((max_side, max_side), Resampling.BICUBIC)
        return picture

    def path(self, image: str) -> Path:
        """Return the file of that image.

        Raises:
            BadData: the data set cannot be opened, or has no such image.
            UsageError: its images are no files.
        """
        dataset, row = self._locate(image)
        path = dataset.train.path(row)
        if path is None:
            raise UsageError(f"the images of {dataset.name} are no files", hint="--format csv prints their names")
        return path

    def truth(self, image: str, classes: Sequence[str]) -> tuple[int, ...]:
        """Return the data set's label of each class, with its signs; one that it has no labels of is unknown.

        Raises:
            BadData: the data set cannot be opened, or has no such image.
            NoSuchName: there is no campaign of that name.
        """
        dataset, row = self._locate(image)
        labels = dict(zip(dataset.classes, dataset.train.labels[row].tolist(), strict=True))
        return tuple(labels.get(name, UNKNOWN) for name in classes)

    def _opened(self, image: str | None = None) -> GalleryData:
        """Return the data, opened; anew where images were taken in since and this one is not known."""
        # Two threads that ask at once would open it twice, and COCO takes seconds.
        with self._opening:
            if self._last is not None and (image is None or image in self._last.rows):
                return self._last
            home = self._workspace.home
            id_ = find_campaign(self._workspace, self._name).id
            paths = home.campaign(id_)
            intakes = count_intakes(paths.intakes)
            if self._last is None or self._last.intakes != intakes:
                recipe = recipe_of(self._workspace, id_)
                dataset = _opened_data(self._workspace, paths, recipe.data)
                self._last = GalleryData(dataset, {id_: row for row, id_ in enumerate(dataset.train.ids)}, intakes)
            return self._last

    def _locate(self, image: str) -> tuple[Dataset, int]:
        opened = self._opened(image)
        if image not in opened.rows:
            raise _gone(opened.dataset, image)
        return opened.dataset, opened.rows[image]


def _opened_data(workspace: Workspace, paths: CampaignPaths, spec: DataSpec) -> Dataset:
    """Open the data of a campaign; those of one that came here without them, where somebody has said they lie.

    Raises:
        BadData: they cannot be opened, or are others.
    """
    split = FrozenSplit.read(paths.split)
    with workspace.store() as store:
        known = registered(store)
    try:
        data = open_campaign_data(workspace.home, paths, spec, split, registered=known)
    except NoSuchName as error:  # of the data, not of the campaign
        raise BadData(error.message, hint=f"alwsl-tui data add {spec.name} PATH") from error
    if spec.root is None and data.unlike(split):
        raise BadData(f"{spec.name} is another data set here than the campaign was made with")
    return data.dataset


def picked_paths(workspace: Workspace, picks: PicksOf) -> list[Path]:
    """Return the files of the images that a round picked, in its order.

    Raises:
        AlwslError: as `Gallery.path`.
    """
    gallery = Gallery(workspace, picks.campaign.name)
    return [gallery.path(pick.image) for pick in picks.picked.picks]


def _gone(dataset: Dataset, image: str) -> BadData:
    return BadData(
        f"{dataset.name} has no training image {image!r} any more",
        hint="put the files back that were there when the campaign was created",
    )


def picture(workspace: Workspace, name: str, image: str, *, max_side: int = 1024) -> Image:
    """Open one picture of a campaign's training split. For more than one keep a `Gallery`.

    Raises:
        AlwslError: as `Gallery.picture`.
    """
    return Gallery(workspace, name).picture(image, max_side=max_side)


@dataclass(frozen=True, slots=True, eq=False)
class Positives:
    """The classes that are there in each training image of a campaign."""

    rows: Mapping[str, int]
    """By the image's id."""
    there: NDArray[np.bool_]
    """(images, classes)."""

    def count(self, images: Iterable[str]) -> NDArray[np.int64]:
        """Count how many of the images have each class; (classes,). An image that the data have lost counts nothing."""
        rows = [self.rows[image] for image in images if image in self.rows]
        counts: NDArray[np.int64] = self.there[rows].sum(axis=0, dtype=np.int64)
        return counts


# The recipe is frozen, and with it the data: opening those of COCO anew takes seconds.
@lru_cache(maxsize=2)
def positives(home: HomePaths, campaign: str) -> Positives:
    """Return the true labels of a campaign's training images.

    Raises:
        BadData: its data set is not where it was, or has mistakes.
        AlwslError: its recipe cannot be read.
    """
    data = load_recipe(home.campaign(campaign).recipe).data
    train = open_dataset(data, indexes=home.indexes).train
    return Positives({image: row for row, image in enumerate(train.ids)}, train.labels == POSITIVE)


def initial_sets(home: HomePaths, campaign: str) -> tuple[tuple[str, ...], ...]:
    """Return the images that each trial begins with.

    Raises:
        Damaged: the campaign's split is no split.
    """
    return FrozenSplit.read(home.campaign(campaign).split).initial
