"""The data of a campaign that is there already: the one way in for everybody who opens them again.

A folder of photographs may grow, shrink and change while people label it. A campaign sees it through its intakes: what
it found at each look, appended to what it had. So rows never move, and what has gone leaves a gap.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np
from PIL.Image import Image

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.catalogue import Registered, open_dataset
from campaigns.datasets.dataset import UNKNOWN, Dataset, Split
from campaigns.datasets.identity import uniform
from campaigns.errors import BadData
from campaigns.home.intake import Intake, TakenImages, read_intakes
from campaigns.home.paths import CampaignPaths, HomePaths
from campaigns.home.split import FrozenSplit, LabelSource
from campaigns.home.typed_paths import expanded
from campaigns.recipe import DataSpec

SETTLED_SECONDS = 2.0
"""A file that changed within so many seconds may still be being copied: it is left for the next look. A clock that is
ahead of this machine's by no more than this is taken for the same clock."""

UNSEEN = -1
"""Bytes of a file that could not be examined."""

Located = Mapping[str, tuple[Split, int]]
"""Where an image lies today: its split and its row there."""


@dataclass(frozen=True)
class CampaignData:
    """The data set of a campaign, as it numbers its images."""

    dataset: Dataset
    """All images that it ever took in, those of each split in the order of its intakes."""
    parts: tuple[Dataset, ...]
    """The same, intake by intake, each with its own fingerprint: what is cached is cached by these."""
    intakes: tuple[Intake, ...] = ()
    """What was found at each look; none where images are never looked for again."""
    today: Dataset | None = None
    """The folder as it is now; None where images are never looked for again."""
    missing: frozenset[str] = frozenset()
    """Images whose file was not there when the folder was looked at."""

    @cached_property
    def replaced(self) -> frozenset[str]:
        """Images in whose place another file lies, by its size; looked at once, when it is first asked for."""
        if self.today is None:
            return frozenset()
        located = _located(self.today)
        return frozenset(id_ for id_, size in _sizes(self.intakes) if id_ in located and _size(located[id_]) != size)

    @property
    def last(self) -> int:
        """Number of the last intake; 0 where there is one or none."""
        return len(self.parts) - 1

    def train_at(self, intake: int) -> int:
        """Return how many training images there were after an intake."""
        return sum(len(part.train) for part in self.parts[: intake + 1])

    def tests_at(self, intake: int) -> int:
        """Return how many test images there were after an intake."""
        return sum(len(part.test) for part in self.parts[: intake + 1])

    def images_at(self, intake: int) -> str:
        """Return the hash of the images that there were after an intake, in hex."""
        return _together([part.fingerprint.images for part in self.parts[: intake + 1]])

    def unlike(self, split: FrozenSplit) -> tuple[str, ...]:
        """Return which of `images` and `labels` are not as they were frozen, where they have to stay so."""
        return () if self.intakes else split.unlike(self.dataset.fingerprint)


def open_campaign_data(
    home: HomePaths,
    paths: CampaignPaths,
    spec: DataSpec,
    split: FrozenSplit,
    *,
    registered: Mapping[str, Registered] | None = None,
) -> CampaignData:
    """Open the data of a campaign as it numbers them.

    Raises:
        BadData: they are not to be had here, or have mistakes.
        NoSuchName: nobody knows their name.
        Damaged: the list of what was found at a look is not what was written.
    """
    dataset = open_dataset(spec, indexes=home.indexes, registered=registered)
    intakes = read_intakes(paths.intakes) if may_grow(spec, split) else ()
    return seen_through(dataset, intakes, spec, split) if intakes else CampaignData(dataset, (dataset,))


def may_grow(spec: DataSpec, split: FrozenSplit) -> bool:
    """Return whether images that are added to the data belong to the campaign: people label them, in a folder."""
    return split.labels is LabelSource.HUMAN and spec.asked is not None


def seen_through(dataset: Dataset, intakes: Sequence[Intake], spec: DataSpec, split: FrozenSplit) -> CampaignData:
    """Return a folder as the intakes of a campaign number its images."""
    located, root = _located(dataset), expanded(spec.root or "")

    def listed(*parts: TakenImages) -> Split:
        ids = tuple(id_ for part in parts for id_ in part.ids)
        sizes = tuple(size for part in parts for size in part.sizes)
        labels = np.full((len(ids), len(dataset.classes)), UNKNOWN, np.int8)  # people's are not theirs
        return Split(ids, labels, partial(_picture, ids, sizes, located), partial(_path, ids, located, root))

    missing = frozenset(id_ for id_, _ in _sizes(intakes) if id_ not in located)
    marks = [split.fingerprint.images, *(intake.checksum for intake in intakes[1:])]
    parts = tuple(
        replace(
            dataset,
            train=listed(intake.train),
            test=listed(intake.test),
            fingerprint=Fingerprint(mark, dataset.fingerprint.labels),
        )
        for intake, mark in zip(intakes, marks, strict=True)
    )
    whole = replace(
        dataset,
        train=listed(*(intake.train for intake in intakes)),
        test=listed(*(intake.test for intake in intakes)),
        fingerprint=Fingerprint(_together(marks), dataset.fingerprint.labels),
    )
    return CampaignData(whole, parts, tuple(intakes), dataset, missing)


def first_intake(dataset: Dataset) -> Intake:
    """Return what a folder holds when a campaign is created, in the order of its rows."""
    return Intake.of(_taken(dataset.train, range(len(dataset.train))), _taken(dataset.test, range(len(dataset.test))))


def newcomers(
    data: CampaignData, *, clock: Callable[[], float] = time.time, pause: Callable[[float], None] = time.sleep
) -> tuple[Intake, int]:
    """Return images of the folder that no intake has, and how many were left because they may still be being copied.

    Whether an image is for testing depends on its name alone, as in the first intake: no image changes sides.

    How long ago a file changed is told by the file server's clock, which may be ahead of this machine's by `clock`. A
    change time more than SETTLED_SECONDS ahead says nothing, and taken at its word would keep a file waiting for as
    long as the clocks differ. Neither does it say that nobody writes just now: such files are looked at twice, with
    SETTLED_SECONDS of `pause` between the looks, and are settled when size and time of writing are the same.
    """
    assert data.today is not None
    known = {*data.dataset.train.ids, *data.dataset.test.ids}
    splits = (data.today.train, data.today.test)
    rows = [[row for row, id_ in enumerate(split.ids) if id_ not in known] for split in splits]
    paths = [split.path(row) for split, fresh in zip(splits, rows, strict=True) for row in fresh]
    moving = _still_copied([path for path in paths if path is not None], clock(), pause)
    settled = [
        [row for row in fresh if split.path(row) not in moving] for split, fresh in zip(splits, rows, strict=True)
    ]
    train, test = (_taken(split, fresh) for split, fresh in zip(splits, settled, strict=True))
    salt = len(data.intakes)
    order = sorted(range(len(test.ids)), key=lambda at: uniform(f"test order {salt} {test.ids[at]}"))
    shuffled = TakenImages(tuple(test.ids[at] for at in order), tuple(test.sizes[at] for at in order))
    return Intake.of(train, shuffled), sum(map(len, rows)) - sum(map(len, settled))


def _still_copied(paths: Sequence[Path], now: float, pause: Callable[[float], None]) -> set[Path]:
    """Return which of these files may still be being written."""
    statuses = {path: _status(path) for path in paths}
    changed = {path: 0.0 if status is None else status.st_ctime for path, status in statuses.items()}
    ahead = [path for path in paths if changed[path] > now + SETTLED_SECONDS]
    if ahead:
        pause(SETTLED_SECONDS)
    moving = {path for path in ahead if _written(_status(path)) != _written(statuses[path])}
    return moving | {path for path in paths if abs(changed[path] - now) <= SETTLED_SECONDS}


def _located(dataset: Dataset) -> Located:
    return {id_: (split, row) for split in (dataset.train, dataset.test) for row, id_ in enumerate(split.ids)}


def _sizes(intakes: Sequence[Intake]) -> Iterator[tuple[str, int]]:
    """Yield every image that was taken in, with the bytes of its file then."""
    for intake in intakes:
        for part in (intake.train, intake.test):
            yield from zip(part.ids, part.sizes, strict=True)


def _picture(ids: Sequence[str], sizes: Sequence[int], located: Located, at: int) -> Image:
    id_ = ids[at]
    if id_ not in located:
        raise BadData(f"{id_} no longer exists", hint="put it back, or skip it when it is asked for")
    # Asked of each when it is opened: a screen opens ten of a hundred thousand.
    if _size(located[id_]) not in (sizes[at], UNSEEN):
        raise BadData(
            f"another file lies in the place of {id_}",
            hint="put back the one that was there, and give the new one another name",
        )
    split, row = located[id_]
    return split.picture(row)


def _path(ids: Sequence[str], located: Located, root: Path, at: int) -> Path | None:
    id_ = ids[at]
    if id_ not in located:
        return root / id_
    split, row = located[id_]
    return split.path(row)


def _size(where: tuple[Split, int]) -> int:
    status = _status(where[0].path(where[1]))
    return UNSEEN if status is None else status.st_size


def _written(status: os.stat_result | None) -> tuple[int, int] | None:
    """Return a file's size in bytes, and when it was last written, in nanoseconds."""
    return None if status is None else (status.st_size, status.st_mtime_ns)


def _status(path: Path | None) -> os.stat_result | None:
    try:
        return None if path is None else path.stat()
    except OSError:
        return None


def _taken(split: Split, rows: Sequence[int]) -> TakenImages:
    return TakenImages(tuple(split.ids[row] for row in rows), tuple(_size((split, row)) for row in rows))


def _together(marks: Sequence[str]) -> str:
    """Return the hash of images whose hashes these are; of one alone it is that."""
    return marks[0] if len(marks) == 1 else hashlib.sha256("\n".join(marks).encode()).hexdigest()
