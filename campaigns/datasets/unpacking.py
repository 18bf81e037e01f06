"""Unpacking an archive from elsewhere: nothing may be written outside the folder."""

import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Self

from campaigns.datasets.mistakes import refuse
from campaigns.errors import BadData, Mistake

MOST_TIMES = 100
"""How many times its size an archive may hold: pictures hardly compress, annotations by a fifth."""
MOST_MEMBERS = 1_000_000
"""Files and folders of an archive; COCO's largest has 83 000."""
MOST_NAME_BYTES = 1 << 16
"""Of a header that tells a long name; without a limit it is read whole, whatever it says of its size."""
# What the libraries let out on damaged bytes; an archive that wants a password is a RuntimeError.
DAMAGED = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError, LookupError, OverflowError,
)  # fmt: skip
_NAMES = {
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
}  # fmt: skip
HINT = "do not use this file; get it from its publisher again"


def unpack(archive: Path, into: Path) -> None:
    """Unpack everything in a tar or zip file, over what lies there already.

    Every member is looked at before the first is written.

    Raises:
        BadData: a member would leave the folder or is no plain file or folder, or the archive is damaged.
    """
    try:
        if zipfile.is_zipfile(archive):
            _unzip(archive, into)
        else:
            _untar(archive, into)
    except BadData:
        raise
    except DAMAGED as error:
        raise BadData(f"{archive} is damaged or not an archive: {error}", hint="delete it and try again") from error
    except OSError as error:
        raise BadData(f"cannot unpack {archive} into {into}: {error}", hint="check room and rights there") from error


def _untar(archive: Path, into: Path) -> None:
    with tarfile.open(archive, tarinfo=PlainMember) as tar:
        members: list[tarfile.TarInfo] = []
        unpacked = 0
        # One by one: what is compressed has to be unpacked to find the next, and a bomb would take hours to its end.
        for member in tar:
            members.append(member)
            unpacked += member.size
            refuse(str(archive), _bomb(archive, unpacked, len(members)), hint=HINT)
        wrong = [mistake for member in members if (mistake := _tar_mistake(member, into))]
        refuse(str(archive), wrong, hint=HINT)
        for member in members:
            tar.extract(member, into, filter="data")


class PlainMember(tarfile.TarInfo):
    """A member as archives of pictures have it: the library would read a name of any length, and files with holes."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Read a member from its header.

        Raises:
            ReadError: it is of another kind.
        """
        member = super().frombuf(buf, encoding, errors)
        if member.type == tarfile.GNUTYPE_SPARSE or (member.type in _NAMES and member.size > MOST_NAME_BYTES):
            raise tarfile.ReadError(f"member of type {member.type!r} and {member.size} bytes")
        return member


def _bomb(archive: Path, unpacked: int, members: int) -> list[Mistake]:
    """Report an archive that would unpack to far more than is in it; neither library writes more than it announces."""
    packed = archive.stat().st_size
    if members > MOST_MEMBERS:
        return [Mistake(str(archive), f"more than {MOST_MEMBERS} files")]
    if unpacked <= max(packed, 1 << 20) * MOST_TIMES:
        return []
    return [Mistake(str(archive), f"{packed} bytes would become {unpacked}, more than {MOST_TIMES} times as many")]


def _tar_mistake(member: tarfile.TarInfo, into: Path) -> Mistake | None:
    if not (member.isfile() or member.isdir()):
        return Mistake(repr(member.name), "is neither a file nor a folder")
    try:
        tarfile.data_filter(member, str(into))
    except tarfile.FilterError as error:
        return Mistake(repr(member.name), str(error))
    return None


def _unzip(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as zipped:
        wrong = [mistake for member in zipped.infolist() if (mistake := _zip_mistake(member, into))]
        wrong += _bomb(archive, sum(member.file_size for member in zipped.infolist()), len(zipped.infolist()))
        refuse(str(archive), wrong, hint=HINT)
        zipped.extractall(into)  # noqa: S202  each member was looked at


def _zip_mistake(member: zipfile.ZipInfo, into: Path) -> Mistake | None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        return Mistake(repr(member.filename), "is neither a file nor a folder")
    parts = member.filename.replace("\\", "/").split("/")
    home = into.resolve()
    leaves = ".." in parts or not parts[0] or ":" in parts[0]
    # A link that lies in the folder already could lead a plain name out of it.
    if leaves or not (home / member.filename).resolve().is_relative_to(home):
        return Mistake(repr(member.filename), "would be written outside the folder")
    return None
