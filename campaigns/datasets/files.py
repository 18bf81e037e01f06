"""Pictures that lie in files: where, how large, which are missing."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL.Image import Image

from campaigns.datasets.pictures import open_picture
from campaigns.errors import Mistake


@dataclass(frozen=True, slots=True)
class Files:
    """Pictures that lie below one folder."""

    folder: Path
    names: Sequence[str]
    """Relative to `folder`, with forward slashes."""

    def path(self, i: int) -> Path:
        """Where picture `i` lies."""
        return self.folder / self.names[i]

    def picture(self, i: int) -> Image:
        """Picture `i`, decoded.

        Raises:
            BadData: as `open_picture`.
        """
        return open_picture(self.path(i))

    def sizes(self, at: Iterable[int]) -> list[int]:
        """Bytes of those files; -1 for one that cannot be looked at."""
        return [_bytes(self.path(i)) for i in at]


def _bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1


def missing(files: Files) -> list[int]:
    """Which pictures are not there."""
    # One listing of the folder instead of a look at each file: 82 000 looks are slow on a network drive.
    there = _listing(files.folder)
    return [
        i for i, name in enumerate(files.names) if name not in there and not ("/" in name and files.path(i).exists())
    ]


def missing_pictures(files: Files) -> list[Mistake]:
    """One mistake that counts the pictures that are not there and names the first; none when all are."""
    absent = missing(files)
    if not absent:
        return []
    what = f"{len(absent)} of {len(files.names)} images are not there, for example {files.names[absent[0]]}"
    return [Mistake(str(files.folder), what)]


def what_lies_in(folder: Path) -> str:
    """A few names, for an error that has to say what was found instead."""
    names = sorted(_listing(folder))
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return (", ".join(names[:8]) + more) or "nothing"


def _listing(folder: Path) -> set[str]:
    if not folder.is_dir():
        return set()
    with os.scandir(folder) as entries:
        return {entry.name for entry in entries}
