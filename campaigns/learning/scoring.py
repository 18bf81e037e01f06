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
    rows: Ints,
    *,
    batch_size: int = 64,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Scores:
    """Scores of those rows, in their order: logit, and maximum and minimum of the class map, per class.

    The transform is the test one: no mirror image, the model in evaluation mode.
    """
    model.eval()
    parts: list[tuple[NDArray[np.float32], ...]] = []
    plain = np.zeros(len(rows), np.bool_)
    with torch.inference_mode():
        for part, x in Feed(images, rows, plain, batch_size):
            maps = model.maps(x)  # (B, C, H, W)
            found = (model.pool(maps), maps.amax((2, 3)), maps.amin((2, 3)))  # (B, C) each
            parts.append(tuple(t.float().cpu().numpy() for t in found))
            progress(min(part.stop, len(rows)), len(rows))
    logits, peak, trough = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Scores(logits, peak, trough)
