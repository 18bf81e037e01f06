"""What a worker asks of whatever knows the labels of images."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.dataset import Labels


class Oracle(Protocol):
    """Knows labels of training images. A round asks once, after it was chosen what to label and before it trains."""

    def labels_of(self, rows: NDArray[np.int64]) -> Labels:
        """Return the labels of these rows of the training split, in their order; (n,) -> (n, C) in {-1, 0, 1}.

        Raises:
            BadData: the label of one of them is not known.
        """
        ...
