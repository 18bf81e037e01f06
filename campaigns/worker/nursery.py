"""`python -m campaigns.worker.nursery PADDING HOME`: imports what workers need, and forks one whenever it is asked to.

It is a station's child, which speaks to it through a socket in place of stdin, and ends with it. It has one thread, no
card and no file of a home: what it forks is as good as a process that was just started, with its imports behind it.
"""

import gc
import os
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from campaigns.worker.__main__ import work

IMPORTS = ("campaigns.worker.job", "campaigns.learning.memory", "PIL.ImageFile", "torch.utils.serialization")
"""What a worker imports once it has its job: nearly all of torch."""
MESSAGE = 1 << 16
"""Bytes of the longest message: the path of an attempt's folder."""
ANSWER = 200
"""Bytes of the longest answer: the number of a process, or what the system said against it."""
READY = b"ready"

_BEGIN, _END = 45, 46
"""Where begin and end of the command line stand among the fields behind the command in `/proc/PID/stat`, from 0."""


def main(home: str) -> int:
    """Fork workers until the station goes. In a worker this returns, too, with its exit code."""
    call_itself("campaigns.worker.nursery", home)
    for module in IMPORTS:
        import_module(module)
    door = socket.socket(fileno=0)
    # What is there now stays for ever: no collector has to look at it, which would copy it in every worker.
    gc.collect()
    gc.freeze()
    refusal = _refusal()
    if not _is_heard(door, refusal.encode() or READY) or refusal:
        return 0
    while True:
        try:
            folder, fds, _, _ = socket.recv_fds(door, MESSAGE, 2)
        except ConnectionResetError:  # the station was killed before it read our last answer
            return 0
        if not folder:
            return 0
        log, go = fds
        answer = _fork(folder, log=log, go=go)
        if answer is None:
            door.detach()  # its number is that of the worker's stdin by now
            attempt = os.fsdecode(folder)
            call_itself("campaigns.worker", attempt)
            sys.argv[1:] = [attempt]
            return work(Path(attempt))
        os.close(log)
        os.close(go)
        if not _is_heard(door, answer):
            return 0


def _is_heard(door: socket.socket, message: bytes) -> bool:
    """Tell the station something; False when it is gone. A worker that it has not heard of ends by itself."""
    try:
        door.send(message)
    except BrokenPipeError:
        return False
    return True


def _refusal() -> str:
    """Return why nothing should be forked from this process; empty when it may."""
    # Some libraries keep a pool of threads, which they end themselves before a fork: what is left then counts.
    trial = os.fork()
    if not trial:
        os._exit(0)
    os.waitpid(trial, 0)
    threads = len(list(Path("/proc/self/task").iterdir()))
    return f"{threads} threads run after the imports" if threads > 1 else ""


def _fork(folder: bytes, *, log: int, go: int) -> bytes | None:
    """Fork the worker of an attempt; return its number, or what the system said against it. None in the worker."""
    hears, says = os.pipe()
    try:
        between = os.fork()
    except OSError as error:
        os.close(hears)
        os.close(says)
        return str(error).encode()[:ANSWER]
    if between:
        os.close(says)
        os.waitpid(between, 0)
        answer = os.read(hears, ANSWER)
        os.close(hears)
        return answer or b"it was killed as it began"
    os.close(hears)
    try:
        # The worker's parent goes at once, so that it becomes a child of the station, which hears how it ends.
        if os.fork():
            os._exit(0)
        _settle(folder, log=log)
    except OSError as error:
        os.write(says, str(error).encode()[:ANSWER])
        os._exit(1)
    # Whoever asked may be gone, or have lost patience and started another worker: nobody knows of this one then.
    try:
        os.write(says, str(os.getpid()).encode())
    except BrokenPipeError:
        os._exit(0)
    os.close(says)
    if not os.read(go, 1):
        os._exit(0)
    os.close(go)
    return None


def _settle(folder: bytes, *, log: int) -> None:
    """Make this process what a worker is that was just started: session, folder, streams."""
    os.setsid()
    os.chdir(folder)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, stream in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, stream)
    os.close(nothing)
    os.close(log)


def call_itself(*words: str) -> None:
    """Change the command line that the system shows of this process, as far as it has room for these words.

    What is behind them is empty. Nothing depends on it but who looks at lists of processes.
    """
    line = b"\0".join(os.fsencode(word) for word in (sys.executable, "-u", "-P", "-m", *words)) + b"\0"
    with suppress(OSError):
        fields = Path("/proc/self/stat").read_bytes().rpartition(b")")[2].split()
        begin, end = int(fields[_BEGIN]), int(fields[_END])
        if len(line) <= end - begin:
            with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
                memory.seek(begin)
                memory.write(line.ljust(end - begin, b"\0"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[-1]))
