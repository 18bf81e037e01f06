"""One campaign as one archive, to be carried to another machine."""

import hashlib
import io
import tarfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from campaigns.core.states import CampaignState
from campaigns.errors import BadData, NameTaken, NotNow, UsageError
from campaigns.home.access import is_writable
from campaigns.home.carried_answers import Extent
from campaigns.home.checksums import digest
from campaigns.home.cleaned import Cleaned
from campaigns.home.disk import telling
from campaigns.home.files import json_text, plain, replacing
from campaigns.home.paths import CampaignPaths
from campaigns.home.split import FrozenSplit
from campaigns.services.archive.answers import entry_of, extent_to_carry
from campaigns.services.archive.manifest import (
    ANSWERS,
    MANIFEST,
    MODELS,
    MOST_MANIFEST_BYTES,
    SCHEMA,
    Entry,
    Manifest,
    files_of,
)
from campaigns.services.archive.manifest import left_out as left_out_before
from campaigns.services.monitor.show import watch
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow
from campaigns.version import VERSION

S = CampaignState


@dataclass(frozen=True, slots=True)
class Exported:
    """An archive that was just written."""

    campaign: CampaignRow
    file: Path
    bytes: int
    """Of the archive."""
    manifest: Manifest
    answers: int
    """Lines of what people said."""


def export_campaign(
    workspace: Workspace,
    name: str,
    file: Path,
    *,
    has_models: bool = True,
    is_replacing: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Exported:
    """Write a campaign that rests to one archive; `progress` hears how many of how many bytes are written.

    Raises:
        NoSuchName: there is no campaign of that name.
        NotNow: it runs, or somebody changed it meanwhile. People may go on labelling: what they say later is not in it.
        Damaged: what people said cannot be read.
        NameTaken: the file exists, and is not to be replaced.
        NoRoom: the disk is full.
    """
    watched = watch(workspace, name)
    row = watched.row
    if watched.state in {S.RUNNING, S.PAUSING, S.CANCELLING, S.STRANDED}:
        raise NotNow(f"{row.name} is {watched.state}", hint=f"first: alwsl-tui pause {row.name}")
    if file.is_dir() or not file.parent.is_dir():
        what = "is a folder" if file.is_dir() else "would lie in a folder that is not there"
        raise UsageError(f"{file} {what}", hint=f"give a file, such as {row.name}.tar")
    if file.exists() and not is_replacing:
        raise NameTaken(f"{file} exists already", hint="--force replaces it")
    paths, answers_file = workspace.home.campaign(row.id), workspace.home.labels(row.dataset).answers
    answers = extent_to_carry(workspace, row.dataset, FrozenSplit.read(paths.split))
    manifest = _manifest(paths, row, () if has_models else MODELS, answers)
    listed = json_text(manifest.content()).encode()
    if len(listed) > MOST_MANIFEST_BYTES:
        raise NotNow(f"{row.name} has {len(manifest.files)} files, more than an archive can list")
    if not is_writable(file.parent):
        hint = f"give a file in a folder of yours, such as ~/{row.name}.tar"
        raise UsageError(f"the folder {file.parent.absolute()} cannot be written", hint=hint)
    with telling(workspace.home.folder), telling(file.parent), replacing(file) as draft:
        with draft.open("wb") as out, tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as tar:
            tar.addfile(_member(row.id, MANIFEST, len(listed), manifest.exported), io.BytesIO(listed))
            done = 0
            for entry in manifest.files:
                path = answers_file if entry.path == ANSWERS else paths.folder / entry.path
                _add(tar, row.id, path, entry)
                done += entry.bytes
                progress(done, manifest.bytes)
        size = draft.stat().st_size
    return Exported(row, file, size, manifest, 0 if answers is None else answers.lines)


def _manifest(paths: CampaignPaths, row: CampaignRow, unwanted: tuple[str, ...], answers: Extent | None) -> Manifest:
    def entry(path: Path) -> Entry:
        status = path.stat()
        return Entry(path.relative_to(paths.folder).as_posix(), status.st_size, digest(path), status.st_mtime)

    try:
        entries = tuple(entry(path) for path in files_of(paths, unwanted))
        entries += () if answers is None else (entry_of(answers),)
        fingerprint = FrozenSplit.read(paths.split).fingerprint
    except FileNotFoundError as error:
        raise _changed(Path(error.filename)) from error
    freed = {Path(name).name for name in Cleaned.read_or_nothing(paths.cleaned).files}.intersection(MODELS)
    left_out = tuple(sorted({*unwanted, *left_out_before(paths), *freed}))
    return Manifest(SCHEMA, VERSION, row.id, row.name, time.time(), row.dataset, fingerprint, left_out, entries)


def _add(tar: tarfile.TarFile, campaign: str, path: Path, entry: Entry) -> None:
    try:
        with plain(path) as file:
            reading = _Hashing(file)
            tar.addfile(_member(campaign, entry.path, entry.bytes, entry.modified), reading)  # type: ignore[arg-type]
    except FileNotFoundError as error:
        raise _changed(path) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise _changed(path) from error  # it has become shorter
    except ValueError as error:
        raise BadData(f"{path}: {error}", hint="see: alwsl-tui verify") from error
    if reading.sum.hexdigest() != entry.sha256:
        raise _changed(path)


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sum = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        part = self._file.read(size)
        self.sum.update(part)
        return part


def _member(campaign: str, path: str, size: int, modified: float) -> tarfile.TarInfo:
    member = tarfile.TarInfo(f"{campaign}/{path}")
    member.size, member.mode, member.mtime = size, 0o600, int(modified)
    return member


def _changed(path: Path) -> NotNow:
    return NotNow(f"{path} was changed or deleted meanwhile", hint="run this again when nobody is at the campaign")
