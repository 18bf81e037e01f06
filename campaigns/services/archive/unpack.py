"""The bytes of an archive of a campaign: only what its list of contents names, each file held to its hash."""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from campaigns.core.ids import checked_name
from campaigns.datasets.mistakes import refuse
from campaigns.datasets.unpacking import DAMAGED, PlainMember
from campaigns.errors import AlwslError, BadData, Mistake
from campaigns.home.files import plain
from campaigns.home.paths import CampaignPaths
from campaigns.services.archive.manifest import (
    MANIFEST,
    MOST_MANIFEST_BYTES,
    Manifest,
    manifest_of,
    wrong_entries,
)

PART = 1 << 20
HINT = "export the campaign again, or do not use this file"
Progress = Callable[[int, int], None]


@contextmanager
def opened_archive(file: Path) -> Iterator[tuple[tarfile.TarFile, int]]:
    """Yield the archive and its size in bytes; say what the library says of damaged bytes in our words.

    Raises:
        BadData: it cannot be read, or is damaged.
    """
    try:
        opened: BinaryIO = plain(file)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BadData(f"cannot read {file}: {why}", hint="give a file that `alwsl-tui export` wrote") from error
    with opened as content:
        try:
            with tarfile.open(fileobj=content, mode="r:", tarinfo=PlainMember) as tar:
                yield tar, os.fstat(content.fileno()).st_size
        except AlwslError:
            raise
        except DAMAGED as error:
            raise BadData(f"{file} is damaged or not an archive of a campaign: {error}", hint=HINT) from error


def manifest_in(tar: tarfile.TarFile, file: Path, size: int) -> Manifest:
    """Return the list of contents, with which an archive begins.

    Raises:
        BadData: it is damaged, or lists what no campaign has.
    """
    first = tar.next()
    if first is None or not _is_plain(first) or not first.name.endswith(f"/{MANIFEST}"):
        raise BadData(f"{file} does not begin with {MANIFEST}", hint="give a file that `alwsl-tui export` wrote")
    if first.size > MOST_MANIFEST_BYTES:
        raise BadData(f"{MANIFEST} in {file} is larger than {MOST_MANIFEST_BYTES} bytes", hint=HINT)
    content = tar.extractfile(first)
    assert content is not None
    try:
        manifest = manifest_of(content.read(first.size))
        checked_name(manifest.name)
    except (ValueError, AlwslError) as error:
        raise BadData(f"{MANIFEST} in {file} is damaged: {error}", hint=HINT) from error
    wrong = list(wrong_entries(manifest, most=size))
    if first.name != f"{manifest.campaign}/{MANIFEST}":
        wrong.append(Mistake(repr(first.name[:200]), f"is not of {manifest.campaign}"))
    refuse(str(file), wrong, hint=HINT)
    return manifest


def unpack(tar: tarfile.TarFile, file: Path, draft: CampaignPaths, manifest: Manifest, progress: Progress) -> None:
    """Write every file of the list, in its order, and no other; hold each to its size and hash.

    Raises:
        BadData: one of them is not what the list says.
    """
    draft.folder.mkdir(parents=True, mode=0o700)
    draft.unsettled.touch(mode=0o600)
    done = 0
    for entry in manifest.files:
        member = tar.next()
        name = f"{manifest.campaign}/{entry.path}"
        if member is None or not _is_plain(member) or (member.name, member.size) != (name, entry.bytes):
            what = "nothing" if member is None else f"{member.name[:200]!r} of {member.size} bytes"
            wrong = Mistake(repr(entry.path), f"should stand here with {entry.bytes} bytes; found {what}")
            refuse(str(file), [wrong], hint=HINT)
            continue
        path = draft.folder / entry.path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content, sha256, left = tar.extractfile(member), hashlib.sha256(), entry.bytes
        assert content is not None
        with path.open("xb") as out:
            while left and (part := content.read(min(PART, left))):
                sha256.update(part)
                out.write(part)
                left -= len(part)
                progress(done := done + len(part), manifest.bytes)
        if sha256.hexdigest() != entry.sha256:
            refuse(str(file), [Mistake(repr(entry.path), "is not what its hash says")], hint=HINT)
        os.utime(path, (entry.modified, entry.modified))
    if tar.next() is not None:
        refuse(str(file), [Mistake(MANIFEST, "does not list everything that is in the archive")], hint=HINT)


def _is_plain(member: tarfile.TarInfo) -> bool:
    """Return whether it is a file as we write them: no link, device or hole, and no second header."""
    return member.isreg() and not member.issparse() and not member.pax_headers and member.size >= 0
