"""Built-in multi-label scenes: any number of them, drawn when looked at, the same on every machine."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import overload

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Dataset, Labels, Split
from campaigns.datasets.forms import FORMS
from campaigns.datasets.scene import Scene, draw_scene

VERSION = "shapes-1"
"""Raise it when an index is to give another scene."""
CLASSES = tuple(FORMS)
SPLITS = ("train", "test")

THEMES = np.array([
    # disc square triangle ring star cross stripes crescent heart arrow
    [0.50, 0.16, 0.12, 0.36, 0.04, 0.03, 0.03, 0.02, 0.02, 0.01],
    [0.24, 0.56, 0.50, 0.06, 0.05, 0.05, 0.04, 0.02, 0.01, 0.01],
    [0.34, 0.12, 0.14, 0.10, 0.46, 0.10, 0.05, 0.30, 0.03, 0.02],
    [0.30, 0.30, 0.12, 0.08, 0.06, 0.44, 0.38, 0.04, 0.06, 0.03],
    [0.30, 0.12, 0.20, 0.12, 0.10, 0.08, 0.06, 0.06, 0.42, 0.36],
])  # fmt: skip
"""(T, C) chance of each class given the theme of a scene: classes of one theme come together."""
SHARES = np.array([0.36, 0.28, 0.17, 0.13, 0.06])
"""(T,) how frequent each theme is."""

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class ShapeIds(Sequence[str]):
    """`shape-0000000`, `shape-0000001`, … without storing them."""

    size: int

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        """Return the id of a scene, or of several."""
        if isinstance(index, slice):
            return [f"shape-{i:07}" for i in range(self.size)[index]]
        return f"shape-{range(self.size)[index]:07}"


def open_shapes(*, images: int, test_images: int, size: int) -> Dataset:
    """Open scenes of ten forms. A scene depends on its split and number alone, never on how many there are."""
    train, test = (
        Split(ShapeIds(n), scene_labels(split, np.arange(n)), partial(_picture, split, size, n))
        for split, n in zip(SPLITS, (images, test_images), strict=True)
    )
    # Everything follows from these four; hashing a million names and labels would take a second.
    parts = (f"{VERSION} {images} {test_images} {size}", f"{VERSION} labels {images} {test_images}")
    mark = Fingerprint(*(hashlib.sha256(part.encode()).hexdigest() for part in parts))
    return Dataset("shapes", CLASSES, train, test, mark)


def scene_labels(split: str, index: NDArray[np.int64]) -> Labels:
    """(N, C) labels of those scenes; every scene holds something.

    Counter-based: each label is a hash of (split, scene, class), so any part can be had alone, in any order.
    """
    theme = np.searchsorted(np.cumsum(SHARES)[:-1], _uniform(split, index, 0), side="right")
    chance = THEMES[theme]  # (N, C)
    present = np.stack([_uniform(split, index, 1 + c) < chance[:, c] for c in range(len(CLASSES))], axis=1)
    empty = np.flatnonzero(~present.any(axis=1))
    present[empty, _instead(_uniform(split, index[empty], 1 + len(CLASSES)))] = True
    return np.where(present, np.int8(POSITIVE), np.int8(NEGATIVE))


def _instead(uniform: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the class of a scene that would be empty, as frequent as it is elsewhere."""
    weights = np.cumsum(SHARES @ THEMES)
    return np.searchsorted(weights[:-1] / weights[-1], uniform, side="right")


def _uniform(split: str, index: NDArray[np.int64], lane: int) -> NDArray[np.float64]:
    """(N,) in [0, 1), from the mixing function of SplitMix64 (Steele, Lea and Flood, 2014), twice."""
    stream = np.uint64(int.from_bytes(hashlib.sha256(f"{VERSION} {split} {lane}".encode()).digest()[:8], "little"))
    words = _mixed(_mixed(index.astype(np.uint64) + stream) ^ stream)
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mixed(words: Words) -> Words:
    words = words + np.uint64(0x9E3779B97F4A7C15)
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _picture(split: str, size: int, count: int, i: int) -> Image:
    return numbered_scene(split, range(count)[i], size=size)[0].picture


def numbered_scene(split: str, number: int, *, size: int) -> tuple[Scene, tuple[str, ...]]:
    """Draw a scene of a split, `size` pixels a side; return it with the classes that its objects are `which` of."""
    names = tuple(CLASSES[c] for c in np.flatnonzero(scene_labels(split, np.array([number]))[0] == POSITIVE))
    rng = np.random.default_rng((SPLITS.index(split), number))
    return draw_scene([FORMS[name] for name in names], size=size, rng=rng), names
