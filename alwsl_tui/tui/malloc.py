"""How the C library hands out memory to the threads in which screens read and draw."""

import ctypes
import os

_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
"""Options of glibc's `mallopt`, from malloc.h."""
LARGE = 1 << 17
"""Bytes from which a block is asked of the system, and given back to it."""


def give_back_memory() -> None:
    """Let what screens have done with be used again, where the C library is glibc; before a second thread starts.

    Left to itself, glibc gives each thread a heap of its own, and what one has given back no other can use: eight that
    look and draw in turn hold 5 to 10 MiB more, and that grows. It also begins to put large blocks on these heaps,
    where a small one that stays keeps all before it: with pictures as Sixel 55 MiB. A page more or less costs nothing
    here, and only one thread runs Python at a time anyhow.
    """
    if "CS_GNU_LIBC_VERSION" in os.confstr_names:
        library = ctypes.CDLL(None)
        for option, value in ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, LARGE)):
            library.mallopt(option, value)
