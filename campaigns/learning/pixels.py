"""Images as the models see them: decoded once, warped to a square, kept in a memory-mapped file."""

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL.Image import Image, Resampling
from torch import Tensor

from campaigns.datasets.dataset import Dataset, Split
from campaigns.errors import BadData
from campaigns.home.allotment import Allotment
from campaigns.home.caches import pixels_name
from campaigns.learning.backbones import Backbone
from campaigns.learning.inputs import Bools, Ints, page_locked, to_device
from campaigns.learning.models import normalise
from campaigns.learning.shared_array import ChunkedArray, Progress

LAYOUT = 1
"""Part of the cache's name: raise it when the bytes of a cached image change."""
CHUNK = 64


def warp(picture: Image, size: int) -> NDArray[np.uint8]:
    """Warp the whole picture to a square, giving up its proportions, as the authors train; (size, size, 3)."""
    return np.asarray(picture.resize((size, size), Resampling.BILINEAR), dtype=np.uint8)


def decode(split: Split, rows: Ints, size: int) -> tuple[NDArray[np.uint8], Bools]:
    """Return warped pictures (n, size, size, 3) and which of them could be read (n,); black where not."""
    pixels = np.zeros((len(rows), size, size, 3), np.uint8)
    readable = np.ones(len(rows), np.bool_)
    for at, row in enumerate(rows):
        try:
            pixels[at] = warp(split.picture(int(row)), size)
        except BadData:
            readable[at] = False
    return pixels, readable


def cached_pixels(folder: Path, dataset: Dataset, part: str, size: int) -> ChunkedArray:
    """Return the cache of warped images of the `train` or `test` part."""
    return ChunkedArray(
        path=folder / pixels_name(dataset.fingerprint.images, part, size=size, layout=LAYOUT),
        rows=len(getattr(dataset, part)),
        row_shape=(size, size, 3),
        dtype=np.uint8,
        chunk=CHUNK,
    )


@dataclass(frozen=True, slots=True)
class CachedPixels:
    """Inputs of a model that trains its backbone, read from the cache."""

    values: NDArray[np.uint8]
    readable: Bools
    backbone: Backbone
    device: torch.device

    @classmethod
    def of(
        cls, split: Split, cache: ChunkedArray, *, backbone: Backbone, device: torch.device, progress: Progress
    ) -> "CachedPixels":
        """Open the cache, decoding what it lacks."""
        size = cache.row_shape[0]
        values, readable = cache.open(lambda rows: decode(split, rows, size), progress)
        return cls(values, readable, backbone, device)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, S, S, 3) bytes on the host."""
        return page_locked(torch.from_numpy(self.values[rows]), self.device)

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """(B, 3, S, S), mirrored and normalised on the device."""
        return _ready(gathered, mirrored, backbone=self.backbone, device=self.device)


@dataclass(frozen=True, slots=True)
class DecodedPixels:
    """Inputs of a model that trains its backbone, decoded each time: for what is too large to cache."""

    split: Split
    size: int
    readable: Bools
    backbone: Backbone
    device: torch.device

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, S, S, 3) bytes on the host, decoded by as many threads as there are cores.

        Raises:
            BadData: an image cannot be decoded.
        """
        # Decoding lets go of the interpreter lock, so threads are enough.
        pictures = _decoders().map(lambda row: warp(self.split.picture(int(row)), self.size), rows)
        return page_locked(torch.from_numpy(np.stack(list(pictures))), self.device)

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """(B, 3, S, S), mirrored and normalised on the device."""
        return _ready(gathered, mirrored, backbone=self.backbone, device=self.device)


@functools.cache
def _decoders() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(Allotment().cores(), "decode")


def _ready(pixels: Tensor, mirrored: Bools, *, backbone: Backbone, device: torch.device) -> Tensor:
    raw = to_device(pixels, device)
    if mirrored.any():
        flags = torch.from_numpy(mirrored).to(device, non_blocking=True)[:, None, None, None]
        raw = torch.where(flags, raw.flip(2), raw)
    return normalise(raw, backbone.mean, backbone.std)
