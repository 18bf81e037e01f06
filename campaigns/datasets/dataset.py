"""What a data set is to the rest of the program: two splits, each with ids, labels and pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from campaigns.core.fingerprint import Fingerprint

Labels = NDArray[np.int8]
"""(N, C) of POSITIVE, NEGATIVE, DIFFICULT or UNKNOWN."""
Mask = NDArray[np.uint8]
"""(H, W)"""

POSITIVE, NEGATIVE, DIFFICULT = 1, -1, 0
VOID = 255
"""In a mask: nobody says which class the pixel shows."""
UNKNOWN = -128
"""Nobody has said yet whether the class is there. Only a folder of one's own has such labels."""


@dataclass(frozen=True, slots=True)
class Split:
    """Images of one split, in an order that never changes for the same data."""

    ids: Sequence[str]
    """Unique within the split; safe to print (no control characters)."""
    labels: Labels
    """(N, C), in the order of `ids` and of the data set's `classes`."""
    picture: Callable[[int], Image]
    """Decodes image `i` as RGB, whatever it was stored as. Raises BadData naming the file."""
    path: Callable[[int], Path | None] = lambda _: None
    """Where image `i` lies; None when it is drawn rather than stored."""
    label_place: Callable[[int], str] | None = None
    """Where the label of image `i` stands, file and line, for a person; None where nobody knows more than the id."""
    mask: Callable[[int], Mask] | None = None
    """The class of each pixel of image `i`, as a place among the data set's classes, or VOID; None without masks."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def known(self) -> NDArray[np.bool_]:
        """(N,) True where every class of the image has a label."""
        known: NDArray[np.bool_] = (self.labels != UNKNOWN).all(axis=1)
        return known


@dataclass(frozen=True, slots=True)
class Dataset:
    """A multi-label data set: classes, a training split whose labels a campaign reveals, a test split."""

    name: str
    classes: tuple[str, ...]
    train: Split
    test: Split
    fingerprint: Fingerprint
    """Of its images, and of its labels."""
    notes: tuple[str, ...] = ()
    """What a reader of results must know: `a subset of VOC 2007: 935 of 5011 training images`."""
    read_from: tuple[str, ...] = ()
    """Files of the labels below its folder, where a person cannot know which were read."""
