"""How the C library hands out memory to the threads in which screens read and draw."""

import ctypes
import os

_M_ARENA_MAX = -8
"""An option of glibc's `mallopt`, from malloc.h."""


def share_one_heap() -> None:
    """Let all threads take memory from one heap, where the C library is glibc; before a second thread starts.

    Otherwise each thread gets its own, and what one has given back no other can use: with ten of them, which look and
    draw in turn, that is 5 to 10 MiB more, and it grows for as long as we run. Only one runs Python at a time anyhow.
    """
    if "CS_GNU_LIBC_VERSION" in os.confstr_names:
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
