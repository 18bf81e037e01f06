"""What can go wrong that a person can mend. Anything else is a bug and keeps its traceback.

AlwslError                    a fact, a next step, an exit code
├── UsageError            2   the command does not fit what there is
│   ├── NoSuchName            no campaign, job, recipe or data set of that name
│   ├── NameTaken             a campaign or data set of that name exists
│   └── NotNow                the campaign is in a state that forbids it
├── BadInput              3   something given to us is wrong
│   ├── BadRecipe             the recipe, or one `--set`
│   ├── BadData               a data set, an image, a label file
│   ├── BadHome               the home cannot be read or written
│   │   ├── Damaged           a file of the home is not what this program wrote; also a ValueError
│   │   ├── KeptElsewhere     another host keeps the home: from here it is only looked at
│   │   ├── NoRoom            the disk is full, or takes no more: work waits until it does
│   │   └── BadDisk           the disk fails: another try may succeed
│   ├── BadPackage            an installed package brings what cannot be used; also a ValueError
│   ├── NoWeights             pretrained weights are not to be had here
│   ├── NoDevice              a device was asked for that this machine lacks
│   └── NoEngine              an executor was asked for that is not here, or that refuses
├── JobFailed             4   a worker ended badly
│   └── NoNumber              losses, weights or scores are NaN or infinite
├── OutOfMemory           5   a worker found too little memory
└── WaitingForLabels      7   a person has to label before it can go on
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong: where it stands, and what would be right."""

    where: str
    """The key, the file, or the file with its line: `protocol.trials`, `labels.csv:14`."""
    what: str
    """What was found and what is allowed."""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class AlwslError(Exception):
    """A fact, then a next step; several mistakes are reported together."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", mistakes: Sequence[Mistake] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.mistakes = tuple(mistakes)

    def __str__(self) -> str:
        lines = [self.message, *(f"  {mistake}" for mistake in self.mistakes)]
        return "\n".join(lines)


class UsageError(AlwslError):
    """The command does not fit what there is."""

    exit_code = 2


class NoSuchName(UsageError):
    """Nothing of that name exists here."""


class NameTaken(UsageError):
    """Something of that name exists already."""


class NotNow(UsageError):
    """The campaign is in a state that forbids it."""


class BadInput(AlwslError):
    """Something given to us is wrong."""

    exit_code = 3


class BadRecipe(BadInput):
    """A recipe, or one of its overrides, is wrong."""


class BadData(BadInput):
    """A data set, an image or a label file is wrong."""


class BadHome(BadInput):
    """The home cannot be read or written."""


class Damaged(BadHome, ValueError):
    """A file of the home is not what this program wrote: whoever can make it again does, else a person hears of it."""


class NoAccess(BadHome):
    """A file of the home is somebody else's, or closed to this user."""


class KeptElsewhere(BadHome):
    """Another host keeps the home: its station alone writes there, and from here the home is only looked at."""


class NoRoom(BadHome):
    """The disk is full, a quota is used up, or it may only be read: whoever writes waits until that has changed."""


class BadDisk(BadHome):
    """The disk failed to read or write: another try may succeed."""


class BadPackage(BadInput, ValueError):
    """An installed package brings a criterion, a backbone or the like that cannot be used."""


class NoWeights(BadInput):
    """Pretrained weights are not to be had here."""


class NoDevice(BadInput):
    """A device was asked for that this machine lacks."""


class NoEngine(BadInput):
    """An executor was asked for that is not to be had here, or that refuses what it is given."""


class JobFailed(AlwslError):
    """A worker ended badly."""

    exit_code = 4


class NoNumber(JobFailed):
    """Losses, weights or scores are NaN or infinite."""

    def __init__(self, message: str, *, hint: str = "", rows: Sequence[int] = ()) -> None:
        super().__init__(message, hint=hint)
        self.rows = tuple(rows)
        """Of the split that is trained on or scored: the images of the first batch that it shows in."""


class OutOfMemory(AlwslError):
    """A worker found too little memory."""

    exit_code = 5


class WaitingForLabels(AlwslError):
    """A person has to label before the campaign can go on."""

    exit_code = 7


def nearest(name: str, known: Sequence[str]) -> str:
    """Return a hint that names the closest known name, else all of them."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else f"there is: {', '.join(known) or 'nothing yet'}"


def nearest_of(name: str, known: Mapping[str, Sequence[str]]) -> str:
    """Return a hint that names the closest known name of each kind, the one that was meant first; else all of them."""
    close = {kind: get_close_matches(name, names, n=1, cutoff=0.6) for kind, names in known.items()}
    likely = [f"the {kind} {names[0]!r}" for kind, names in close.items() if names]
    meant = next(iter(known))
    if likely and close[meant] and len(likely) == 1:
        return nearest(name, known[meant])
    if likely:
        return f"did you mean {' or '.join(likely)}?"
    return "; ".join(f"{kind}s: {', '.join(names) or 'none yet'}" for kind, names in known.items())


def none_such(kind: str, name: str, known: Sequence[str]) -> NoSuchName:
    """Build the error for a name that nothing bears, with the nearest one that something does."""
    return NoSuchName(f"there is no {kind} {name!r}", hint=nearest(name, known))
