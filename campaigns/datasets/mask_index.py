"""What the masks of a split say, kept on disk: thousands of them need not be decoded each time a data set is opened."""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from campaigns.datasets.dataset import NEGATIVE, POSITIVE, Labels
from campaigns.home.files import bounded, replacing

VERSION = 1
"""Of the file. Raise it when the same masks are to give another index; older files are then made again."""
MOST_BYTES = 1 << 28
"""Of an index: a million masks of two thousand classes."""


@dataclass(frozen=True, slots=True)
class MaskedImages:
    """What the masks of a split say."""

    labels: Labels
    """(N, C): which classes have a pixel."""
    digest: bytes
    """Of the pixels of all masks, in order."""


def masked_images(
    files: Sequence[Path], classes: int, *, indexes: Path | None, read: Callable[[], MaskedImages | None]
) -> MaskedImages | None:
    """Return what masks say: from the folder `indexes` where none of the files has changed, else what `read` gives.

    `files` are masks and their pictures, whose sizes have been compared. None, where they have mistakes, is not kept.
    """
    key = _key(files, classes)
    kept = None if indexes is None or key is None else indexes / f"masks-{key[:24]}.json"
    if kept is not None and key is not None:
        # Absent, cut short, or not ours: it is only a copy, so it is made again.
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
            return _load(kept, key, classes)
    masked = read()
    if masked is not None and kept is not None and key is not None:
        # A home that cannot be written costs time at the next opening, nothing else.
        with contextlib.suppress(OSError):
            _save(kept, key, masked)
    return masked


def _key(files: Sequence[Path], classes: int) -> str | None:
    """Return a key that changes with each file's path, size and time; None where one cannot be examined."""
    digest = hashlib.sha256(f"{VERSION} {classes}\n".encode())
    for path in files:
        try:
            status = path.stat()
        except OSError:
            return None
        # With the time of the inode: a file that was replaced by one with an older date is another one, too.
        parts = (os.fsencode(path.absolute()), status.st_size, status.st_mtime_ns, status.st_ctime_ns)
        digest.update(repr(parts).encode())
    return digest.hexdigest()


def _save(kept: Path, key: str, masked: MaskedImages) -> None:
    present = np.packbits(masked.labels == POSITIVE, axis=1)
    content = {"key": key, "digest": masked.digest.hex(), "images": len(present), "present": present.tobytes().hex()}
    with replacing(kept) as draft:
        draft.write_text(json.dumps(content), encoding="utf-8")


def _load(kept: Path, key: str, classes: int) -> MaskedImages:
    """Load an index.

    Raises:
        ValueError: it is the index of something else, or damaged; or OSError, KeyError, TypeError.
    """
    content = json.loads(bounded(kept, MOST_BYTES))
    packed = np.frombuffer(bytes.fromhex(content["present"]), np.uint8).reshape(int(content["images"]), -1)
    digest = bytes.fromhex(content["digest"])
    if content["key"] != key or packed.shape[1] != -(-classes // 8) or len(digest) != hashlib.sha256().digest_size:
        raise ValueError(f"{kept} is the index of something else")
    present = np.unpackbits(packed, axis=1, count=classes)
    return MaskedImages(np.where(present == 1, POSITIVE, NEGATIVE).astype(np.int8), digest)
