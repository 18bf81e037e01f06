"""Fetching the published archives: continued where it stopped, checked, unpacked without leaving the folder."""

import hashlib
import http.client
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from campaigns.datasets.unpacking import unpack
from campaigns.errors import BadData, Mistake
from campaigns.home.files import write_text

CHUNK = 1 << 20
TIMEOUT = 30
"""Seconds without a byte before a server counts as gone."""

Progress = Callable[[str, int, int], None]
"""Told a file's name, bytes there, bytes in all (0 when nobody knows)."""


@dataclass(frozen=True, slots=True)
class Archive:
    """One published file."""

    url: str
    md5: str
    bytes: int

    @property
    def name(self) -> str:
        """Its last part."""
        return self.url.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Source:
    """All archives of one data set, unpacked into the same folder."""

    title: str
    archives: tuple[Archive, ...]
    below: str = ""
    """Folder of the fetched data set that the catalogue opens, below the one it was unpacked into."""


def fetch(source: Source, into: Path, progress: Progress | None = None) -> Path:
    """Fetch, check and unpack every archive into `into`; return the folder to open.

    An archive that lies there already is used; one that was unpacked is not looked at again and may be deleted.

    Raises:
        BadData: no network, a wrong checksum, no room, or an archive that would write outside; nothing is lost by
            calling again.
    """
    tell = progress or (lambda _name, _done, _total: None)
    _make_room(source, into)
    for archive in source.archives:
        if _is_unpacked(archive, into):
            continue
        path = into / archive.name
        if not path.is_file():
            _download(archive, source, into, tell)
        _verify(archive, path)
        unpack(path, into)
        write_text(_mark(archive, into), archive.md5 + "\n")
    return into / source.below


def _mark(archive: Archive, into: Path) -> Path:
    """Written once an archive is unpacked: an interrupted one is unpacked again."""
    return into / f".{archive.name}.unpacked"


def _is_unpacked(archive: Archive, into: Path) -> bool:
    mark = _mark(archive, into)
    return mark.is_file() and mark.read_text(encoding="utf-8").strip() == archive.md5


def _part(archive: Archive, into: Path) -> Path:
    return into / f"{archive.name}.part"


def _make_room(source: Source, into: Path) -> None:
    """Make the folder.

    Raises:
        BadData: it cannot be made, or is too full for archives and their content.
    """
    try:
        into.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(into).free
    except OSError as error:
        raise BadData(f"cannot write to {into}: {error.strerror}", hint="choose another home") from error
    waiting = [archive for archive in source.archives if not _is_unpacked(archive, into)]
    there = [into / archive.name for archive in waiting] + [_part(archive, into) for archive in waiting]
    # Twice: the archive and what comes out of it; pictures do not compress.
    needed = 2 * sum(archive.bytes for archive in waiting) - sum(p.stat().st_size for p in there if p.is_file())
    if needed > free:
        raise BadData(
            f"{source.title} needs {needed / 1e9:.1f} GB in {into}, {free / 1e9:.1f} GB are free",
            hint="make room, or choose another home with --home",
        )


def _download(archive: Archive, source: Source, into: Path, tell: Progress) -> None:
    part = _part(archive, into)
    start = part.stat().st_size if part.is_file() else 0
    request = urllib.request.Request(archive.url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310
    try:
        # The addresses are our own table's, so no other scheme can get in here.
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            total = _append(answer, part, start, lambda done, total: tell(archive.name, done, total))
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            # Everything was there already, or more than everything: the checksum decides.
            part.replace(into / archive.name)
            return
        raise _unreachable(source, into, f"{archive.url} answers {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise _unreachable(source, into, f"cannot reach {archive.url}: {error.reason}") from error
    except (OSError, http.client.HTTPException) as error:
        raise _stopped(archive, part, str(error) or type(error).__name__) from error
    if part.stat().st_size < total:
        raise _stopped(archive, part, "the server closed the connection")
    part.replace(into / archive.name)


def _append(answer: http.client.HTTPResponse, part: Path, start: int, tell: Callable[[int, int], None]) -> int:
    """Write what comes; bytes that the file should have in the end, 0 when the server does not say."""
    # A server without ranges sends everything from the start.
    continues = answer.status == http.client.PARTIAL_CONTENT
    done = start if continues else 0
    coming = int(answer.headers.get("Content-Length") or 0)
    total = done + coming if coming else 0
    with part.open("ab" if continues else "wb") as file:
        while chunk := answer.read(CHUNK):
            file.write(chunk)
            done += len(chunk)
            tell(done, total)
    return total


def _verify(archive: Archive, path: Path) -> None:
    """Raise BadData unless the checksum is right.

    Raises:
        BadData: it is not; the file is kept beside under another name, so that the next try starts afresh.
    """
    with path.open("rb") as file:
        checksum = _md5(file)
    if checksum != archive.md5:
        aside = path.with_name(f"{path.name}.bad")
        path.replace(aside)
        raise BadData(
            f"{archive.name} has the checksum {checksum}, it should have {archive.md5}",
            hint=f"try again; what came is kept as {aside} and may be deleted",
        )


def _md5(file: BufferedReader) -> str:
    # The publishers give MD5: it finds damage, it is no protection against malice.
    return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _unreachable(source: Source, into: Path, what: str) -> BadData:
    return BadData(
        what,
        mistakes=_by_hand(source.archives, into),
        hint="check the network and try again, or put the files there by other means and try again",
    )


def _by_hand(archives: Sequence[Archive], into: Path) -> list[Mistake]:
    return [
        Mistake(str(into / archive.name), f"put {archive.url} there ({archive.bytes / 1e6:,.0f} MB)")
        for archive in archives
        if not (into / archive.name).is_file() and not _is_unpacked(archive, into)
    ]


def _stopped(archive: Archive, part: Path, why: str) -> BadData:
    done = part.stat().st_size if part.is_file() else 0
    return BadData(
        f"fetching {archive.name} stopped after {done / 1e6:,.1f} MB: {why}",
        hint="try again: it continues where it stopped",
    )
