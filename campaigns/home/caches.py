"""Files of the caches of pixels and features: their names say what each is of."""

import fcntl
import re
from dataclasses import dataclass
from pathlib import Path

STATES = ".rows"
"""Ending of the file beside a cache that says which of its rows are filled."""
_NAME = re.compile(
    r"(?P<mark>[0-9a-f]{16})-(?P<part>train|test)-"
    r"(?:readable|(?:(?P<backbone>.+)-[0-9a-f]{16}-[a-z0-9_]+-)?(?P<size>[0-9]{1,6})-v[0-9]+\.(?:u8|f16))"
)


def mark_of(images: str) -> str:
    """Return the start of the hash of a data set's images, with which the names of its caches begin."""
    return images[:16]


def pixels_name(images: str, part: str, *, size: int, layout: int) -> str:
    """Return the name of a cache of pictures warped to squares of `size` pixels."""
    return f"{mark_of(images)}-{part}-{size}-v{layout}.u8"


def features_name(images: str, part: str, *, weights: str, size: int, layout: int) -> str:
    """Return the name of a cache of feature maps; `weights` is `BACKBONE-DIGEST-NODE`."""
    return f"{mark_of(images)}-{part}-{weights}-{size}-v{layout}.f16"


def readable_name(images: str, part: str) -> str:
    """Return the name of the list of pictures that can be read, of a split that is too large for a cache."""
    return f"{mark_of(images)}-{part}-readable"


@dataclass(frozen=True, slots=True)
class CacheFile:
    """A cache, by its name."""

    path: Path
    mark: str
    """Of the data set's images, as `mark_of` has it."""
    part: str
    """`train` or `test`."""
    size: int | None
    """Side of its pictures in pixels; None for a list of those that can be read."""
    backbone: str | None
    """Whose features it holds; None for pixels."""

    @classmethod
    def of(cls, path: Path) -> "CacheFile | None":
        """Return what a file's name says; None when it is not the name of a cache."""
        match = _NAME.fullmatch(path.name)
        if match is None:
            return None
        return cls(path, match["mark"], match["part"], int(match["size"]) if match["size"] else None, match["backbone"])

    @property
    def files(self) -> tuple[Path, ...]:
        """The cache and the file of its states, those that are there."""
        both = (self.path, self.path.with_name(f"{self.path.name}{STATES}"))
        return tuple(path for path in both if path.is_file())

    @property
    def is_being_filled(self) -> bool:
        """True while a process of any home fills rows of it: it holds a lock on their states."""
        try:
            with self.path.with_name(f"{self.path.name}{STATES}").open("rb") as states:
                # Shared: who may only read the file cannot ask for more, and it is refused beside theirs all the same.
                fcntl.lockf(states, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False


def caches_in(folder: Path) -> list[CacheFile]:
    """Return every cache in a folder, by name; files that are none are left out."""
    names = {path.name.removesuffix(STATES) for path in folder.iterdir()} if folder.is_dir() else set()
    caches = (CacheFile.of(folder / name) for name in sorted(names))
    return [cache for cache in caches if cache is not None]
