"""Making a folder of tests look as if it lay on a file system of the network."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from campaigns.home.mounts import MORE, file_system, is_local, is_shared
from campaigns.home.store_place import STORE

DISKS = (Path("/dev/shm"), Path("/tmp"), Path("/var/tmp"), Path.home())


def forget() -> None:
    """Let the next question look at the mounts, and at the environment, again."""
    is_shared.cache_clear()
    is_local.cache_clear()


@contextmanager
def networked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Take the kind of a folder's file system for one of a network; yield a folder on another kind, for stores."""
    kind = file_system(folder)
    other = next((disk for disk in DISKS if disk.is_dir() and file_system(disk) not in {kind, ""}), None)
    if other is None:
        pytest.skip("there is one file system here")
    with TemporaryDirectory(prefix="alwsl-stores-", dir=other) as stores:
        monkeypatch.setenv(MORE, kind)
        monkeypatch.setenv(STORE, stores)
        forget()
        yield Path(stores)
    monkeypatch.undo()
    forget()
