"""A home on a node that does not share the station's: what a job needs and makes, and the caches of the node.

It lies below the id of the home that it stands for: another home's models, found by their hash, would be named in this
one's records, which has no such campaign.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from campaigns.home.access import is_own_folder
from campaigns.home.checksums import digest
from campaigns.home.drafts import draft_of
from campaigns.home.locks import Held, exclusive
from campaigns.home.paths import HomePaths, JobPaths
from campaigns.home.typed_paths import path_in
from campaigns.station.executors.holding.files import checked_path, round_files
from campaigns.station.executors.holding.talk import PIECE, HoldOrder, LackingFiles, NodeFile, WantedFiles

VARIABLE = "ALWSL_NODE"
"""Where homes on this node lie; else in its folder for temporary files."""
LIMIT_VARIABLE, LIMIT_GIB = "ALWSL_NODE_GIB", 200.0
"""What the home on a node may take before what is not used is cleared away."""
LOCK_SECONDS = 5.0
"""How long a predecessor that is just being killed is waited for."""


@dataclass(slots=True)
class NodeHome:
    """The home on this node, as one attempt uses it."""

    paths: HomePaths
    job: Path
    """The folder of the job in it."""
    _drafts: dict[str, Path] = field(default_factory=dict)
    _lines: tuple[int, int] = (0, 0)
    """Lines of the journal that were asked for last, and the byte where the next one begins."""
    _open: dict[str, tuple[str, IO[bytes]]] = field(default_factory=dict)
    """Files that are being read, by name: the stamp of each, and the file, which may have been replaced since."""

    @classmethod
    def open(cls, order: HoldOrder) -> "NodeHome":
        """Return the home of an attempt on this node, made where there is none.

        Raises:
            OSError: it cannot be made, or somebody else has made it.
        """
        folder = scratch() / str(checked_path(order.home_id))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Others may write into the system's folder for temporary files, and could have been there before us.
        for path in (folder,) if path_in(VARIABLE) else (folder.parent, folder):
            if not is_own_folder(path):
                raise PermissionError(f"{path} is somebody else's")
        home = HomePaths(folder)
        job = home.campaign(order.campaign).job(order.job)
        job.folder.mkdir(parents=True, exist_ok=True)
        clear(home, keep=job.folder)
        return cls(home, job.folder)

    def lacking(self, wanted: WantedFiles) -> LackingFiles:
        """Return which of these files are not here as they should be.

        Files of the job's rounds that are not wanted are removed: what the station's home has not got is made again.

        Raises:
            OSError: another worker works on the job here.
        """
        try:
            with exclusive(JobPaths(self.job).lock, wait=LOCK_SECONDS):
                own = {self.paths.folder / checked_path(name) for name in wanted.files}
                for path in self.job.glob("rounds/*/*"):
                    if path not in own:
                        path.unlink()
        except Held as error:
            raise BlockingIOError("another worker is at this job on this node") from error
        return LackingFiles(tuple(name for name, facts in wanted.files.items() if not self._has(name, *facts)))

    def _has(self, name: str, size: int, sha256: str) -> bool:
        path = self.paths.folder / checked_path(name)
        with suppress(OSError):
            return path.stat().st_size == size and digest(path) == sha256
        return False

    def take(self, name: str, offset: int, content: bytes, sha256: str) -> None:
        """Take a piece of a file; the last one comes with the hash of all of it.

        Raises:
            ValueError: it leads elsewhere, is not the next piece, or all of it is not what the hash says.
            OSError: the disk takes no more.
        """
        path = self.paths.folder / checked_path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = draft_of(path) if offset == 0 else self._drafts[name]
        self._drafts[name] = draft
        with draft.open("ab") as file:
            if file.tell() != offset:
                raise ValueError(f"{name} has {file.tell()} bytes, not {offset}")
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if sha256:
            if digest(draft) != sha256:
                draft.unlink()
                raise ValueError(f"{name} arrived as another file")
            draft.replace(path)
            del self._drafts[name]

    def files(self) -> tuple[NodeFile, ...]:
        """Return the files of the job's rounds as they are now."""
        files = []
        for name, path in round_files(self.job):
            with suppress(FileNotFoundError):
                facts = path.stat()
                files.append(NodeFile(name, facts.st_size, _stamp(facts)))
        return tuple(files)

    @staticmethod
    def fingerprint(files: Iterable[NodeFile]) -> str:
        """Return a text that is another one for other files."""
        return hashlib.sha256("\n".join(f"{file.path} {file.stamp}" for file in files).encode()).hexdigest()

    def journal_behind(self, path: Path, lines: int) -> tuple[bytes, bool]:
        """Return whole lines of a journal behind so many, and whether there are more."""
        known, at = self._lines
        if lines < known:
            known, at = 0, 0
        try:
            with path.open("rb") as file:
                file.seek(at)
                while known < lines and (line := file.readline()).endswith(b"\n"):
                    known, at = known + 1, at + len(line)
                self._lines = (known, at)
                file.seek(at)
                content = file.read(PIECE)
        except FileNotFoundError:
            return b"", False
        whole = content[: content.rfind(b"\n") + 1]
        return whole, len(content) == PIECE

    def log_behind(self, path: Path, offset: int) -> tuple[bytes, bool]:
        """Return what a log holds behind a byte, and whether there is more."""
        try:
            with path.open("rb") as file:
                file.seek(offset)
                content = file.read(PIECE)
        except FileNotFoundError:
            return b"", False
        return content, len(content) == PIECE

    def read(self, name: str, stamp: str, offset: int, size: int) -> bytes:
        """Return a piece of a file of the job; nothing behind its end, or where it is another one by now.

        A checkpoint of every epoch takes the place of the one before: the one whose reading was begun is read to its
        end.
        """
        known, file = self._open.get(name, ("", None))
        if file is None or known != stamp:
            self._shut(name)
            try:
                file = (self.job / checked_path(name)).open("rb")  # closed at its end
            except FileNotFoundError:
                return b""
            self._open[name] = (stamp, file)
            if _stamp(os.fstat(file.fileno())) != stamp:
                self._shut(name)
                return b""
        file.seek(offset)
        content = file.read(size)
        if len(content) < size:
            self._shut(name)
        return content

    def _shut(self, name: str) -> None:
        _, file = self._open.pop(name, ("", None))
        if file is not None:
            file.close()

    def digest(self, name: str) -> bytes:
        """Return the hash of a file of the job; nothing where it is gone."""
        try:
            return digest(self.job / checked_path(name)).encode()
        except FileNotFoundError:
            return b""


def scratch() -> Path:
    """Return where homes on this node lie."""
    return path_in(VARIABLE) or Path(tempfile.gettempdir()) / f"alwsl-{os.geteuid()}"


def clear(home: HomePaths, *, keep: Path) -> None:
    """Remove rounds of jobs that nobody works on, oldest first, until the home on the node is within its limit."""
    limit = float(os.environ.get(LIMIT_VARIABLE) or LIMIT_GIB) * (1 << 30)
    jobs = sorted((path for path in home.campaigns.glob("*/jobs/*") if path != keep), key=lambda p: p.stat().st_mtime)
    taken = _size(home.folder)
    for job in jobs:
        if taken <= limit:
            return
        with suppress(Held), exclusive(JobPaths(job).lock, wait=0):
            taken -= _size(job)
            for part in ("rounds", "attempts"):  # the lock stays: who waits for it has it open already
                shutil.rmtree(job / part, ignore_errors=True)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            total += path.lstat().st_blocks * 512
    return total


def _stamp(facts: os.stat_result) -> str:
    return f"{facts.st_ino}-{facts.st_mtime_ns}-{facts.st_size}"
