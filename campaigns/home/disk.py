"""When a disk takes no more: which errors of the system say so, how much room there is, and what a person can do."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import AlwslError, BadDisk, BadHome, BadInput, NoRoom
from campaigns.home.access import access_error
from campaigns.home.drafts import draft_of

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""Errors that pass once somebody has made room, or made the disk writable again."""
FAILING = frozenset({errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ENXIO, errno.ENODEV})
"""Errors of a disk, or of the network behind it, that fails."""

NO_PATHS = frozenset({errno.ENAMETOOLONG, errno.ELOOP})
"""Errors of a path that is none, whatever lies on the disk."""

RESERVE = 1 << 20
"""Bytes that a home sets aside: on a full disk even deleting needs some, for the store to write down what is gone."""

_HINTS = {
    errno.ENOSPC: "free some room there, or use another home with --home",
    errno.EDQUOT: "your quota is used up: free some room there, or use another home with --home",
    errno.EROFS: "it can only be read: mount it for writing, or use another home with --home",
}
_FAILING_HINT = "look at the disk (dmesg, smartctl), then run the same again: it goes on where it was"


def disk_error(error: OSError, folder: Path) -> BadHome | None:
    """Return the error for a person, when it is the disk that says no; None when something else is wrong.

    Names the file where the system does, else `folder`.
    """
    where = error.filename or folder
    if error.errno in NO_ROOM:
        return NoRoom(f"cannot write {where}: {os.strerror(error.errno)}", hint=_HINTS[error.errno])
    if error.errno in FAILING:
        return BadDisk(f"cannot read or write {where}: {os.strerror(error.errno)}", hint=_FAILING_HINT)
    return None


def system_error(error: OSError, folder: Path) -> AlwslError | None:
    """Return the error for a person when the disk says no, a file is somebody else's or a path can be none.

    None for anything else. `folder` is the home: what lies in it is given back to its user.
    """
    return disk_error(error, folder) or access_error(error, folder) or _path_error(error)


def _path_error(error: OSError) -> BadInput | None:
    if error.errno not in NO_PATHS:
        return None
    return BadInput(f"{error.filename} cannot be a path here: {os.strerror(error.errno)}", hint="give another one")


@contextmanager
def telling(folder: Path) -> Iterator[None]:
    """Inside, what the system says of a disk or of rights is told in the words of the program.

    Raises:
        NoRoom: the disk is full or takes no writes.
        BadDisk: the disk fails.
        NoAccess: a file is somebody else's, or closed to this user.
        BadInput: a path is too long, or leads in a circle.
    """
    try:
        yield
    except OSError as error:
        told = system_error(error, folder)
        if told is None:
            raise
        raise told from error


def sync(file: int) -> None:
    """Wait until the content of an open file is on the disk."""
    # macOS has only the one that also waits for the file's times.
    getattr(os, "fdatasync", os.fsync)(file)


def reserve(file: int, size: int) -> None:
    """Make an open file so large that later writes into it find room.

    Raises:
        OSError: there is no room.
    """
    allocate = getattr(os, "posix_fallocate", None)
    if allocate is not None:
        allocate(file, 0, size)
        return
    # Elsewhere, as on macOS, only what was written has room for sure.
    at = os.fstat(file).st_size
    while at < size:
        at += os.pwrite(file, bytes(min(size - at, RESERVE)), at)


def read_into(buffer: memoryview, file: int, at: int) -> int:
    """Read from a place in an open file into a buffer and return how many bytes were read; 0 at the end."""
    if hasattr(os, "preadv"):
        return os.preadv(file, [buffer], at)
    content = os.pread(file, len(buffer), at)
    buffer[: len(content)] = content
    return len(content)


def set_aside(reserve: Path) -> None:
    """Fill a file that can be given up when the disk is full; nothing where the disk has no room for it now."""
    if reserve.exists():
        return
    draft = draft_of(reserve)
    with suppress(OSError):
        # No zeros: some file systems keep none, and would have nothing to give back.
        draft.write_bytes(os.urandom(RESERVE))
        draft.replace(reserve)
    draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Room:
    """Room on the disk of a folder, and how much is needed."""

    folder: Path
    free: int
    """Bytes that this user may still write, as far as the file system tells; quotas often are not told."""
    needed: int
    """Bytes."""

    @classmethod
    def at(cls, folder: Path, needed: int) -> "Room":
        """Measure it as it is now.

        Raises:
            OSError: there is no such folder.
        """
        return cls(folder, shutil.disk_usage(folder).free, needed)

    @property
    def is_enough(self) -> bool:
        """True when there is as much as needed."""
        return self.free >= self.needed

    def __str__(self) -> str:
        return f"{self.free >> 20} MiB free on {self.folder}, it needs about {-(-self.needed >> 20)} MiB"
