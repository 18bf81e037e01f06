"""Pictures that lie in files: where, how large, which are missing."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from PIL.Image import Image

from campaigns.datasets.formats import SUFFIXES, suffix_of
from campaigns.datasets.links import is_inside, lands
from campaigns.datasets.pictures import FULL_DEPTH, open_picture
from campaigns.errors import Mistake
from campaigns.home.files import bounded

MARK_DIGITS = 16
"""Of a file's mark: two files of one folder share it by accident once in a billion folders."""


@dataclass(frozen=True, slots=True)
class Files:
    """Pictures that lie below one folder."""

    folder: Path
    names: Sequence[str]
    """Relative to `folder`, with forward slashes."""
    root: Path
    """Links may lead anywhere inside this folder, and no further."""
    bits: int = FULL_DEPTH
    """How many of their 16 bits grey pictures use."""

    def path(self, i: int) -> Path:
        """Return the path of picture `i`."""
        return self.folder / self.names[i]

    def picture(self, i: int) -> Image:
        """Picture `i`, decoded.

        Raises:
            BadData: it is a link that leads out of the data set, or as `open_picture`.
        """
        return open_picture(self.path(i), root=self.root, bits=self.bits)

    def sizes(self, at: Iterable[int]) -> list[int]:
        """Return the bytes of those files; -1 for one that cannot be examined."""
        folder = str(self.folder)
        return [_bytes(f"{folder}/{self.names[i]}") for i in at]


def file_mark(path: Path) -> str:
    """Return the mark of a file's bytes: the first digits of their sha-256, in hex.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:MARK_DIGITS]


def bounded_text(path: Path, most_bytes: int, *, encoding: str) -> str:
    """Read the text of a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is not in that encoding, is no file, or is larger than `most_bytes`.
    """
    return bounded(path, most_bytes).decode(encoding)


def _bytes(path: str) -> int:
    # Text rather than a path: there may be a million.
    try:
        return os.stat(path).st_size  # noqa: PTH116
    except OSError:
        return -1


def picture_names(folder: Path, stems: Sequence[str]) -> list[str]:
    """Return the file of each picture that is known without its suffix: `.jpg` where nothing else lies there."""
    there = _listing(folder)
    others: dict[str, str] = {}
    if any(f"{stem}.jpg" not in there for stem in stems):
        others = {PurePath(name).stem: name for name in sorted(there) if suffix_of(name) in SUFFIXES}
        others |= {name: name for name in others.values()}
    usual = {stem: f"{stem}.jpg" for stem in stems}
    return [name if name in there else others.get(stem, name) for stem, name in usual.items()]


def missing(files: Files) -> list[int]:
    """Return which pictures are not there."""
    # One listing of the folder instead of a look at each file: 82 000 looks are slow on a network drive.
    there = _listing(files.folder)
    return [
        i for i, name in enumerate(files.names) if name not in there and not ("/" in name and files.path(i).exists())
    ]


def missing_pictures(files: Files) -> list[Mistake]:
    """Return a mistake that counts missing pictures and one for those that lead elsewhere; none when all are there."""
    if files.folder.exists() and not is_inside(files.folder, files.root):
        return [
            Mistake(
                str(files.folder), f"leads to {lands(files.folder)}, outside the data set: --follow-links allows it"
            )
        ]
    absent, outside = missing(files), _outside(files)
    return [
        Mistake(
            str(files.folder), f"{len(some)} of {len(files.names)} images {what}, for example {files.names[some[0]]}"
        )
        for some, what in (
            (absent, "are not there"),
            (outside, "are links that lead out of the data set"),
        )
        if some
    ]


def _outside(files: Files) -> list[int]:
    """Return which pictures are links that lead out of the root."""
    # Only links are followed, one by one: asking where each of 82 000 plain files lies would take seconds.
    links = _links(files.folder)
    return [
        i
        for i, name in enumerate(files.names)
        if (name in links or "/" in name) and not is_inside(files.path(i), files.root)
    ]


def _links(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    with os.scandir(folder) as entries:
        return {entry.name for entry in entries if entry.is_symlink()}


def what_lies_in(folder: Path) -> str:
    """List a few names, for an error that has to say what is there instead."""
    names = sorted(_listing(folder))
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return (", ".join(names[:8]) + more) or "nothing"


def _listing(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    with os.scandir(folder) as entries:
        return {entry.name for entry in entries}
