"""What one pass over the pool says about every image and class."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Measured = NDArray[np.floating[Any]]
"""As the model gave it: float32, or float64 where someone computed in it."""

Link = Literal["sigmoid", "softmax"]
"""From logits to probabilities: of each class by itself, or of all classes together, of which one is there."""

LOGIT_OF_0, LOGIT_OF_1 = -746.0, 37.5
"""Their sigmoids are 0 and 1 in float64; the logits of all other probabilities lie in between."""
ARRAYS = ("logits", "peak", "trough")
"""Fields of `Scores`."""
PIXELS = ("mean entropy", "mean margin", "share undecided")
"""Columns of `Scores.pixels`."""
BLOCK = 1 << 16
"""Numbers worked on at a time: half a MiB of float64, which stays in a core's cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """A scored pool: three arrays (N, C) of N images and C classes, float32 unless given as float64.

    Raises:
        ValueError: the shapes differ or are not (N, C), a number is NaN or infinite, or a trough is above its peak.
    """

    logits: Measured
    """The model's output before the link."""
    peak: Measured
    """Maximum of the class map."""
    trough: Measured
    """Minimum of the class map."""
    has_maps: bool = field(default=True, kw_only=True)
    """False where nobody knows the class maps: peak and trough are NaN, and so is what is computed from them."""
    link: Link = field(default="sigmoid", kw_only=True)
    """What probabilities of the logits are."""
    pixels: Measured | None = field(default=None, kw_only=True)
    """(N, 3) means over the places of an image, of which each shows one class: entropy of their probabilities, the best
    less the second, and the share of places whose best is below a half. None where places are not looked at."""

    def __post_init__(self) -> None:
        for name in ARRAYS:
            object.__setattr__(self, name, _floating(getattr(self, name)))
        shapes = [getattr(self, name).shape for name in ARRAYS]
        if len(set(shapes)) > 1 or len(shapes[0]) != 2 or shapes[0][1] == 0:
            raise ValueError(f"logits, peak and trough have shapes {shapes}, not one shape (images, classes)")
        for name in ARRAYS if self.has_maps else ARRAYS[:1]:
            _refuse_unless_finite(name, getattr(self, name))
        if self.has_maps:
            _refuse_swapped(self.peak, self.trough)
        if self.pixels is not None:
            object.__setattr__(self, "pixels", _floating(self.pixels))
            if self.pixels.shape != (len(self.logits), len(PIXELS)):
                raise ValueError(f"pixels has shape {self.pixels.shape}, not (images, {len(PIXELS)})")
            _refuse_unless_finite("pixels", self.pixels)

    @classmethod
    def without_maps(cls, logits: Measured, *, link: Link = "sigmoid") -> "Scores":
        """Return the scores of a model whose class maps nobody knows.

        Raises:
            ValueError: as for any scores.
        """
        unknown = np.broadcast_to(np.float32(np.nan), np.shape(logits))
        return cls(logits, unknown, unknown, has_maps=False, link=link)

    def __len__(self) -> int:
        return len(self.logits)

    @property
    def classes(self) -> int:
        """How many classes C there are."""
        return int(self.logits.shape[1])

    @property
    def parts(self) -> tuple["Scores", ...]:
        """All of them, as the one part that they are: other pools have several."""
        return (self,)

    @property
    def probs(self) -> Floats:
        """Confidence that each class is present; (N, C) in [0, 1]. With softmax those of an image add up to 1."""
        return sigmoid(self.logits) if self.link == "sigmoid" else softmax(self.logits)

    def take(self, indices: Indices) -> "Scores":
        """Return the scores of some images, in the order asked for; (K,) -> K images."""
        if not self.has_maps:
            return Scores.without_maps(self.logits[indices], link=self.link)
        pixels = None if self.pixels is None else self.pixels[indices]
        return Scores(self.logits[indices], self.peak[indices], self.trough[indices], link=self.link, pixels=pixels)


def sigmoid(logits: Measured) -> Floats:
    """1 / (1 + exp(-z)) without overflow; any shape, in [0, 1]; 0 and 1 only where float64 has nothing closer."""
    low = np.minimum(logits, 0, dtype=np.float64)
    return np.asarray(np.exp(low) / (1 + np.exp(-np.abs(logits, dtype=np.float64))), dtype=np.float64)


def log_softmax(logits: Measured) -> Floats:
    """Return z_j - log sum_k exp(z_k) without overflow; (N, C) -> (N, C), at most 0."""
    z = np.asarray(logits, np.float64)
    low = z - z.max(axis=1, keepdims=True)
    return np.asarray(low - np.log(np.exp(low).sum(axis=1, keepdims=True)), dtype=np.float64)


def softmax(logits: Measured) -> Floats:
    """exp(z_j) / sum_k exp(z_k) without overflow; (N, C) -> (N, C), in [0, 1]; those of a row add up to 1."""
    return np.asarray(np.exp(log_softmax(logits)), dtype=np.float64)


def logit(probabilities: Measured) -> Floats:
    """Return the number whose sigmoid each probability is; any shape, from [0, 1] to finite numbers, order kept.

    The numbers for 0 and 1 lie just beyond those of the nearest probabilities that float64 tells from them.
    """
    shares = np.asarray(probabilities, np.float64)
    inside = np.where((shares > 0) & (shares < 1), shares, 0.5)
    ends = np.where(shares > 0.5, LOGIT_OF_1, LOGIT_OF_0)
    return np.where(inside == shares, np.log(inside) - np.log1p(-inside), ends)


def log_shares(probabilities: Measured) -> Floats:
    """Return numbers whose softmax are probabilities that add up to 1; (N, C) in [0, 1] -> (N, C), finite, order kept.

    The number for 0 lies just below that of the least probability that float64 tells from it.
    """
    shares = np.asarray(probabilities, np.float64)
    return np.where(shares > 0, np.log(np.where(shares > 0, shares, 1)), LOGIT_OF_0)


def blocks(count: int, width: int) -> list[slice]:
    """Consecutive rows that together cover `count` rows of `width` numbers, `BLOCK` numbers at a time."""
    step = max(1, BLOCK // width)
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]


def _floating(array: Any) -> Measured:
    values = np.asarray(array)
    return values if values.dtype in (np.float32, np.float64) else values.astype(np.float32)


def _refuse_unless_finite(name: str, array: Measured) -> None:
    # A maximum and a minimum are finite exactly when all is, and cost no temporary array.
    if array.size == 0 or (np.isfinite(array.max()) and np.isfinite(array.min())):
        return
    rows = sum(int((~np.isfinite(array[part])).any(axis=1).sum()) for part in blocks(*array.shape))
    raise ValueError(f"{name}: {rows} of {len(array)} rows hold NaN or an infinite number")


def _refuse_swapped(peak: Measured, trough: Measured) -> None:
    rows = sum(int((peak[part] < trough[part]).any(axis=1).sum()) for part in blocks(*peak.shape))
    if rows:
        raise ValueError(f"in {rows} of {len(peak)} rows a trough is above its peak: are the two swapped?")
