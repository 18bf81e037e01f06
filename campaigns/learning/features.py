"""Feature maps of a backbone that does not train: each image goes through it once per home, with its mirror image."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from campaigns.datasets.dataset import Dataset, Split
from campaigns.errors import OutOfMemory
from campaigns.home.caches import features_name
from campaigns.learning.backbones import Backbone
from campaigns.learning.device import node_kind
from campaigns.learning.inputs import Bools, Ints, page_locked, to_device
from campaigns.learning.memory import is_memory
from campaigns.learning.models import normalise
from campaigns.learning.pixels import decode
from campaigns.learning.shared_array import ChunkedArray, Progress

LAYOUT = 1
"""Part of the cache's name: raise it when the bytes of a cached map change."""
CHUNK = 32


def weights_digest(module: nn.Module) -> str:
    """Sha-256 of every parameter and buffer, names included: two backbones that share it give the same maps."""
    digest = hashlib.sha256()
    for name, tensor in sorted(module.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class FrozenBackbone:
    """A backbone in evaluation mode, with what it needs to be run."""

    module: nn.Module
    about: Backbone
    size: int
    """Side of the warped image, in pixels."""
    device: torch.device
    has_mirrors: bool = True
    """Whether the maps of mirror images are kept, too."""

    def maps(self, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
        """(n, S, S, 3) -> (n, D, H, W). Half precision halves the file; its error is 2⁻¹¹ of a value.

        Where memory does not suffice it is done by halves; a last digit may depend on that.

        Raises:
            OutOfMemory: not even one image fits.
        """
        try:
            return self._together(pixels)
        except (MemoryError, RuntimeError) as error:
            if not is_memory(error):
                raise
            if len(pixels) == 1:
                raise OutOfMemory(f"not even one image fits: {error}", hint="lower model.image_size") from error
        # Outside the handler: the error holds the tensors that have to go first.
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        half = len(pixels) // 2
        return np.concatenate([self.maps(pixels[:half]), self.maps(pixels[half:])])

    def _together(self, pixels: NDArray[np.uint8]) -> NDArray[np.float16]:
        with torch.inference_mode():
            x = normalise(torch.from_numpy(pixels).to(self.device), self.about.mean, self.about.std)
            features: Tensor = self.module(x)
        half: NDArray[np.float16] = features.to(torch.float16).cpu().numpy()
        return half

    def map_shape(self) -> tuple[int, int, int]:
        """(D, H, W)."""
        d, h, w = self.maps(np.zeros((1, self.size, self.size, 3), np.uint8)).shape[1:]
        return d, h, w


def cached_features(folder: Path, dataset: Dataset, part: str, backbone: FrozenBackbone) -> ChunkedArray:
    """Return the cache of feature maps of the `train` part (plain, and mirrored where wanted) or the `test` part."""
    digest = weights_digest(backbone.module)[:16]
    node = re.sub("[^a-z0-9]+", "_", node_kind(backbone.device).lower())
    weights = f"{backbone.about.name}-{digest}-{node}"
    name = features_name(dataset.fingerprint.images, part, weights=weights, size=backbone.size, layout=LAYOUT)
    views = 2 if part == "train" and backbone.has_mirrors else 1
    return ChunkedArray(
        path=folder / name,
        rows=len(getattr(dataset, part)),
        row_shape=(views, *backbone.map_shape()),
        dtype=np.float16,
        chunk=CHUNK,
    )


@dataclass(frozen=True, slots=True)
class CachedFeatures:
    """Inputs of a head that trains alone."""

    values: NDArray[np.float16]
    """(N, views, D, H, W)"""
    readable: Bools
    device: torch.device

    @classmethod
    def of(cls, split: Split, cache: ChunkedArray, *, backbone: FrozenBackbone, progress: Progress) -> "CachedFeatures":
        """Open the cache, running the backbone over what it lacks."""
        views = cache.row_shape[0]

        def make(rows: Ints) -> tuple[NDArray[np.float16], Bools]:
            pixels, readable = decode(split, rows, backbone.size)
            maps = [backbone.maps(pixels)]
            if views == 2:
                maps.append(backbone.maps(np.ascontiguousarray(pixels[:, :, ::-1])))
            return np.stack(maps, axis=1), readable  # (n, views, D, H, W)

        values, readable = cache.open(make, progress)
        return cls(values, readable, backbone.device)

    def gather(self, rows: Ints, mirrored: Bools) -> Tensor:
        """(B, D, H, W) float16 on the host, of the image or of its mirror image, where that is kept."""
        views = mirrored.astype(np.int64) if self.values.shape[1] == 2 else 0
        return page_locked(torch.from_numpy(self.values[rows, views]), self.device)

    def place(self, gathered: Tensor, mirrored: Bools) -> Tensor:
        """(B, D, H, W) float32 on the device; what is mirrored was so when it was gathered."""
        return to_device(gathered, self.device).to(torch.float32)
