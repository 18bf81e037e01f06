"""Class maps as pictures: where in a photograph a model saw each class that it found."""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from campaigns.core.text import file_name
from campaigns.datasets.pictures import open_picture
from campaigns.home.files import replacing
from campaigns.home.model_file import ModelDescription
from campaigns.learning.masks import answers_of
from campaigns.learning.trained import Prediction, probabilities_of
from campaigns.recipe.tasks import TASKS


def draw_maps(folder: Path, prediction: Prediction, labels: tuple[str, ...], description: ModelDescription) -> None:
    """Write a grey picture for each class that a photograph shows, as large as it: `PHOTOGRAPH.CLASS.png`.

    Of a model that learnt masks also the mask, `PHOTOGRAPH.mask.png`: the number of the class of each pixel. A place is
    as bright as the probability that the class map alone would give there: 0 black, 1 white.

    Raises:
        NoRoom: the disk is full.
    """
    assert prediction.maps is not None
    size = open_picture(prediction.path, bits=description.preparation.bits).size
    is_dense = TASKS[description.task].is_dense
    shares = probabilities_of(prediction.maps, "softmax" if is_dense else prediction.link)
    if is_dense:
        _draw_mask(folder, prediction.path, prediction.maps, size, description)
    for name in labels:
        at = description.classes.index(name)
        grey = shares[at] * 255
        picture = Image.fromarray(grey.round().astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
        with replacing(folder / map_name(prediction.path, name, at)) as draft:
            picture.save(draft, "PNG")


def _draw_mask(
    folder: Path, path: Path, maps: NDArray[np.float32], size: tuple[int, int], description: ModelDescription
) -> None:
    taken = answers_of(torch.from_numpy(maps)[None], description.preparation.size)[0].numpy().astype(np.uint8)
    mask = Image.fromarray(taken).resize(size, Image.Resampling.NEAREST)
    name = "mask-0" if "mask" in description.classes else "mask"
    with replacing(folder / f"{file_name(path.name)}.{name}.png") as draft:
        mask.save(draft, "PNG")


def map_name(path: Path, name: str, at: int) -> str:
    """Return the name of the file that shows where a photograph has a class, which is the one at `at`, from 0."""
    # Two classes may look the same as parts of a file's name.
    shown = file_name(name) if file_name(name) == name else f"{file_name(name)}-{at + 1}"
    return f"{file_name(path.name)}.{shown}.png"
