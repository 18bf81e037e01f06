"""Disks that are small, and disks that fail: real file systems, and a library between a program and its writes."""

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from campaigns.core.ids import Job
from campaigns.home.journal import from_line
from campaigns.home.task import Task
from campaigns.services.workspace import Workspace
from campaigns.store.rows import CampaignRow

HERE = Path(__file__).parent
FOREVER = 1 << 30


@dataclass(frozen=True, slots=True)
class Disk:
    """A file system of its own."""

    folder: Path

    @property
    def free(self) -> int:
        """Bytes."""
        return shutil.disk_usage(self.folder).free

    @property
    def filler(self) -> Path:
        """What takes the room."""
        return self.folder / "filler"

    def leave(self, room: int) -> None:
        """Take all room but so many bytes, to within a block."""
        self.clear()
        with self.filler.open("wb") as file:
            # Whoever else writes may take some of it between the look and the taking.
            while (size := self.free - room) > 0:
                try:
                    os.posix_fallocate(file.fileno(), os.fstat(file.fileno()).st_size, size)
                    break
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
            # Extents and metadata take some themselves: byte by byte up to what was asked for.
            while self.free > room:
                try:
                    file.write(bytes(4096))
                    file.flush()
                except OSError:
                    break

    def clear(self) -> None:
        """Give all room back."""
        self.filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, kind: str, mib: int) -> Iterator[Disk]:
    """A disk of that size, mounted below `folder`: `tmpfs`, `ext3` or `ext4`. Skips where none can be mounted."""
    where = folder / kind
    where.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "none", str(where)]
    if kind != "tmpfs":
        image = folder / "image"
        with image.open("wb") as file:
            file.truncate(mib << 20)
        if shutil.which(f"mkfs.{kind}") is None:
            pytest.skip(f"no {kind} can be made here")
        made = subprocess.run([f"mkfs.{kind}", "-q", "-m", "0", str(image)], capture_output=True, check=False)
        if made.returncode:
            pytest.skip(f"no {kind} can be made here")
        command = ["mount", "-o", "loop", str(image), str(where)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("nothing can be mounted here")
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        yield Disk(where)
    finally:
        subprocess.run(["umount", "-l", str(where)], check=True)


def failing_library(folder: Path) -> Path:
    """The library that makes writes fail, compiled. Skips where there is no compiler."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    library = folder / "failing_disk.so"
    source = HERE / "failing_disk.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(source), "-ldl"], check=True)
    return library


class Workers:
    """Starts workers one after the other."""

    def __init__(self, library: Path | None = None) -> None:
        preload = {} if library is None else {"LD_PRELOAD": str(library)}
        self._zygote = subprocess.Popen(
            [sys.executable, "-u", "-m", "tests.faults.zygote"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=os.environ | preload | {"OMP_NUM_THREADS": "1"},
        )  # fmt: skip

    def run(self, place: Workspace, row: CampaignRow, job: Job, *, attempt: int, **environment: object) -> int | None:
        """One attempt, from its folder to its end; its exit code, or None when there was no room for its task."""
        paths = place.home.campaign(row.id).job(job.id).attempt(attempt)
        try:
            Task(place.home.folder, row.id, job, attempt, "cpu", 1).write(paths.task)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            return None
        said = {"folder": str(paths.folder), "environment": {key: str(value) for key, value in environment.items()}}
        assert self._zygote.stdin
        assert self._zygote.stdout
        self._zygote.stdin.write(json.dumps(said) + "\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())

    def close(self) -> None:
        """Let it go."""
        with self._zygote:
            assert self._zygote.stdin
            self._zygote.stdin.close()


def assert_whole(folder: Path) -> None:
    """Everything below a campaign's folder that has its final name is whole, and every journal ends with its line."""
    for path in folder.rglob("*"):
        if path.name.startswith(".") or not path.is_file():
            continue
        if path.suffix == ".json":
            json.loads(path.read_text())
        elif path.suffix == ".safetensors":
            load_file(path)
        elif path.suffix == ".jsonl":
            lines = path.read_bytes().splitlines(keepends=True)
            assert all(line.endswith(b"\n") for line in lines), f"{path} has half a line"
            numbers = [from_line(line.decode()).number for line in lines]
            assert numbers == list(range(1, len(lines) + 1)), path
