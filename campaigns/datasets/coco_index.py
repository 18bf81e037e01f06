"""The index of one COCO JSON, kept on disk: 82 000 images open in a moment the second time."""

import contextlib
import hashlib
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from campaigns.datasets.coco_json import Index, Options, read_index
from campaigns.home.files import replacing

VERSION = 4
"""Of the file. Raise it when the same JSON is to give another index; older files are then built again."""

# What reading a file that is no index of ours can raise; found by cutting and overwriting one (see the tests).
_FOREIGN = (
    OSError, ValueError, KeyError, TypeError, EOFError, MemoryError, NotImplementedError,
    zipfile.BadZipFile, zlib.error, struct.error,
)  # fmt: skip


def index_of(path: Path, options: Options, indexes: Path) -> Index:
    """Return the index of a JSON: from the folder `indexes` when it is there and fits, else built and put there.

    Raises:
        BadData: with every mistake in the JSON.
    """
    key = _key(path, options)
    kept = indexes / f"coco-{key[:24]}.npz"
    # Absent, cut short, or not ours: it is only a copy, so it is made again.
    with contextlib.suppress(*_FOREIGN):
        return _load(kept, key)
    index = read_index(path, options)
    # A home that cannot be written costs time at the next opening, nothing else.
    with contextlib.suppress(OSError):
        _save(kept, key, index)
    return index


def _key(path: Path, options: Options) -> str:
    """Return a key that changes with the JSON's path, size and time, with the options and with VERSION."""
    status = path.stat()
    parts = (
        VERSION,
        str(path.resolve()),
        status.st_size,
        status.st_mtime_ns,
        options.keep_crowd,
        options.keep_unannotated,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _save(kept: Path, key: str, index: Index) -> None:
    with replacing(kept) as draft, draft.open("wb") as file:
        np.savez(
            file,
            key=_bytes([key]),
            ids=_bytes(index.ids),
            names=_bytes(index.names),
            classes=_bytes(index.classes),
            stated=_bytes(index.stated),
            present=np.packbits(index.present, axis=1),
            ignored=np.packbits(index.ignored, axis=1),
            left_out=np.array([index.unannotated, index.dangling, index.federated, index.deleted], np.int64),
        )


def _load(kept: Path, key: str) -> Index:
    """Load the index in a file.

    Raises:
        ValueError: it is the index of something else; or any of _FOREIGN.
    """
    with kept.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        if _lines(arrays["key"]) != [key]:
            raise ValueError(f"{kept} is the index of something else")
        ids, names, classes, stated = (_lines(arrays[name]) for name in ("ids", "names", "classes", "stated"))
        present, ignored = (
            np.unpackbits(arrays[name], axis=1, count=len(classes)).astype(np.bool_) for name in ("present", "ignored")
        )
        unannotated, dangling, federated, deleted = (int(count) for count in arrays["left_out"])
    if not len(ids) == len(names) == len(present) == len(ignored):
        raise ValueError(f"{kept} does not fit together")
    return Index(ids, names, tuple(classes), present, ignored, unannotated, dangling, federated, deleted, tuple(stated))


def _bytes(words: list[str] | tuple[str, ...]) -> NDArray[np.uint8]:
    """Encode lines as UTF-8: an array of strings would pad each to the longest. No word holds a line end."""
    return np.frombuffer("".join(f"{word}\n" for word in words).encode(), np.uint8)


def _lines(stored: NDArray[np.uint8]) -> list[str]:
    return stored.tobytes().decode().split("\n")[:-1]
