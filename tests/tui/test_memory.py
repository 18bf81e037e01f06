"""How the threads of the screens get their memory."""

import os
import subprocess
import sys

import pytest

THREADS = """
import ctypes, sys, threading
from alwsl_tui.tui.memory import share_one_heap
if sys.argv[1] == "shared":
    share_one_heap()
kept, meet = [], threading.Barrier(4)
def read():
    meet.wait()
    kept.append([bytes(4096) for _ in range(100)])
    meet.wait()
threads = [threading.Thread(target=read) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
library = ctypes.CDLL(None)
library.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(library.fopen(b"/dev/stdout", b"w"))
library.malloc_info(0, file)
library.fclose(file)
"""
"""Four threads that hold memory at the same time; then what glibc says of its heaps."""


@pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="heaps of threads are glibc's")
def test_threads_of_the_screens_take_turns_with_one_heap() -> None:
    assert heaps("shared") == 1
    assert heaps("each its own") > 1


def heaps(how: str) -> int:
    """That a process with four threads has."""
    said = subprocess.run(
        [sys.executable, "-c", THREADS, how], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    return said.count("<heap nr=")
