"""What people say of images, and what it comes to: answers in, labels out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Opinion(StrEnum):
    """What an answer says of one class of an image."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    """Looked at, and not to be told: unknown to training and to measures, and not asked again."""


class Channel(StrEnum):
    """How an answer came."""

    SCREEN = "screen"
    SHEET = "sheet"
    """A screen that asks about one class alone: nobody looked for the others."""
    COMMAND = "command"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said of one image at one moment."""

    at: float
    """Seconds since 1970, UTC."""
    by: str
    """Who; the name of the user of the operating system unless another one is given."""
    image: str
    """The image's id: its path below the folder, with slashes."""
    mark: str | None
    """First 16 hex digits of the SHA-256 of the bytes that were looked at; None when nobody looked at the file."""
    says: Mapping[str, Opinion] = field(default_factory=dict)
    """By class: what was said of it expressly."""
    is_rest_no: bool = False
    """Every class of then that is not in `says` is a no, said by one key for all of them."""
    skip: str | None = None
    """Why the image was set aside without labels; None when it was not."""
    seconds: float | None = None
    """From the image on the screen to the answer; None when nobody measured it."""
    via: Channel = Channel.COMMAND
    request: str | None = None
    """The request that it answers, as `photos.3f2a91/arm-t0-ag/2`; None when nothing asked for it."""
    is_blind: bool = False
    """The person saw nothing of what a model says."""
    classes: tuple[str, ...] = ()
    """The classes that were asked about, in order; what `is_rest_no` speaks of."""


@dataclass(frozen=True, slots=True)
class TakesBack:
    """An earlier line counts no more; where that one took something back itself, this counts again."""

    at: float
    by: str
    line: int
    """Its number."""


@dataclass(frozen=True, slots=True)
class ClassChange:
    """The classes that are asked about changed: one came, took another name, or went."""

    at: float
    by: str
    adds: str | None = None
    renames: tuple[str, str] | None = None
    """From, to."""
    retires: str | None = None


@dataclass(frozen=True, slots=True)
class RequestClosing:
    """A request is closed: what of it was not answered goes back to the pool."""

    at: float
    by: str
    request: str


@dataclass(frozen=True, slots=True)
class Import:
    """The answers behind this line came from a file of another program; together they can be taken back."""

    at: float
    by: str
    format: str
    file: str
    sha256: str
    images: int
    """How many answers follow."""
    options: str = ""
    """How the file was read, as on a command line: `--empty nothing`; the same file may be read in several ways."""


Statement = Answer | TakesBack | ClassChange | RequestClosing | Import


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of what people said, with its place in it."""

    number: int
    """From 1, without gaps."""
    statement: Statement

    @property
    def when(self) -> float:
        """Seconds since 1970, UTC, of what it says; of two lines of one time the one of the higher number is later."""
        return self.statement.at
