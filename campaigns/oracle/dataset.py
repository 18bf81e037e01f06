"""The oracle of a simulated campaign: it reveals the labels that its data set has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import UNKNOWN, Labels, Split
from campaigns.errors import BadData


@dataclass(frozen=True, slots=True)
class DatasetOracle:
    """Reveals the labels of a training split."""

    split: Split

    def labels_of(self, rows: NDArray[np.int64]) -> Labels:
        """Return the labels that the data set has of these rows, in their order; (n,) -> (n, C) in {-1, 0, 1}.

        Raises:
            BadData: the data set has no label of one of them.
        """
        labels = self.split.labels[rows]
        if len(nameless := np.flatnonzero((labels == UNKNOWN).any(axis=1))):
            image = self.split.ids[int(rows[nameless[0]])]
            raise BadData(f"{image} has no label", hint="label it, or create a new campaign, which leaves it out")
        return labels
