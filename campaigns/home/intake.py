"""`intakes/N.json`: photographs that a folder had at one look and none before; written once, and never changed."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from campaigns.errors import Damaged
from campaigns.home.files import damaged
from campaigns.home.locks import exclusive
from campaigns.home.records import read_record, write_record

SCHEMA = 1
MOST_BYTES = 1 << 32
"""An intake names every image, and there may be a hundred million."""


@dataclass(frozen=True, slots=True)
class TakenImages:
    """Images of one split, in the order of their rows."""

    ids: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    """Bytes of their files; -1 for one that could not be examined."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What a campaign found in its folder at one look."""

    train: TakenImages
    test: TakenImages
    """But for those of the first intake in the order in which people label them."""
    checksum: str
    """Sha-256 of all this, in hex. It names the caches of these images, but for those of the first intake."""

    @classmethod
    def of(cls, train: TakenImages, test: TakenImages) -> "Intake":
        """Return the intake of these images."""
        return cls(train, test, _checksum(train, test))

    @property
    def images(self) -> int:
        """How many there are."""
        return len(self.train.ids) + len(self.test.ids)


@contextmanager
def looking(folder: Path) -> Iterator[None]:
    """Hold the lock of whoever looks for new images; several jobs of a campaign may want to at the same moment."""
    folder.mkdir(mode=0o700, exist_ok=True)
    with exclusive(folder / "lock"):
        yield


def write_intake(folder: Path, number: int, intake: Intake) -> None:
    """Write the file of an intake into the folder of all, whose lock is held; they count from 0."""
    write_record(_path(folder, number), intake, schema=SCHEMA)


def read_intakes(folder: Path) -> tuple[Intake, ...]:
    """Return all intakes of a campaign, in their order; none where its images were never taken in.

    Raises:
        Damaged: one of them is not what was written, or one before another is missing.
    """
    intakes = tuple(_read(_path(folder, number)) for number in range(count_intakes(folder)))
    numbers = sorted(int(path.stem) for path in folder.glob("*.json") if path.stem.isdecimal())
    if numbers[len(intakes) :]:
        raise damaged(_path(folder, len(intakes)), f"it is missing, and there is {numbers[-1]}.json")
    return intakes


def test_order(first: Sequence[str] | None, intakes: Sequence[Intake]) -> tuple[str, ...]:
    """Return test images in the order in which people label them: those of the first intake, as its split has them,
    then those of the later ones.
    """
    return (*(first or ()), *(id_ for intake in intakes[1:] for id_ in intake.test.ids))


def count_intakes(folder: Path) -> int:
    """Return how many intakes a campaign has; nothing is read."""
    return next(number for number in count() if not _path(folder, number).exists())


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number}.json"


def _read(path: Path) -> Intake:
    intake = read_record(Intake, path, schema=SCHEMA, most_bytes=MOST_BYTES)
    if intake is None:
        raise Damaged(f"{path} is missing", hint="put back what was there")
    if any(len(part.ids) != len(part.sizes) for part in (intake.train, intake.test)):
        raise damaged(path, "it has not one size for each image")
    if intake.checksum != _checksum(intake.train, intake.test):
        raise damaged(path, "its checksum is wrong")
    return intake


def _checksum(*parts: TakenImages) -> str:
    sha256 = hashlib.sha256()
    for part in parts:
        _add(sha256.update, part.ids)
        _add(sha256.update, part.sizes)
    return sha256.hexdigest()


def _add(update: Callable[[bytes], None], values: Iterable[str | int]) -> None:
    update(json.dumps(list(values)).encode() + b"\n")
