"""Class maps as pictures: where in a photograph a model saw each class that it found."""

import re
from pathlib import Path

import numpy as np
from PIL import Image

from campaigns.datasets.pictures import open_picture
from campaigns.home.files import replacing
from campaigns.home.model_file import ModelDescription
from campaigns.learning.trained import Prediction, probabilities_of

_ODD = re.compile(r"[^\w.-]+")
"""What a class or a picture may have in its name and a file's name should not."""


def draw_maps(folder: Path, prediction: Prediction, labels: tuple[str, ...], description: ModelDescription) -> None:
    """Write a grey picture for each class that a photograph shows, as large as it: `PHOTOGRAPH.CLASS.png`.

    A place is as bright as the probability that the class map alone would give there: 0 black, 1 white.

    Raises:
        NoRoom: the disk is full.
    """
    assert prediction.maps is not None
    size = open_picture(prediction.path, bits=description.preparation.bits).size
    for name in labels:
        grey = probabilities_of(prediction.maps[description.classes.index(name)]) * 255
        picture = Image.fromarray(grey.round().astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
        with replacing(folder / map_name(prediction.path, name)) as draft:
            picture.save(draft, "PNG")


def map_name(path: Path, name: str) -> str:
    """Return the name of the file that shows where a photograph has a class."""
    return ".".join((_ODD.sub("-", path.name), _ODD.sub("-", name), "png"))
