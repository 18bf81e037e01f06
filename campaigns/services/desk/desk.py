"""Where one person labels for one campaign on a screen: it is opened once, and every answer is kept at once."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from PIL.Image import Image, Resampling

from campaigns.core.answers import Answer, Channel
from campaigns.core.classes import Changes, Naming
from campaigns.core.foresight import Foresight
from campaigns.core.states import CampaignState
from campaigns.errors import NotNow
from campaigns.home.maps import Maps, kept_maps, read_maps
from campaigns.services.campaigns.extend import advised_images
from campaigns.services.labelling.backfill import unasked_about
from campaigns.services.labelling.foresight import last_foresights
from campaigns.services.labelling.label import Spoken, keep, take_back_line, tell, user
from campaigns.services.labelling.leases import MOST, Holder, claim, divided, release
from campaigns.services.labelling.requests import WantedImage, WantedImages, wanted_by
from campaigns.services.labelling.sheet import sheet_images
from campaigns.services.labelling.subject import Subject
from campaigns.services.monitor.progress import state_of
from campaigns.services.results.curves import load_curves
from campaigns.services.workspace import Workspace
from campaigns.store.campaigns import get_campaign

WHOLE = 20
"""Classes up to which whole images are asked."""
LARGEST = 1024
"""Pixels of the longer side of a photograph that is shown."""


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
    others: Mapping[str, int] = field(default_factory=dict)
    """By person: how many of the images that are open others have before them."""
    unasked: Mapping[str, int] = field(default_factory=dict)
    """Where nothing is asked for: how many answered images nobody has said anything of an added class about."""
    changes: Changes = ()
    """Of the classes, so far."""
    foresights: tuple[Foresight, ...] = ()
    """Between two batches: how far the model of each arm foresaw the last one."""
    state: CampaignState | None = None
    """What the campaign is doing, where nothing is asked for; else None."""
    advised: int | None = None
    """How many images it should go on with, where it is done and its forecast says *go on*; else None."""

    def names_since(self, line: int) -> Mapping[str, str | None]:
        """Return what classes are called by now that had another name after a line; None for one that lost its name."""
        return Naming(self.changes).since(line)

    @property
    def name(self) -> str:
        """The campaign's name."""
        return self.wanted.progress.campaign.name

    @property
    def classes(self) -> tuple[str, ...]:
        """What is asked of every image by now, in order."""
        return self.wanted.progress.classes


class Desk:
    """A campaign that people label for, and the person who does; used from several threads.

    The campaign is opened when something is first asked of it, by whichever thread asks.
    """

    def __init__(
        self, workspace: Workspace, name: str, *, by: str | None = None, overlap: float = 0, repeats: float = 0
    ) -> None:
        self.name, self.by, self._overlap, self._repeats = name, by or user(), overlap, repeats
        self._holder = Holder.screen(self.by)
        self.workspace = workspace
        self._opening, self._writing = Lock(), Lock()
        self._opened: Subject | None = None
        self._advice: Mapping[int, int | None] = {}

    @property
    def _subject(self) -> Subject:
        """The campaign, opened.

        Raises:
            NoSuchName: there is no campaign of that name.
            BadData: its labels come from its data set.
        """
        with self._opening:
            if self._opened is None:
                self._opened = Subject.open(self.workspace, self.name)
            return self._opened

    @property
    def is_readonly(self) -> bool:
        """True where nothing may be answered."""
        return self.workspace.is_readonly

    def look(self) -> DeskView:
        """Return what is asked for now.

        Raises:
            AlwslError: the campaign or its images are gone.
        """
        subject = self._subject
        portion = divided(subject, self._holder, overlap=self._overlap, repeats=self._repeats)
        wanted = portion.wanted
        labelling = subject.labelling()
        unasked = {} if wanted.images else unasked_about(subject, labelling)
        foresights = () if wanted.progress.round is not None else last_foresights(subject)
        state = None if wanted.images else self._state()
        return DeskView(
            self.by, wanted, subject.log.pace_of(self.by), self._last_answer(), wanted.line, portion.others, unasked,
            tuple(change for change in labelling.changes if change[0] <= wanted.line), foresights,
            state, None if state is None else self._advised(state, wanted.line),
        )  # fmt: skip

    def _state(self) -> CampaignState:
        subject = self._subject
        with subject.workspace.store() as store:
            row = get_campaign(store, subject.row.id)
            state = state_of(store, row)
        if row.plan != subject.row.plan:  # it was extended: the next look is at what it is to do by now
            with self._opening:
                self._opened = None
        return state

    def _advised(self, state: CampaignState, line: int) -> int | None:
        """Return how many images are worth going on with; worked out once for as long as nobody says anything new."""
        if state is not CampaignState.DONE:
            return None
        if line not in self._advice:
            row = self._subject.row
            self._advice = {line: advised_images(self.workspace, row, state, load_curves(self.workspace, row.id))}
        return self._advice[line]

    def _last_answer(self) -> LastAnswer | None:
        last = self._subject.log.last_of(self.by)
        answer = None if last is None else last.statement
        return LastAnswer(last.number, answer) if last is not None and isinstance(answer, Answer) else None

    def keep(self, spoken: Spoken) -> LastAnswer:
        """Keep an answer and return it with the number of its line; it is on the disk then.

        Raises:
            AlwslError: it could not be kept; then nothing was.
        """
        return self.keep_all([spoken])[0]

    def keep_all(self, answers: Sequence[Spoken], *, via: Channel = Channel.SCREEN) -> tuple[LastAnswer, ...]:
        """Keep answers, all or none, and return them with the numbers of their lines.

        Raises:
            AlwslError: they could not be kept; then nothing was.
        """
        self.workspace.require_writing()
        with self._writing:
            entries = keep(self._subject, answers, by=self.by, via=via).entries
        return tuple(LastAnswer(each.number, each.statement) for each in entries if isinstance(each.statement, Answer))

    def unasked(self, class_name: str, *, most: int = MOST) -> tuple[WantedImage, ...]:
        """Return images for a sheet: of those that are asked for, some of which nothing is known of a class.

        Behind them come answered ones that nobody was asked about it.

        Raises:
            BadData: nobody is asked about that class by now.
            AlwslError: the campaign or its images are gone.
        """
        return tuple(sheet_images(self._subject, class_name, self._holder, most=most))

    def tell(self) -> None:
        """Let the campaign go on where what it waits for is complete.

        Raises:
            AlwslError: it cannot.
        """
        tell(self._subject)

    def take_back(self, last: LastAnswer) -> None:
        """Take an answer of this person back.

        Raises:
            AlwslError: it could not be kept.
        """
        self.workspace.require_writing()
        with self._writing:
            take_back_line(self._subject, last.number, by=self.by)

    def ask_again(self, image: str) -> WantedImage:
        """Return an image whose answer was taken back, to be asked again.

        Raises:
            NotNow: nothing asks for that image now, or somebody else has it before them already.
            AlwslError: the campaign or its images are gone.
        """
        wanted = {each.image: each for each in self._open_images()}
        if image not in wanted:
            raise NotNow(f"the answer about {image} is taken back; nothing asks for that image now")
        if not claim(self.workspace, self._subject.row.dataset, image, self._holder):
            raise NotNow(f"the answer about {image} is taken back; somebody else labels that image now")
        return wanted[image]

    def _open_images(self) -> Sequence[WantedImage]:
        return wanted_by(self._subject, by=self.by, overlap=self._overlap, repeats=self._repeats).images

    def close(self) -> None:
        """Leave the images that nobody has answered about to others.

        Raises:
            AlwslError: the store cannot be written; they come free after some minutes.
        """
        if not self.is_readonly:
            release(self.workspace, self._subject.row.dataset, self._holder)

    def take_back_all(self, answers: Sequence[LastAnswer]) -> tuple[str, ...]:
        """Take answers of this person back; return the images that they are not asked about again: others have them.

        Raises:
            AlwslError: it could not be kept.
        """
        self.workspace.require_writing()
        with self._writing:
            for last in answers:
                take_back_line(self._subject, last.number, by=self.by)
        images, dataset = (last.answer.image for last in answers), self._subject.row.dataset
        return tuple(image for image in images if not claim(self.workspace, dataset, image, self._holder))

    def picture(self, image: str) -> Image:
        """Open a photograph, RGB and upright, its longer side at most LARGEST pixels.

        Raises:
            BadData: it cannot be opened.
        """
        picture = self._subject.picture(image)
        picture.thumbnail((LARGEST, LARGEST), Resampling.BICUBIC)
        return picture

    def class_maps(self, wanted: WantedImage) -> Maps | None:
        """Return the class maps of an image as the round that picked it kept them; None where it kept none.

        Raises:
            BadData: they are damaged.
        """
        if wanted.pick is None or wanted.maps is None or wanted.place > kept_maps(wanted.maps):
            return None
        return read_maps(wanted.maps, wanted.place - 1)


def walk(wanted: WantedImage, classes: Sequence[str]) -> tuple[int, ...]:
    """Return the places of the classes that are asked one by one before the rest; none up to WHOLE classes.

    Of more, the two most doubtful ones and three others, drawn by the image's name: labels of doubtful classes alone
    train worse models than labels of random ones.
    """
    if wanted.pick is None or len(classes) <= WHOLE:
        return ()
    shares = dict(enumerate(wanted.shares(classes)))
    known = {at: share for at, share in shares.items() if share is not None}
    doubtful = sorted(known, key=lambda at: abs(known[at] - 0.5))[:2]
    others = [at for at in range(len(shares)) if at not in doubtful]
    drawn = sorted(others, key=lambda at: hashlib.sha256(f"{wanted.image}\0{at}".encode()).digest())
    return (*doubtful, *drawn[:3])
