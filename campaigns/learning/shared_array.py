"""A memory-mapped array that several processes fill together, once, and that survives a kill in the middle."""

import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from campaigns.errors import BadHome
from campaigns.home.allotment import Allotment
from campaigns.home.caches import STATES
from campaigns.home.disk import disk_error, read_into, reserve, sync

EMPTY, FILLED, UNREADABLE = 0, 1, 2
"""State of a row, one byte each in the file beside the array."""

Make = Callable[[NDArray[np.int64]], tuple[NDArray[Any], NDArray[np.bool_]]]
"""Row numbers -> their values (n, ...) and whether each could be read (n,)."""
Progress = Callable[[int, int], None]
"""Rows filled so far, rows in all."""

SUM_BYTES = 64
"""Of a chunk's sha-256, in hex: behind the states, and behind the byte that is only ever locked."""
LOOK_EVERY = 1.0
"""Seconds between two looks at how far all processes together have come."""
PIECE = 1 << 20
"""Bytes that are read at a time for it."""


@dataclass(frozen=True, slots=True)
class ChunkedArray:
    """Rows of one shape in `path`, their states in `path.rows`, with a checksum of every chunk.

    A chunk is claimed by a lock on its bytes in the states file, which the system drops when a process
    dies, so nobody ever waits for a dead one. Values are synced before their states are.
    """

    path: Path
    rows: int
    row_shape: tuple[int, ...]
    dtype: DTypeLike
    chunk: int
    """Rows made at a time. Part of the result where `make` depends on what is batched together."""
    tell: Callable[[str], None] = lambda _text: None
    """Told when chunks are not what was put there."""

    @property
    def nbytes(self) -> int:
        """Size of the array on disk."""
        return self.rows * self._row_bytes

    @property
    def states(self) -> Path:
        """The file of states, one byte a row."""
        return self.path.with_name(f"{self.path.name}{STATES}")

    @property
    def _row_bytes(self) -> int:
        return int(np.prod(self.row_shape)) * np.dtype(self.dtype).itemsize

    def open(self, make: Make, progress: Progress) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """Return the whole array, read-only, and which rows are readable; make what is missing or damaged.

        Everything that is there is read once for its checksum: half a second of one core for each gigabyte.

        Raises:
            NoRoom: there is no room for it.
            BadHome: its file cannot be made.
        """
        with self._opened() as states:
            self._reserve(states)
            self._forget_damaged(states)
            for is_patient in (False, True):  # first what is free, then wait for what others are at
                known = self._read(states)
                done, looked = int(np.count_nonzero(known)), time.monotonic()
                # One look at all states a pass, and one a second for what others have made meanwhile: a look for every
                # chunk would take a time that grows as rows squared.
                for first in np.unique(np.flatnonzero(known != FILLED) // self.chunk) * self.chunk:
                    progress(min(done, self.rows), self.rows)
                    done += self._fill(states, int(first), make, is_patient=is_patient)
                    if time.monotonic() - looked > LOOK_EVERY:
                        done, looked = int(np.count_nonzero(self._read(states))), time.monotonic()
            progress(self.rows, self.rows)
            readable = self._read(states) == FILLED
        values = np.memmap(self.path, self.dtype, "r", shape=(self.rows, *self.row_shape))
        return values, readable

    def _fill(self, states: int, first: int, make: Make, *, is_patient: bool) -> int:
        """Make rows that are missing and return how many; none where others have made them, or are making them."""
        count = min(self.chunk, self.rows - first)
        # Once each time the array is opened, an unreadable row is tried again: the file may have been mended.
        settled = {FILLED, UNREADABLE} if is_patient else {FILLED}
        if set(os.pread(states, count, first)) <= settled:
            return 0
        try:
            fcntl.lockf(states, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB), count, first)
        except BlockingIOError:
            return 0
        try:
            if set(os.pread(states, count, first)) <= settled:
                return 0
            values, readable = make(np.arange(first, first + count))
            content = np.ascontiguousarray(values, dtype=self.dtype).tobytes()
            with self.path.open("rb+") as file:
                file.seek(first * self._row_bytes)
                file.write(content)
                file.flush()
                sync(file.fileno())
            os.pwrite(states, hashlib.sha256(content).hexdigest().encode(), self._sum_at(first))
            os.pwrite(states, np.where(readable, FILLED, UNREADABLE).astype(np.uint8).tobytes(), first)
            return count
        finally:
            fcntl.lockf(states, fcntl.LOCK_UN, count, first)

    def _forget_damaged(self, states: int) -> None:
        """Count complete chunks that are not what was put there as empty from now on."""
        known = self._read(states)
        starts = range(0, self.rows, self.chunk)
        complete = [first for first in starts if known[first : first + self.chunk].all()]
        with self.path.open("rb") as file, ThreadPoolExecutor(Allotment().cores()) as hands:
            digests = hands.map(lambda first: self._digest(file.fileno(), first), complete)
            doubtful = [
                first for first, sum_ in zip(complete, digests, strict=True) if sum_ != self._sum(states, first)
            ]
            bad = sum(self._is_forgotten(states, file.fileno(), first) for first in doubtful)
        if bad:
            self.tell(f"{bad} of {len(starts)} parts of {self.path} are not what was put there: made again")

    def _is_forgotten(self, states: int, values: int, first: int) -> bool:
        count = min(self.chunk, self.rows - first)
        fcntl.lockf(states, fcntl.LOCK_EX, count, first)
        try:
            # Somebody else may have seen the same, and made it again while we waited.
            digest, kept = self._digest(values, first), self._sum(states, first)
            if digest != kept:
                os.pwrite(states, bytes(count), first)
                return True
            return False
        finally:
            fcntl.lockf(states, fcntl.LOCK_UN, count, first)

    def _digest(self, values: int, first: int) -> bytes:
        """Hash a chunk as it lies there."""
        at = first * self._row_bytes
        end = at + min(self.chunk, self.rows - first) * self._row_bytes
        # One small buffer again and again: to set aside a whole chunk each time takes as long as the sum itself.
        digest, buffer = hashlib.sha256(), memoryview(bytearray(PIECE))
        while at < end and (got := read_into(buffer[: end - at], values, at)):
            digest.update(buffer[:got])
            at += got
        return digest.hexdigest().encode()

    def _sum(self, states: int, first: int) -> bytes:
        """Return the hash of a chunk as it was put there; zeros where nobody has kept one."""
        return os.pread(states, SUM_BYTES, self._sum_at(first))

    def _sum_at(self, first: int) -> int:
        return self.rows + 1 + SUM_BYTES * (first // self.chunk)

    @property
    def _state_bytes(self) -> int:
        return self._sum_at(self.rows + self.chunk - 1)

    def _read(self, states: int) -> NDArray[np.uint8]:
        return np.frombuffer(os.pread(states, self.rows, 0), np.uint8)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        states = os.open(self.states, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(states).st_size < self._state_bytes:
                os.ftruncate(states, self._state_bytes)
            yield states
        finally:
            os.close(states)

    def _reserve(self, states: int) -> None:
        """Take the room now: a write into a memory map on a full disk would kill the process instead."""
        fcntl.lockf(states, fcntl.LOCK_EX, 1, self.rows)  # the byte behind the last row: one process at a time
        try:
            # Not for appending: where the file system reserves nothing itself, as NFS before 4.2, ext3 and sshfs, the C
            # library writes into each block, which it refuses for a file that only grows.
            with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "rb+") as file:
                if self.nbytes == os.fstat(file.fileno()).st_size:
                    return
                # Where somebody deleted the values but not the states, these would now call zeros rows.
                # Emptied rather than overwritten: that takes no room, and cannot end half-way.
                os.ftruncate(states, 0)
                os.ftruncate(states, self._state_bytes)
                reserve(file.fileno(), self.nbytes)
        except OSError as error:
            told = disk_error(error, self.path)
            raise (type(told) if told else BadHome)(
                f"no room for {self.nbytes / 2**30:.1f} GiB at {self.path}: {error.strerror}",
                hint="free some room, or use another home with --home",
            ) from error
        finally:
            fcntl.lockf(states, fcntl.LOCK_UN, 1, self.rows)
