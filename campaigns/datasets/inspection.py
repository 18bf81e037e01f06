"""Looking a data set over before a campaign depends on it: counts, unreadable images, leaks, published figures."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from campaigns.datasets.catalogue import KINDS
from campaigns.datasets.dataset import DIFFICULT, POSITIVE, Dataset, Split
from campaigns.datasets.official import Published
from campaigns.datasets.read_back import read_back
from campaigns.errors import BadData
from campaigns.home.allotment import Allotment

Progress = Callable[[int, int], None]
"""Told how many images are done, of how many."""
BATCH = 256
"""Images handed to the threads at a time: Ctrl-C waits for no more than these."""


@dataclass(frozen=True, slots=True)
class SplitSummary:
    """One split in numbers."""

    images: int
    labelled: int
    """Images with a label for every class."""
    positives: tuple[int, ...]
    """Images of each class, in the order of `classes`."""
    difficult: tuple[int, ...]
    labels_per_image: float
    """Mean number of classes of a labelled image."""
    by_count: tuple[int, ...]
    """Labelled images that hold 0, 1, 2, … classes."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A data set in numbers."""

    name: str
    classes: tuple[str, ...]
    train: SplitSummary
    test: SplitSummary
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An image that cannot be decoded."""

    split: str
    image: str
    why: str


@dataclass(frozen=True, slots=True)
class Leak:
    """The same bytes in both splits: what was learnt is asked."""

    train: str
    test: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A count that is not the published one."""

    split: str
    what: str
    """`images`, or a class, or a class with `difficult`."""
    found: int
    published: int


@dataclass(frozen=True, slots=True)
class Check:
    """What was found wrong, or worth knowing."""

    summary: Summary
    unreadable: tuple[Unreadable, ...]
    unlabelled: tuple[str, ...]
    """Training images without a label for every class."""
    leaks: tuple[Leak, ...]
    differences: tuple[Difference, ...]
    """Empty when the counts are the published ones, or when nothing was published."""

    @property
    def is_good(self) -> bool:
        """True when a campaign can run on it as it is: a subset or unlabelled images are no hindrance."""
        return not self.unreadable and not self.leaks


def summary(dataset: Dataset) -> Summary:
    """Count images and labels of both splits."""
    notes = (*dataset.notes, *read_back(dataset))
    return Summary(dataset.name, dataset.classes, _counts(dataset.train), _counts(dataset.test), notes)


def check(
    dataset: Dataset, *, kind: str = "", splits: tuple[str, str] = ("train", "test"), progress: Progress | None = None
) -> Check:
    """Return everything about a data set that can be seen without training. Decodes every stored image.

    `kind` and `splits` say which published counts apply: `voc2007` and (`trainval`, `test`).
    """
    pairs = tuple(zip(splits, (dataset.train, dataset.test), strict=True))
    published = KINDS[kind].published if kind else {}
    return Check(
        summary(dataset),
        tuple(_unreadable(pairs, progress or (lambda _done, _total: None))),
        tuple(dataset.train.ids[int(i)] for i in (~dataset.train.known).nonzero()[0]),
        _leaks(dataset),
        tuple(d for name, split in pairs for d in _differences(published.get(name), name, split, dataset.classes)),
    )


def _counts(split: Split) -> SplitSummary:
    present, known = split.labels == POSITIVE, split.known
    per_image = present[known].sum(axis=1)
    by_count = [int((per_image == n).sum()) for n in range(int(per_image.max()) + 1)] if len(per_image) else []
    return SplitSummary(
        images=len(split),
        labelled=int(known.sum()),
        positives=tuple(present.sum(axis=0).tolist()),
        difficult=tuple((split.labels == DIFFICULT).sum(axis=0).tolist()),
        labels_per_image=float(per_image.mean()) if len(per_image) else 0.0,
        by_count=tuple(by_count),
    )


def _unreadable(pairs: Sequence[tuple[str, Split]], progress: Progress) -> Iterator[Unreadable]:
    # A picture that is drawn rather than stored cannot be damaged.
    work = ((name, split, i) for name, split in pairs if len(split) and split.path(0) for i in range(len(split)))
    total = sum(len(split) for _, split in pairs if len(split) and split.path(0))
    done = 0
    # Decoding lets go of the interpreter lock, so threads are enough.
    with ThreadPoolExecutor(Allotment().cores()) as threads:
        while batch := list(islice(work, BATCH)):
            for unreadable in threads.map(_attempt, batch):
                done += 1
                progress(done, total)
                if unreadable is not None:
                    yield unreadable


def _attempt(item: tuple[str, Split, int]) -> Unreadable | None:
    name, split, i = item
    try:
        split.picture(i)
    except BadData as error:
        return Unreadable(name, split.ids[i], error.message)
    return None


def _leaks(dataset: Dataset) -> tuple[Leak, ...]:
    """Return pairs with equal bytes. Only files whose size occurs in both splits are read."""
    train, test = _by_size(dataset.train), _by_size(dataset.test)
    leaks = []
    for size in sorted(train.keys() & test.keys()):
        first = {_digest(path): image for image, path in reversed(train[size])}
        leaks += [Leak(first[mark], image) for image, path in test[size] if (mark := _digest(path)) in first]
    return tuple(leaks)


def _by_size(split: Split) -> dict[int, list[tuple[str, Path]]]:
    sizes: dict[int, list[tuple[str, Path]]] = defaultdict(list)
    for i, image in enumerate(split.ids):
        path = split.path(i)
        if path is None:
            break
        if path.is_file():
            sizes[path.stat().st_size].append((image, path))
    return sizes


def _digest(path: Path) -> str:
    """Hash a file's bytes; its name when it may not be read, which is reported elsewhere."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return str(path)


def _differences(published: Published | None, name: str, split: Split, classes: Sequence[str]) -> Iterator[Difference]:
    if published is None or published.classes not in {None, len(classes)}:
        return
    if len(split) not in {published.images, published.annotated}:
        # Counts of classes say nothing about a subset.
        yield Difference(name, "images", len(split), published.images)
        return
    counts = _counts(split)
    for table, of_class, suffix in (
        (published.positives, counts.positives, ""),
        (published.difficult, counts.difficult, " difficult"),
    ):
        for class_, here, there in zip(classes, of_class, table, strict=False):
            if here != there:
                yield Difference(name, class_ + suffix, here, there)
