"""How long a program takes to show something in a terminal of 120 × 40: a child process, and what it writes there."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Sequence

SIZE = (120, 40)
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
PATIENCE = 30.0
"""Seconds after which nothing more is waited for."""


def painted(command: Sequence[str], *texts: str) -> tuple[float, ...]:
    """Seconds from the start of a program until it has written each text; it is killed then.

    Raises:
        AssertionError: it does not come to that, with the end of what it wrote.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", SIZE[1], SIZE[0], 0, 0))
    began = time.perf_counter()
    child = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=os.environ | TERMINAL
    )
    os.close(slave)
    written, found = b"", dict.fromkeys(texts, 0.0)
    try:
        while not all(found.values()):
            ready, _, _ = select.select([master], [], [], PATIENCE)
            assert ready, written[-2_000:]
            written += os.read(master, 1 << 16)
            now = time.perf_counter() - began
            found |= {text: now for text, at in found.items() if not at and text.encode() in written}
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        os.close(master)
    return tuple(found.values())
