"""The images behind a number of the agreement: those that two criteria both want, or that so many want."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from alwsl_tui.drawing.units import plural
from alwsl_tui.tui.widgets.listing import Column, Row
from campaigns.core.text import printable
from campaigns.errors import NotNow
from campaigns.services.results.agreement import images_with_votes, shared_images
from campaigns.services.results.picks import load_picks
from campaigns.services.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Asked:
    """What is wanted of one round of one arm: a pair of criteria, or a number of votes."""

    trial: int
    criterion: str
    round: int
    of: tuple[str, str] | int

    @property
    def title(self) -> str:
        """What the images have in common."""
        if isinstance(self.of, int):
            return f"images with {plural(self.of, 'vote')}"
        first, second = map(printable, self.of)
        return f"wanted by {first}" + ("" if first == second else f" and {second}")


@dataclass(frozen=True, slots=True)
class AskedImages:
    """The images that were asked for."""

    asked: Asked
    images: tuple[str, ...]
    picked: Mapping[str, int]
    """Place among the picks of the round, from 1, of each image that the arm picked."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """As they are listed."""
        return tuple(
            Row(image, (printable(image), f"pick {self.picked[image]}" if image in self.picked else "no"))
            for image in self.images
        )


def read(workspace: Workspace, name: str, asked: Asked) -> AskedImages:
    """Read the images from the scores that the round has left; in a thread, as it reads all of them.

    Raises:
        AlwslError: the round has left no scores, or none that fit the data.
    """
    trial, criterion, round_ = asked.trial, asked.criterion, asked.round
    if isinstance(asked.of, int):
        images = images_with_votes(
            workspace, name, trial=trial, criterion=criterion, round_=round_, votes=asked.of
        )  # fmt: skip
    else:
        first, second = asked.of
        images = shared_images(
            workspace, name, trial=trial, criterion=criterion, round_=round_, first=first, second=second
        )  # fmt: skip
    places: dict[str, int] = {}
    with suppress(NotNow):  # the pool is ranked, but the arm has not picked from it yet
        picked = load_picks(workspace, name, criterion=criterion, trial=trial, round_=round_).picked
        places = {image: at for at, image in enumerate(picked.images, 1)}
    return AskedImages(asked, images, places)


def columns(title: str) -> tuple[Column, ...]:
    """Return the columns of the list."""
    return (Column(title, 14, is_wide=True), Column("picked", 9))
