"""The oracle of a simulated campaign: it reveals the labels that its data set has."""

from dataclasses import dataclass

import numpy as np

from campaigns.datasets.dataset import UNKNOWN, Split
from campaigns.errors import BadData
from campaigns.oracle.oracle import Ints, Occasion, RevealedLabels


@dataclass(frozen=True, slots=True)
class DatasetOracle:
    """Reveals the labels of a training split."""

    split: Split
    classes: tuple[str, ...]

    def labels_of(self, rows: Ints, occasion: Occasion) -> RevealedLabels:
        """Return the labels that the data set has of these rows, in their order; (n, C) in {-1, 0, 1}.

        Raises:
            BadData: the data set has no label of one of them.
        """
        labels = self.split.labels[rows]
        if len(nameless := np.flatnonzero((labels == UNKNOWN).any(axis=1))):
            image = self.split.ids[int(rows[nameless[0]])]
            raise BadData(f"{image} has no label", hint="label it, or create a new campaign, which leaves it out")
        return RevealedLabels(rows, labels, self.classes, set_aside=np.empty(0, np.int64))
