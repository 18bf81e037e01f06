"""The labelling loop under torture: a campaign that asks, and somebody who answers by commands that are killed."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from campaigns.core.labels import Label, resolve
from campaigns.core.states import CampaignState
from campaigns.errors import AlwslError
from campaigns.home.answers import read_answers
from campaigns.services.labelling.requests import next_images
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace, ensure_station

LABELLED = "labelled"
"""The campaign that people label."""
ALBUM, PHOTOS = "album", 16
"""Folder of its photographs, and how many there are."""
CLASSES = ("red", "blue")
SIZES = {"budget": 6, "batch": 2, "test": 4}
OVERRIDES = (
    "model.backbone=tiny", "model.weights=none", "model.image_size=32", "training.until=epochs",
    "protocol.epochs=[4, 4, 4]", "run.threads=1", "run.precision=float32", "run.retries=10",
)  # fmt: skip
WHO = "anna"
LOOK_SECONDS = 0.1
"""Between two looks for what is asked."""


def draw_album(folder: Path) -> None:
    """Draw photographs of one colour each: red, blue, both or neither."""
    folder.mkdir()
    for n in range(PHOTOS):
        Image.new("RGB", (32, 32), (200 * _is_red(n), 0, 200 * _is_blue(n))).save(folder / f"{n:02}.png")


def _is_red(n: int) -> bool:
    return bool(n % 2)


def _is_blue(n: int) -> bool:
    return n % 3 == 0


def truth_of(image: str) -> Mapping[str, Label]:
    """Return what there is to see on a photograph."""
    n = int(Path(image).stem)
    shown = dict(zip(CLASSES, (_is_red(n), _is_blue(n)), strict=True))
    return {name: Label.YES if is_there else Label.NO for name, is_there in shown.items()}


def new_labelled(album: Path) -> list[str]:
    """Return the command that makes the campaign."""
    sizes = [word for name, count in SIZES.items() for word in (f"--{name}", str(count))]
    overrides = [word for override in OVERRIDES for word in ("--set", override)]
    return ["new", "--folder", str(album), "--classes", ",".join(CLASSES), "--name", LABELLED, *sizes, *overrides]


def answering(image: str) -> list[str]:
    """Return the command that answers truly about a photograph."""
    shown = [f"{name}=yes" for name, label in truth_of(image).items() if label is Label.YES]
    return ["label", LABELLED, "--answer", image, ",".join([*shown, "rest=no"]), "--by", WHO]


@dataclass(slots=True)
class Person:
    """Answers all that is asked for, one command a photograph, until the campaign is done."""

    place: Workspace
    ask: Callable[[Sequence[str]], bool]
    """Runs a command again and again until it was not killed; False when it came to no good end."""
    acknowledged: list[str] = field(default_factory=list)
    """Photographs whose answer a command has said to be kept."""
    losses: list[str] = field(default_factory=list)

    def label(self, *, until: float) -> None:
        """Answer to the end; `until` is on the monotonic clock, and what is not done by then is a loss."""
        while time.monotonic() < until:
            for image in self._asked():
                if self.ask(answering(image)):
                    self.acknowledged.append(image)
                self.losses += lost_answers(self.place, self.acknowledged)
            if self._is_done():
                return
            with suppress(AlwslError):  # nobody else starts one again after it was killed
                ensure_station(self.place)
            time.sleep(LOOK_SECONDS)
        self.losses.append(f"{LABELLED} is not done, with {len(self.acknowledged)} answers")

    def _asked(self) -> list[str]:
        try:
            return [wanted.image for wanted in next_images(self.place, LABELLED).images]
        except AlwslError as error:
            self.losses.append(f"nobody can see what is asked: {error}")
            return []

    def _is_done(self) -> bool:
        return watch(self.place, LABELLED).state is CampaignState.DONE


def lost_answers(place: Workspace, acknowledged: Sequence[str]) -> list[str]:
    """Return which answers that were acknowledged are gone, and which that are there nobody gave, a line each."""
    known = resolve(read_answers(place.home.labels(ALBUM))).images
    gone = [image for image in acknowledged if image not in known]
    wrong = [image for image, labelled in known.items() if labelled.labels != truth_of(image) or labelled.skips]
    lines = [f"the answer about {image} was acknowledged, and is gone" for image in sorted(set(gone))]
    return [*lines, *(f"the answer about {image} is {dict(known[image].labels)}" for image in sorted(wrong))]
