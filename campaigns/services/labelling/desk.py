"""What somebody sees who labels: the images that are asked for, in order, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from campaigns.core.answers import Opinion


@dataclass(frozen=True, slots=True)
class AskedImage:
    """One image that a person is asked about."""

    image: str
    """Its id: the path below the folder."""
    path: Path
    request: str
    """The request that it belongs to."""
    place: int
    """In its request, from 1."""
    is_test: bool = False
    """It measures models and is labelled blind."""
    why: str = ""
    """Why it is asked for, in a sentence; empty where nothing chose it."""
    probabilities: tuple[float, ...] | None = None
    """What the model of the round before says of each class; None where there is none, or for a test image."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gave as an answer."""

    says: Mapping[str, Opinion]
    is_rest_no: bool = False
    skip: str | None = None
    seconds: float | None = None
    is_blind: bool = False


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The answer that Backspace takes back next."""

    image: str
    text: str
    """`car, person; the rest no`."""
    seconds: float | None
    number: int
    """Of its line."""


@dataclass(frozen=True, slots=True)
class DeskView:
    """What is asked for at one moment."""

    name: str
    by: str
    classes: tuple[str, ...]
    asked: tuple[AskedImage, ...]
    """Still open, in order."""
    answered: int = 0
    """Of this request."""
    of: int = 0
    """Images of this request."""
    round: int = 0
    """The round that waits for them."""
    used: int = 0
    """Images that are labelled, of the budget."""
    budget: int = 0
    seconds: float | None = None
    """Median seconds an image of this person; None before five."""
    last: LastAnswer | None = None
    activity: str = ""
    """What the campaign does where nothing is asked."""


class Desk(Protocol):
    """Where one person labels for one campaign."""

    name: str

    def look(self) -> DeskView:
        """Return what is asked for now."""
        ...

    def answer(self, asked: AskedImage, given: Given) -> None:
        """Keep an answer; it is on disk when this returns."""
        ...

    def take_back(self, number: int) -> tuple[AskedImage, Given]:
        """Take an answer back; its image, and what it was."""
        ...

    def picture(self, asked: AskedImage) -> Image:
        """Open the photograph."""
        ...

    def class_map(self, asked: AskedImage, at: int) -> NDArray[np.float32] | None:
        """Return the map of a class; None where none was kept."""
        ...

    def walk(self, asked: AskedImage) -> tuple[int, ...]:
        """Return the places of the classes that are asked one by one."""
        ...
