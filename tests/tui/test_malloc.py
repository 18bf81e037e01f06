"""What threads of the screens do with memory, as glibc tells it."""

import os
import re
import subprocess
import sys

import pytest

from alwsl_tui.tui.malloc import LARGE
from tests.patience import patience

THREADS = """
import ctypes, sys, threading
from alwsl_tui.tui.malloc import LARGE, give_back_memory
if sys.argv[1] == "ours":
    give_back_memory()
bytearray(64 * LARGE), bytearray(64 * LARGE)  # by itself glibc takes the size of the first one for small from now on
kept, meet = [bytearray(16 * LARGE)], threading.Barrier(4)
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
"""A large block comes and goes, one stays, four threads hold small ones; then what glibc says of it all."""

pytestmark = pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="these heaps are glibc's")


def test_threads_take_turns_with_one_heap() -> None:
    assert said("ours").count("<heap nr=") == 1
    assert said("glibc's").count("<heap nr=") > 1


def test_large_blocks_are_not_put_where_a_small_one_could_keep_them() -> None:
    assert apart(said("ours")) >= 16 * LARGE
    assert apart(said("glibc's")) < 16 * LARGE


def apart(text: str) -> int:
    """Bytes that are on no heap."""
    found = re.search(r'<total type="mmap" count="\d+" size="(\d+)"', text)
    assert found, text
    return int(found[1])


def said(how: str) -> str:
    """What glibc says of a process with these threads: in our way, or its own."""
    command = [sys.executable, "-c", THREADS, how]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=patience()).stdout
