"""Picture files that belong to no data set, as a trained model reads them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from campaigns.datasets.pictures import open_picture
from campaigns.errors import BadData
from campaigns.home.allotment import Allotment
from campaigns.home.model_file import Preparation
from campaigns.learning.inputs import Bools, Ints, page_locked, to_device
from campaigns.learning.models import normalise
from campaigns.learning.pixels import warp


@dataclass(slots=True)
class Photographs:
    """Files that are decoded when their turn comes; what cannot be read is black, and remembered with the reason."""

    paths: Sequence[Path]
    preparation: Preparation
    device: torch.device
    problems: dict[int, BadData] = field(default_factory=dict)
    """By position among `paths`, as far as they have been decoded."""
    _hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(Allotment().cores(), "decode"))

    @property
    def readable(self) -> Bools:
        """All of them, for all that is known before they are opened."""
        return np.ones(len(self.paths), np.bool_)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, S, S, 3) bytes on the host, decoded by as many threads as there are cores."""
        pictures = list(self._hands.map(self._warped, rows))
        return page_locked(torch.from_numpy(np.stack(pictures)), self.device)

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """(B, 3, S, S), normalised on the device; they are never mirrored."""
        return normalise(to_device(gathered, self.device), self.preparation.mean, self.preparation.std)

    def _warped(self, row: int) -> NDArray[np.uint8]:
        size = self.preparation.size
        try:
            return warp(open_picture(self.paths[row], bits=self.preparation.bits), size)
        except BadData as error:
            self.problems[int(row)] = error
            return np.zeros((size, size, 3), np.uint8)
