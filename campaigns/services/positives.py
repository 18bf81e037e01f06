"""What the true labels of a campaign's images say: classes that nothing was shown of, positives among the picks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from campaigns.core.split import FrozenSplit
from campaigns.datasets.catalogue import open_dataset
from campaigns.datasets.dataset import POSITIVE
from campaigns.paths import HomePaths
from campaigns.recipe import load_recipe


@dataclass(frozen=True, slots=True, eq=False)
class Positives:
    """The classes that are there in each training image of a campaign."""

    rows: Mapping[str, int]
    """By the image's id."""
    there: NDArray[np.bool_]
    """(images, classes)."""

    def found(self, images: Iterable[str]) -> NDArray[np.int64]:
        """How many of the images have each class; (classes,). An image that the data have lost counts nothing."""
        rows = [self.rows[image] for image in images if image in self.rows]
        counts: NDArray[np.int64] = self.there[rows].sum(axis=0, dtype=np.int64)
        return counts


# The recipe is frozen, and with it the data: opening those of COCO anew takes seconds.
@lru_cache(maxsize=2)
def positives(home: HomePaths, campaign: str) -> Positives:
    """The true labels of a campaign's training images.

    Raises:
        BadData: its data set is not where it was, or has mistakes.
        AlwslError: its recipe cannot be read.
    """
    data = load_recipe(home.campaign(campaign).recipe).data
    train = open_dataset(data, indexes=home.indexes).train
    return Positives({image: row for row, image in enumerate(train.ids)}, train.labels == POSITIVE)


def initial_sets(home: HomePaths, campaign: str) -> tuple[tuple[str, ...], ...]:
    """The images that each trial begins with.

    Raises:
        Damaged: the campaign's split is no split.
    """
    return FrozenSplit.read(home.campaign(campaign).split).initial
