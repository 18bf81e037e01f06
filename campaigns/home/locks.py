"""Locks of a home: the system drops them with the process that holds them, however it ends.

A lock file is never removed: whoever waits for it has it open already.
"""

import fcntl
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOOK_SECONDS = 0.05
"""Between two tries of who does not wait for ever."""
PROBES, PROBE_SECONDS = 4, 0.005
"""Looks after which a lock counts as held, and seconds between them: who only looks has let go of it by the next."""


_OURS: Counter[Path] = Counter()
"""How often this process holds each lock alone: once, or not."""


class Held(Exception):
    """Somebody else holds the lock."""


@contextmanager
def exclusive(path: Path, *, wait: float | None = None) -> Iterator[None]:
    """Hold a lock alone. Wait for it for so many seconds; without a limit where `wait` is None.

    Raises:
        Held: somebody else still has it.
        OSError: the file cannot be made.
    """
    with _locked(path, fcntl.LOCK_EX, wait):
        yield


@contextmanager
def shared(path: Path, *, wait: float | None = None) -> Iterator[None]:
    """Hold a lock together with others who share it; as `exclusive`."""
    with _locked(path, fcntl.LOCK_SH, wait):
        yield


def is_held(path: Path) -> bool:
    """Return whether somebody holds a lock alone; makes no file where there is none.

    Raises:
        OSError: the file cannot be opened.
    """
    try:
        with path.open("rb") as file:
            # Shared, so that several who look at the same moment do not take each other for the holder.
            _try(file.fileno(), fcntl.LOCK_SH, path, wait=0)
    except Held:
        return True
    except FileNotFoundError:
        pass
    return False


def has_holders(path: Path) -> bool:
    """Return whether somebody holds a lock, alone or together with others; makes no file where there is none.

    Raises:
        OSError: the file cannot be opened.
    """
    for _ in range(PROBES):
        try:
            with path.open("rb") as file:
                _try(file.fileno(), fcntl.LOCK_EX, path, wait=0)
        except FileNotFoundError:
            return False
        except Held:
            time.sleep(PROBE_SECONDS)  # perhaps somebody who looks just now, as we do
        else:
            return False
    return True


def is_ours(path: Path) -> bool:
    """Return whether this process holds a lock alone: `is_held` says no more than that somebody does."""
    return _OURS[path] > 0


@contextmanager
def _locked(path: Path, kind: int, wait: float | None) -> Iterator[None]:
    with path.open("ab") as file:
        if wait is None:
            fcntl.flock(file, kind)
        else:
            _try(file.fileno(), kind, path, wait)
        _OURS[path] += kind == fcntl.LOCK_EX
        try:
            yield
        finally:
            _OURS[path] -= kind == fcntl.LOCK_EX


def _try(file: int, kind: int, path: Path, wait: float) -> None:
    until = time.monotonic() + wait
    while True:
        try:
            return fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() >= until:
                raise Held(f"{path} is held by another process") from error
        time.sleep(LOOK_SECONDS)
