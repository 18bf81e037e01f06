"""One pass over images, without gradients: logits, and the extrema of the class maps."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from campaigns.learning.inputs import Feed, Inputs, Ints
from campaigns.learning.models import MapModel
from campaigns.selection.scores import Scores


def score_pool(
    model: MapModel,
    images: Inputs,
    rows: Ints | None = None,
    *,
    batch_size: int = 64,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Scores:
    """Scores of those rows, or of all, in order: logit, and maximum and minimum of the class map, per class.

    The transform is the test one: no mirror image, the model in evaluation mode.
    """
    model.eval()
    if rows is None:
        rows = np.arange(len(images.readable))
    plain = np.zeros(len(rows), np.bool_)
    found: NDArray[np.float32] | None = None
    with torch.inference_mode():
        for part, x in Feed(images, rows, plain, batch_size):
            maps = model.maps(x)  # (B, C, H, W)
            three = torch.stack([model.pool(maps), maps.amax((2, 3)), maps.amin((2, 3))])  # (3, B, C)
            if found is None:
                found = np.empty((3, len(rows), three.shape[2]), np.float32)
            found[:, part] = three.float().cpu().numpy()
            progress(min(part.stop, len(rows)), len(rows))
    if found is None:
        raise ValueError("there are no images to score")
    return Scores(*found)


def class_maps(model: MapModel, images: Inputs, rows: Ints, *, batch_size: int = 64) -> NDArray[np.float16]:
    """Class maps of those rows, for a person to look at; (n, C, H, W)."""
    model.eval()
    plain = np.zeros(len(rows), np.bool_)
    with torch.inference_mode():
        found = [model.maps(x).to(torch.float16).cpu().numpy() for _, x in Feed(images, rows, plain, batch_size)]
    return np.concatenate(found)
