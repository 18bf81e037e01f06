"""What a model reads: batches of one split, by row number, mirrored or not."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Inputs(Protocol):
    """Images of one split, ready for a model."""

    @property
    def readable(self) -> Bools:
        """(N,) False where an image cannot be decoded; asking for its batch is a mistake."""

    def batch(self, rows: Ints, mirrored: Bools) -> Tensor:
        """What the model takes for these rows: (B, ...), on the device; `mirrored` (B,) asks for the mirror image."""


@dataclass(frozen=True, slots=True)
class Training:
    """The images a round trains on."""

    rows: Ints
    """(n,) rows of the training split."""
    targets: Tensor
    """(n, C) float in {0, 1}, on the device: a difficult object counts as present, as in the authors' loss."""
