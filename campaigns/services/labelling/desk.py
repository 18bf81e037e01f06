"""Where one person labels for one campaign on a screen: it is opened once, and every answer is kept at once."""

import hashlib
from dataclasses import dataclass
from statistics import median
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from campaigns.core.answers import Answer, Channel
from campaigns.core.labels import taken_back
from campaigns.errors import NotNow
from campaigns.home.answers import read_answers
from campaigns.home.maps import kept_maps, read_maps
from campaigns.services.labelling.label import Spoken, keep, take_back_line, tell, user
from campaigns.services.labelling.requests import WantedImage, WantedImages, wanted_by
from campaigns.services.labelling.subject import Subject
from campaigns.services.workspace import Workspace

WHOLE = 20
"""Classes up to which whole images are asked."""
LARGEST = 1024
"""Pixels of the longer side of a photograph that is shown."""
TIMED = 20
"""A person's pace is the median of so many of their last answers, and of no fewer than five."""


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The answer that is taken back next."""

    number: int
    """Of its line."""
    answer: Answer


@dataclass(frozen=True, slots=True)
class DeskView:
    """What is asked for at one moment."""

    by: str
    wanted: WantedImages
    seconds: float | None
    """This person's pace: seconds an image; None before it is known."""
    last: LastAnswer | None
    """None when this person has answered nothing that still counts."""
    line: int
    """Number of the last line of answers that this look knows of; 0 when there is none."""

    @property
    def name(self) -> str:
        """The campaign's name."""
        return self.wanted.progress.campaign.name

    @property
    def classes(self) -> tuple[str, ...]:
        """What is asked of every image, in order."""
        return self.wanted.progress.classes


class Desk:
    """A campaign that people label for, and the person who does; used from several threads.

    The campaign is opened when something is first asked of it, by whichever thread asks.
    """

    def __init__(self, workspace: Workspace, name: str, *, by: str | None = None) -> None:
        self.name, self.by = name, by or user()
        self._workspace = workspace
        self._opening, self._writing = Lock(), Lock()
        self._opened: Subject | None = None

    @property
    def _subject(self) -> Subject:
        """The campaign, opened.

        Raises:
            NoSuchName: there is no campaign of that name.
            BadData: its labels come from its data set.
        """
        with self._opening:
            if self._opened is None:
                self._opened = Subject.open(self._workspace, self.name)
            return self._opened

    @property
    def is_readonly(self) -> bool:
        """True where nothing may be answered."""
        return self._workspace.is_readonly

    def look(self) -> DeskView:
        """Return what is asked for now.

        Raises:
            AlwslError: the campaign or its images are gone.
        """
        wanted = wanted_by(self._subject)
        entries = read_answers(self._subject.answers)
        void = taken_back(entries)
        own = [
            LastAnswer(entry.number, entry.statement)
            for entry in entries
            if isinstance(entry.statement, Answer) and _is_of(self.by, entry.statement) and entry.number not in void
        ]
        times = [last.answer.seconds for last in own[-TIMED:] if last.answer.seconds is not None]
        pace = median(times) if len(times) >= 5 else None
        return DeskView(self.by, wanted, pace, own[-1] if own else None, wanted.line)

    def keep(self, spoken: Spoken) -> int:
        """Keep an answer and return the number of its line; it is on the disk then.

        Raises:
            AlwslError: it could not be kept; then nothing was.
        """
        self._workspace.require_writing()
        with self._writing:
            return keep(self._subject, [spoken], by=self.by, via=Channel.SCREEN).entries[0].number

    def tell(self) -> None:
        """Let the campaign go on where what it waits for is complete.

        Raises:
            AlwslError: it cannot.
        """
        tell(self._subject)

    def take_back(self, last: LastAnswer) -> WantedImage:
        """Take an answer of this person back, and return its image, to be asked again.

        Raises:
            AlwslError: it could not be kept.
        """
        self._workspace.require_writing()
        with self._writing:
            take_back_line(self._subject, last.number, by=self.by)
        image = last.answer.image
        wanted = {each.image: each for each in wanted_by(self._subject).images}
        if image not in wanted:
            raise NotNow(f"the answer about {image} is taken back; nothing asks for that image now")
        return wanted[image]

    def picture(self, image: str) -> Image:
        """Open a photograph, RGB and upright, its longer side at most LARGEST pixels.

        Raises:
            BadData: it cannot be opened.
        """
        picture = self._subject.picture(image)
        picture.thumbnail((LARGEST, LARGEST), Resampling.BICUBIC)
        return picture

    def class_map(self, wanted: WantedImage, at: int) -> NDArray[np.float32] | None:
        """Return the map of a class as the round that picked the image kept it; None where it kept none.

        Raises:
            BadData: it is damaged.
        """
        if wanted.pick is None or wanted.maps is None or wanted.place > kept_maps(wanted.maps):
            return None
        chosen: NDArray[np.float32] = read_maps(wanted.maps, wanted.place - 1)[at].astype(np.float32)
        return chosen


def _is_of(by: str, answer: Answer) -> bool:
    """Return whether a person gave an answer here; an import is taken back as a whole, and was not timed here."""
    return answer.by == by and answer.via is not Channel.IMPORT


def walk(wanted: WantedImage) -> tuple[int, ...]:
    """Return the places of the classes that are asked one by one before the rest; none up to WHOLE classes.

    Of more, the two most doubtful ones and three others, drawn by the image's name: labels of doubtful classes alone
    train worse models than labels of random ones.
    """
    if wanted.pick is None or len(wanted.pick.probabilities) <= WHOLE:
        return ()
    shares = wanted.pick.probabilities
    doubtful = sorted(range(len(shares)), key=lambda at: abs(shares[at] - 0.5))[:2]
    others = [at for at in range(len(shares)) if at not in doubtful]
    drawn = sorted(others, key=lambda at: hashlib.sha256(f"{wanted.image}\0{at}".encode()).digest())
    return (*doubtful, *drawn[:3])
