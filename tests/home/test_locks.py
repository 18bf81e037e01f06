"""Locks between processes: alone or shared, waited for or not, and gone with their holder."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from campaigns.home.locks import Held, exclusive, is_held, shared
from tests.patience import patience

HOLD = """
import sys
from pathlib import Path
from campaigns.home import locks
with getattr(locks, sys.argv[1])(Path(sys.argv[2])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(kind: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process holds it until its input ends."""
    words = [sys.executable, "-c", HOLD, kind, str(path)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield holder


def test_what_another_process_holds_alone_is_held(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    assert not is_held(path)
    assert not path.exists()
    with held_elsewhere("exclusive", path) as holder:
        assert is_held(path)
        for take in (exclusive, shared):
            with pytest.raises(Held, match=r"a\.lock is held"), take(path, wait=0):
                pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        assert not is_held(path)
        with exclusive(path, wait=0):
            assert is_held(path)


def test_what_is_shared_is_not_taken_alone_and_nobody_holds_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with held_elsewhere("shared", path):
        assert not is_held(path)
        with shared(path, wait=0):
            pass
        with pytest.raises(Held), exclusive(path, wait=0):
            pass


def test_a_lock_that_is_let_go_in_time_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with held_elsewhere("exclusive", path) as holder:
        began = time.monotonic()
        with pytest.raises(Held), exclusive(path, wait=0.2):
            pass
        assert time.monotonic() - began >= 0.2
        assert holder.stdin is not None
        holder.stdin.close()
        with exclusive(path, wait=patience()):
            pass


def test_a_child_does_not_inherit_a_lock(tmp_path: Path) -> None:
    path, words = tmp_path / "a.lock", [sys.executable, "-c", "print('up', flush=True); input()"]
    with exclusive(path):
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, close_fds=False)
    with child:
        try:
            # Started with `vfork`, a child runs for an instant before the system closes what it must not inherit.
            assert child.stdout is not None
            assert child.stdout.readline() == "up\n"
            assert not is_held(path)
        finally:
            child.kill()
