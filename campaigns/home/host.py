"""`host.json`: the machine whose station keeps a home, and when it last said so.

Where homes lie on one machine, a lock is enough. On a file system of the network another machine may not see it.
"""

import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from campaigns.errors import Damaged
from campaigns.home.process import Worker, is_of_another_machine
from campaigns.home.records import read_record, write_record

SCHEMA = 1
RENEWED = 10.0
"""Seconds between two notes of a station that lives."""
SILENT = 60.0
"""Seconds without a note after which a station is not expected to be heard of again."""
NETWORKS = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "fuse.ceph", "lustre", "gpfs", "beegfs", "panfs", "gfs2",
    "ocfs2", "orangefs", "fuse.glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.juicefs",
})  # fmt: skip
"""File systems that several machines see at once, as Linux names them."""
_MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class StationHost:
    """Whose station keeps a home."""

    host: str
    """The machine's name."""
    process: Worker
    renewed: float
    """Seconds since the epoch, by that machine's clock."""

    def write(self, path: Path) -> None:
        """Write it to a file."""
        write_record(path, self, schema=SCHEMA)

    @classmethod
    def read(cls, path: Path) -> "StationHost | None":
        """Return the note in a file; None when there is none.

        Raises:
            Damaged: it is not one of this version.
        """
        return read_record(cls, path, schema=SCHEMA, check=lambda note: note.process.check())

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, started anew since then or not: locks say the rest."""
        return not is_of_another_machine(self.process) or self.host == platform.node()

    @property
    def silence(self) -> float:
        """Seconds since it was heard of, as far as the clocks of two machines agree; at least 0."""
        return max(0.0, time.time() - self.renewed)


def other_host(note: Path) -> StationHost | None:
    """Return the other machine that keeps a home, by the note of its station; None where there is none.

    One that has been silent for long counts where the home lies on a file system of the network: it may be cut off.
    """
    host = None
    with suppress(Damaged, OSError):
        host = StationHost.read(note)
    if host is None or host.is_here:
        return None
    return host if host.silence < SILENT or file_system(note.parent) in NETWORKS else None


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system that a folder lies on, as Linux names it; empty where nobody says."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    nearest, kind = -1, ""
    for line in lines:
        # 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = Path(fields[4].encode().decode("unicode_escape", errors="replace"))
        if folder.resolve().is_relative_to(point) and len(point.parts) >= nearest:
            nearest, kind = len(point.parts), right.split(" ")[0]
    return kind
