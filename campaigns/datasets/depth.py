"""Grey pictures of 16 bits: how many of the bits a data set uses, measured once and kept.

Cameras and scanners of 10, 12 or 14 bits write files of 16. Spread over 16 bits, what 12 hold is black.
"""

import contextlib
import hashlib
import heapq
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from campaigns.core.fingerprint import Fingerprint
from campaigns.datasets.dataset import Dataset, Split
from campaigns.datasets.files import Files
from campaigns.datasets.formats import suffix_of
from campaigns.datasets.identity import uniform
from campaigns.datasets.pictures import FULL_DEPTH, deep_levels
from campaigns.errors import AlwslError
from campaigns.home.files import read_json, write_json

VERSION = 1
"""Raise it when the same pictures are to give another depth."""
DEPTHS = (8, 10, 12, 14, FULL_DEPTH)
"""Bits that devices have. The least that holds every level is taken, so that one brighter picture changes little."""
SUFFIXES = frozenset({".png", ".tif", ".tiff"})
"""Of formats that have 16 bits."""
EXAMINED = 4096
"""Pictures whose header is read, and at most a sixteenth of them is decoded: those whose names have the least hashes,
whatever their order."""
DARK = 1 << 14
"""A picture none of whose levels is as high uses less than a quarter of 16 bits."""


NARROW = 16
"""A picture nearly all of whose pixels lie within this part of the range comes out nearly of one grey."""
SAMPLED = 1 << 16
"""Pixels of a picture whose levels are sorted."""


@dataclass(frozen=True, slots=True)
class _BitsInUse:
    bits: int = FULL_DEPTH
    pictures: int = 0
    """Pictures of 16 bits that were decoded."""
    dark: int = 0
    """Those of them that use less than a quarter of their range."""
    example: str = ""
    narrow: int = 0
    """Those that are not dark by their highest level, but come out nearly of one grey."""
    narrow_example: str = ""
    narrow_bits: int = FULL_DEPTH
    """Enough for nearly all pixels of the narrow ones."""


def with_depth(dataset: Dataset, depth: int | None, indexes: Path) -> Dataset:
    """Return the data set with its 16-bit grey pictures spread from the bits they use; `depth` says how many.

    The measurement is kept in the folder `indexes`. Where all bits are used nothing changes, nor does the fingerprint.
    """
    if depth is None:
        measured = _kept(dataset, indexes)
        told = _notes(measured)
    else:
        measured, told = _BitsInUse(depth), []
    notes = (*dataset.notes, *told)
    if measured.bits == FULL_DEPTH:
        return replace(dataset, notes=notes)
    train, test = (_spread(split, measured.bits) for split in (dataset.train, dataset.test))
    # Other pixels are another data set: caches and frozen splits of the dark one must not be mixed with it.
    images = hashlib.sha256(f"{dataset.fingerprint.images} {measured.bits} bits".encode()).hexdigest()
    mark = Fingerprint(images, dataset.fingerprint.labels)
    return replace(dataset, train=train, test=test, fingerprint=mark, notes=notes)


def bits_of(split: Split) -> int:
    """Return how many of their 16 bits the grey pictures of a split use."""
    files = _files(split)
    return FULL_DEPTH if files is None else files.bits


def _spread(split: Split, bits: int) -> Split:
    files = _files(split)
    return split if files is None else replace(split, picture=replace(files, bits=bits).picture)


def _files(split: Split) -> Files | None:
    """Return the files of a split whose pictures are opened by this program; None for any other."""
    owner = getattr(split.picture, "__self__", None)
    return owner if isinstance(owner, Files) else None


def _kept(dataset: Dataset, indexes: Path) -> _BitsInUse:
    names = list(_candidates(dataset))
    if not names:
        return _BitsInUse()
    key = hashlib.sha256(f"{VERSION} {dataset.fingerprint.images}".encode()).hexdigest()
    path = indexes / f"depth-{key[:24]}.json"
    # Absent or damaged: it is only a copy, so it is measured again.
    with contextlib.suppress(AlwslError, OSError, TypeError, ValueError, KeyError):
        tree = read_json(path)
        if tree["key"] == key and tree["bits"] in DEPTHS:
            return _BitsInUse(
                tree["bits"], int(tree["pictures"]), int(tree["dark"]), str(tree["example"]),
                int(tree["narrow"]), str(tree["narrow_example"]), int(tree["narrow_bits"]),
            )  # fmt: skip
    measured = _measure(names)
    # A home that cannot be written costs time at the next opening, nothing else.
    with contextlib.suppress(OSError):
        write_json(path, {"key": key, **asdict(measured)})
    return measured


def _candidates(dataset: Dataset) -> Iterator[tuple[str, Files, int]]:
    for split in (dataset.train, dataset.test):
        files = _files(split)
        for i, name in enumerate(files.names if files is not None else ()):
            if files is not None and suffix_of(name) in SUFFIXES:
                yield name, files, i


def _measure(names: list[tuple[str, Files, int]]) -> _BitsInUse:
    highest: dict[str, int] = {}
    inner: dict[str, tuple[int, int]] = {}
    for name, files, i in heapq.nsmallest(EXAMINED, names, key=lambda item: (uniform(item[0]), item[0])):
        levels = deep_levels(files.path(i), root=files.root)
        # One that is black all over says nothing.
        if levels is not None and levels.any():
            highest[name] = int(levels.max())
            low, high = np.percentile(levels.ravel()[:: max(1, levels.size // SAMPLED)], (1, 99))
            inner[name] = (int(low), int(high))
        if len(highest) == EXAMINED // 16:
            break
    if not highest:
        return _BitsInUse()
    bits = next(bits for bits in DEPTHS if max(highest.values()) < 1 << bits)
    dark = sorted(name for name, level in highest.items() if level < DARK)
    # A hot pixel, or the temperature that all of a picture has, leaves nothing of the range to what it shows.
    narrow = sorted(n for n, (low, high) in inner.items() if (high - low) * NARROW < 1 << bits and n not in dark)
    enough = next(b for b in DEPTHS if max((inner[n][1] for n in narrow), default=0) < 1 << b)
    return _BitsInUse(
        bits, len(highest), len(dark), dark[0] if dark else "", len(narrow), narrow[0] if narrow else "", enough
    )


def _notes(measured: _BitsInUse) -> list[str]:
    notes = []
    if measured.narrow:
        depth = f", or set data.depth = {measured.narrow_bits}" if measured.narrow_bits < measured.bits else ""
        notes.append(
            f"{measured.narrow} of {measured.pictures} pictures of 16 bits have nearly all pixels in less than a "
            f"sixteenth of the range and come out nearly of one grey, for example {measured.narrow_example!r}: save "
            f"them with the range of what they show{depth}"
        )
    if measured.bits < FULL_DEPTH:
        notes.append(
            f"pictures of 16 bits use {measured.bits} of them ({measured.pictures} were measured), so levels 0 to "
            f"{(1 << measured.bits) - 1} are spread from black to white; data.depth says otherwise"
        )
    elif measured.dark:
        notes.append(
            f"{measured.dark} of {measured.pictures} pictures of 16 bits use less than a quarter of their range and "
            f"come out dark, for example {measured.example!r}: save them with their full range, or set data.depth"
        )
    return notes
