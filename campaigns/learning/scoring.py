"""One pass over images, without gradients: logits, and the extrema of the class maps."""

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from campaigns.errors import NoNumber, OutOfMemory
from campaigns.learning.inputs import Feed, Inputs, Ints
from campaigns.learning.memory import is_memory
from campaigns.learning.models import MapModel
from campaigns.selection.scores import Link, Scores

T = TypeVar("T")
UNDECIDED = 0.5
"""Below this probability of the best class a place belongs to none for certain."""


def score_pool(
    model: MapModel,
    images: Inputs,
    rows: Ints | None = None,
    *,
    batch_size: int = 64,
    link: Link = "sigmoid",
    has_pixels: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    warn: Callable[[str], None] = lambda _text: None,
) -> Scores:
    """Score those rows, or all, in order: logit, and maximum and minimum of the class map, per class.

    With `has_pixels` also what the places of the maps say, each of which shows one class.

    The transform is the test one: no mirror image, the model in evaluation mode. Where memory does not suffice for a
    batch, this one and the next are halved, aloud; the last digits of scores may depend on that.

    Raises:
        NoNumber: a score is NaN or infinite.
        OutOfMemory: not even one image at a time fits.
    """
    if rows is None:
        rows = np.arange(len(images.readable))
    values: NDArray[np.float32] | None = None

    def look(x: Tensor) -> NDArray[np.float32]:
        maps = model.maps(x)  # (B, C, H, W)
        three = torch.stack([model.pool(maps), maps.amax((2, 3)), maps.amin((2, 3))])  # (3, B, C)
        if has_pixels:
            three = torch.cat([three, of_places(maps).T[:, :, None]], dim=2)  # (3, B, C + 1)
        return three.float().cpu().numpy()

    for part, three in batches(model, images, rows, look, batch_size=batch_size, warn=warn):
        if not np.isfinite(three).all():
            bad = rows[part][~np.isfinite(three).all(axis=(0, 2))]
            text = f"the model's scores of {len(bad)} of {len(three[0])} images are NaN or infinite"
            raise NoNumber(text, hint="a new campaign with a lower training.lr", rows=bad.tolist())
        if values is None:
            values = np.empty((3, len(rows), three.shape[2]), np.float32)
        values[:, part] = three
        progress(part.stop, len(rows))
    if values is None:
        raise ValueError("there are no images to score")
    if has_pixels:
        return Scores(*values[:, :, :-1], link=link, pixels=np.ascontiguousarray(values[:, :, -1].T))
    return Scores(*values, link=link)


def of_places(maps: Tensor) -> Tensor:
    """Return mean entropy, mean margin and share of undecided places of class maps that are logits of a softmax.

    (B, C, H, W) -> (B, 3): as `PIXELS` of `campaigns.selection.scores`.
    """
    logs = torch.log_softmax(maps.float(), dim=1)
    shares = logs.exp()
    best = shares.topk(min(2, shares.shape[1]), dim=1).values  # (B, 2, H, W)
    entropy = -(shares * logs).sum(dim=1)
    margin = best[:, 0] - best[:, 1] if best.shape[1] > 1 else best[:, 0]
    undecided = (best[:, 0] < UNDECIDED).float()
    return torch.stack([each.mean(dim=(1, 2)) for each in (entropy, margin, undecided)], dim=1)


def class_maps(model: MapModel, images: Inputs, rows: Ints, *, batch_size: int = 64) -> NDArray[np.float16]:
    """Return class maps of those rows, for a person to see; (n, C, H, W).

    Raises:
        OutOfMemory: not even one image at a time fits.
    """

    def look(x: Tensor) -> NDArray[np.float16]:
        maps: NDArray[np.float16] = model.maps(x).to(torch.float16).cpu().numpy()
        return maps

    return np.concatenate([maps for _, maps in batches(model, images, rows, look, batch_size=batch_size)])


def batches(
    model: MapModel,
    images: Inputs,
    rows: Ints,
    look: Callable[[Tensor], T],
    *,
    batch_size: int,
    warn: Callable[[str], None] = lambda _text: None,
) -> Iterator[tuple[slice, T]]:
    """Yield what `look` makes of each batch, with its positions among `rows`; smaller batches where memory asks for
    them. The model is in evaluation mode from the first batch on.

    Raises:
        OutOfMemory: not even one image at a time fits.
    """
    model.eval()
    plain = np.zeros(len(rows), np.bool_)
    first = done = 0
    size = min(batch_size, len(rows))
    while done < len(rows):
        try:
            for part, x in Feed(images, rows[first:], plain[first:], size):
                with torch.inference_mode():
                    outcome = look(x)
                yield slice(first + part.start, first + part.start + len(x)), outcome
                done = first + part.start + len(x)
        except (MemoryError, RuntimeError) as error:
            if not is_memory(error):
                raise
            if size == 1:
                raise OutOfMemory(f"not even one image fits: {error}", hint="lower model.image_size") from error
        else:
            return
        # Outside the handler: the error holds the tensors that have to go first.
        first, size = done, -(-size // 2)
        warn(f"memory did not suffice: images are looked at {size} at a time")
        if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
            torch.cuda.empty_cache()
