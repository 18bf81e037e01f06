"""Which kind of file system a folder lies on, and whether other machines see it too; Linux alone tells."""

import os
import re
from functools import cache
from pathlib import Path

NETWORKS = frozenset({
    "9p", "afs", "beegfs", "ceph", "ceph-fuse", "cifs", "fuse.ceph", "fuse.ceph-fuse", "fuse.glusterfs", "fuse.juicefs",
    "fuse.sshfs", "gfs2", "gpfs", "lustre", "nfs", "nfs4", "ocfs2", "panfs", "pvfs2", "smb2", "smb3", "smbfs", "wekafs",
})  # fmt: skip
"""File systems that several machines see at once, as Linux names them in a list of mounts."""
LOCALS = frozenset({
    "", "bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk", "jfs", "nilfs2", "ntfs", "ntfs3",
    "overlay", "ramfs", "reiserfs", "tmpfs", "ubifs", "vfat", "xfs", "zfs",
})  # fmt: skip
"""File systems that one kernel has for itself. Empty where nobody tells a kind, as on macOS."""
MAGIC = {
    0x01021997: "9p", 0x5346414F: "afs", 0x19830326: "beegfs", 0x00C36400: "ceph", 0xFF534D42: "cifs",
    0xFE534D42: "smb3", 0x01161970: "gfs2", 0x47504653: "gpfs", 0x0BD00BD0: "lustre", 0x6969: "nfs",
    0x7461636F: "ocfs2", 0xAAD7AAEA: "panfs", 0x20030528: "pvfs2", 0x517B: "smbfs", 0x19800202: "wekafs",
}  # fmt: skip
"""The numbers of some, as `statfs` gives them: for who may not read the list of mounts."""
MORE = "ALWSL_NETWORK_FILE_SYSTEMS"
"""Environment variable: kinds of file systems that several machines see, which nobody listed here."""
_MOUNTS = Path("/proc/self/mountinfo")
_ESCAPE = re.compile(rb"\\([0-7]{3})")
_STATFS_BYTES = 256
"""More than any Linux writes for `statfs`."""


@cache
def is_shared(folder: Path) -> bool:
    """Return whether a folder lies on a file system that other machines may see; False where nobody says."""
    kind = file_system(folder)
    more = os.environ.get(MORE, "").split(",")
    return bool(kind) and (kind in NETWORKS or kind in {part.strip() for part in more})


@cache
def is_local(folder: Path) -> bool:
    """Return whether a folder lies on a file system that no other machine can see; of a kind that is not known: False.

    A kind that is neither shared nor local may be either. Its homes have their store inside, and are kept like shared.
    """
    return file_system(folder) in LOCALS and not is_shared(folder)


def file_system(folder: Path, mounts: Path = _MOUNTS) -> str:
    """Return the kind of file system of a folder, or of the nearest one above that is there; empty if nobody says."""
    place = os.fsencode(os.path.realpath(folder))
    try:
        listed = mounts.read_bytes()
    except OSError:
        listed = b""
    return nearest_mount(place, listed) or _by_number(place)


def nearest_mount(place: bytes, listed: bytes) -> str:
    """Return the kind of file system that a path without links lies on, by the lines of a list of mounts.

    Of two that are mounted at one point the later one lies on top. Empty where none holds the path.
    """
    nearest, kind = -1, ""
    for line in listed.splitlines():
        # 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
        left, dash, right = line.partition(b" - ")
        fields, described = left.split(b" "), right.split(b" ")
        if not dash or len(fields) < 6:
            continue
        # Blanks, tabs and line ends are written in octal: of bytes, so that what is no UTF-8 stays what it is.
        point = _ESCAPE.sub(lambda match: bytes([int(match[1], 8) & 0xFF]), fields[4])
        inside = point.rstrip(b"/") + b"/"
        if (place + b"/").startswith(inside) and len(inside) >= nearest:
            nearest, kind = len(inside), described[0].decode("ascii", "replace")
    return kind


def _by_number(place: bytes) -> str:
    """Return the kind by the number that the system has for it; empty for one that is not listed here."""
    if os.uname().sysname != "Linux":
        return ""
    import ctypes  # hardly ever wanted, and the first screen waits for what is imported

    statfs = ctypes.CDLL(None, use_errno=True).statfs
    while not os.path.exists(place) and place != b"/":  # noqa: PTH110  # bytes
        place = os.path.dirname(place)  # noqa: PTH120  # bytes
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    if statfs(place, buffer):
        return ""
    return MAGIC.get(ctypes.c_long.from_buffer(buffer).value & 0xFFFFFFFF, "")
