"""What a home without campaigns has to show: scenes of the built-in data, and where one of their classes stands."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from campaigns.datasets.scene import coverage
from campaigns.datasets.shapes import numbered_scene

FEWEST = 3
"""Classes of a scene that is worth looking at."""
CELLS = 14
"""Of a class map's side, as of a network's."""


@dataclass(frozen=True, slots=True, eq=False)
class WelcomeScene:
    """A scene of the demo, under what a perfect class map would be."""

    picture: Image
    class_: str
    class_map: NDArray[np.float32]
    """(CELLS, CELLS), in [0, 1]."""


def draw_scenes(count: int, *, size: int) -> tuple[WelcomeScene, ...]:
    """Draw the first scenes of the demo's training set that hold three classes or more; of each, another class."""
    scenes: list[WelcomeScene] = []
    number = 0
    while len(scenes) < count:
        scene, names = numbered_scene("train", number, size=size)
        number += 1
        if len(names) >= FEWEST:
            at = len(scenes) % len(names)
            scenes.append(WelcomeScene(scene.picture, names[at], coverage(scene, at, cells=CELLS)))
    return tuple(scenes)
