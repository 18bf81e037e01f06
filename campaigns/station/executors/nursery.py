"""The nursery of a station: a process that has imported what workers need, and forks one for each job.

It never imports torch here: the nursery is a child, `campaigns.worker.nursery`, that ends with the station.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

MODULE = "campaigns.worker.nursery"
PADDING = "." * 600
"""Where a worker writes its own command line: longer than the longest path of an attempt below its home."""
READY = b"ready"
ANSWER = 200
"""Bytes of the longest message of a nursery."""
IMPORT_SECONDS = 60.0
"""For its imports: a second or two, on a machine that is busy more."""
FORK_SECONDS = 10.0
"""For an answer: it takes some hundredths of a second."""
MOST_DEATHS = 3
"""So often it may be killed before it has forked anything."""

_SET_CHILD_SUBREAPER = 36
"""Of Linux' `prctl`: whose descendants become our children when their own parents go."""


@dataclass(slots=True)
class Forked:
    """A worker that a nursery forked: our child, though we did not start it."""

    pid: int
    _code: int | None = None

    def poll(self) -> int | None:
        """Return the code that it ended with, negative for a signal; None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code


@dataclass(slots=True)
class Nursery:
    """At most one process at a time, with the environment of the workers that are asked for."""

    home: Path
    tell: Callable[[str], None]
    """Is told, once, when workers have to be started without it."""
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    _door: socket.socket | None = field(default=None, repr=False)
    _environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    _begun: float = 0.0
    _is_ready: bool = False
    _deaths: int = 0
    _is_given_up: bool = False

    @property
    def pid(self) -> int | None:
        """The number of its process; None while there is none."""
        return None if self._process is None else self._process.pid

    def is_ready(self, environment: Mapping[str, str]) -> bool:
        """Return whether a worker with this environment may be started; else see to it that it soon may.

        It may also where there can be no nursery: `fork` says so.
        """
        if self._is_given_up:
            return True
        if self._process is not None and self._environment != environment:
            self.close()
        if self._process is None:
            self._begin(environment)
            return self._is_given_up
        if self._is_ready and self._process.poll() is None:
            return True
        return self._hear()

    def fork(self, folder: Path, log: int, environment: Mapping[str, str]) -> Forked | None:
        """Fork the worker of the attempt in a folder, printing to `log`; None where it has to be started otherwise."""
        if not self._is_ready or self._door is None or self._environment != environment:
            return None
        hears, says = os.pipe()
        try:
            socket.send_fds(self._door, [os.fsencode(folder)], [log, hears])
            answer = self._door.recv(ANSWER)
        except OSError:  # it was killed, or is stopped
            answer = b""
        finally:
            os.close(hears)
        try:
            if not answer.isdigit():
                if answer:
                    self._tell_once(answer.decode(errors="replace"))
                else:
                    self.close()
                return None
            self._deaths = 0
            # Only now it begins: of one whose number we never heard, nothing is left.
            worker = Forked(int(answer))
            os.write(says, b"g")
        except BrokenPipeError:  # it was killed already, which its code tells
            return worker
        finally:
            os.close(says)
        return worker

    def close(self) -> None:
        """End it; what it forked goes on."""
        if self._door is not None:
            self._door.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process, self._door, self._is_ready = None, None, False

    def _begin(self, environment: Mapping[str, str]) -> None:
        if sys.platform != "linux" or not _adopts_orphans():
            self._give_up("this system does not hand processes on")
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-u", "-P", "-m", MODULE, PADDING, str(self.home)],
                    stdin=theirs.fileno(),
                    start_new_session=True,
                    env=dict(environment),
                )
            except OSError as error:
                ours.close()
                self._give_up(str(error))
                return
        ours.setblocking(False)
        self._door, self._environment, self._begun = ours, dict(environment), time.monotonic()

    def _hear(self) -> bool:
        """Look whether it is ready by now, or gone; return whether workers may be started."""
        assert self._door is not None
        assert self._process is not None
        try:
            message = self._door.recv(ANSWER)
        except BlockingIOError:
            if time.monotonic() - self._begun > IMPORT_SECONDS:
                self._give_up(f"it was not ready after {IMPORT_SECONDS:.0f} s")
            return self._is_given_up
        except ConnectionError:
            message = b""
        if message == READY:
            self._is_ready = True
            self._door.settimeout(FORK_SECONDS)
            return True
        if message:
            self._give_up(message.decode(errors="replace"))
            return True
        code = self._process.wait()
        self.close()
        self._deaths += 1
        if code >= 0:
            self._give_up(f"it ended with exit code {code}")
        elif self._deaths > MOST_DEATHS:
            self._give_up(f"it was killed by {signal.Signals(-code).name} {self._deaths} times")
        return self._is_given_up

    def _give_up(self, why: str) -> None:
        self.close()
        self._is_given_up = True
        self._tell_once(why)

    def _tell_once(self, why: str) -> None:
        self.tell(f"workers are started without a nursery, which takes a second longer: {why}")
        self.tell = _tell_nobody


def _tell_nobody(_text: str) -> None:
    """Say nothing: it was said."""


def _adopts_orphans() -> bool:
    """Let descendants whose parents go become our children; return whether the system does that."""
    return bool(ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)
