"""Masks of images as models learn them, and what class maps say of pixels."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from campaigns.datasets.dataset import VOID, Split
from campaigns.learning.inputs import Inputs, Ints
from campaigns.learning.metrics.iou import Counts, confusion
from campaigns.learning.models import MapModel
from campaigns.learning.scoring import batches


def masks_of(split: Split, rows: Ints, size: int) -> NDArray[np.uint8]:
    """Return the masks of those images, warped as their pictures are; (n, size, size).

    Each pixel takes the class of the nearest one: classes have no mean.
    """
    assert split.mask is not None, "who has no masks was refused"
    masks = np.empty((len(rows), size, size), np.uint8)
    for at, row in enumerate(rows.tolist()):
        drawn = Image.fromarray(split.mask(row)).resize((size, size), Image.Resampling.NEAREST)
        masks[at] = np.asarray(drawn)
    return masks


def answers_of(maps: Tensor, size: int) -> Tensor:
    """Return the best class of each pixel, of class maps spread bilinearly; (B, C, h, w) -> (B, size, size)."""
    spread = F.interpolate(maps.float(), size=(size, size), mode="bilinear", align_corners=False)
    return spread.argmax(dim=1)


def count_pixels(
    model: MapModel,
    images: Inputs,
    split: Split,
    rows: Ints,
    *,
    size: int,
    batch_size: int,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    warn: Callable[[str], None] = lambda _text: None,
) -> Counts:
    """Count the pixels of those images by what they are and what the model takes them for; void ones are left out.

    (C, C). Pictures and masks are looked at in the size that the model sees.

    Raises:
        OutOfMemory: not even one image at a time fits.
    """
    counts: Counts | None = None

    def look(x: Tensor) -> tuple[NDArray[np.int64], int]:
        maps = model.maps(x)
        return answers_of(maps, size).cpu().numpy(), maps.shape[1]

    for part, (taken, classes) in batches(model, images, rows, look, batch_size=batch_size, warn=warn):
        masks = masks_of(split, rows[part], size)
        is_said = masks != VOID
        more = confusion(masks[is_said].astype(np.int64), taken[is_said], classes)
        counts = more if counts is None else counts + more
        progress(part.stop, len(rows))
    if counts is None:
        raise ValueError("there are no images to measure")
    return counts
