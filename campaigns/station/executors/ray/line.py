"""The line to a bridge: a child process that speaks to Ray, started on demand, and started again when it is gone.

Ray's library ends the process that it is in a minute after the head of its cluster is gone, and takes 60 MiB: it is
never in a station. Nothing here waits: what the child says is taken when it is there.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from campaigns.station.executors.ray.talk import MOST_BYTES, BridgeNews, BridgeOrder, line_of, read_news

PATIENCE = 10.0
"""Seconds without an answer of Ray's after which it counts as out of reach."""
PAUSES = (1.0, 2.0, 5.0, 10.0, 15.0)
"""Seconds before a child that ended is started again, and again."""
FAREWELL = 3.0
"""Seconds that a child may take to end once nobody speaks to it any more."""
_READ = 1 << 16


@dataclass(slots=True)
class BridgeLine:
    """One bridge, as far as it is there."""

    address: str
    command: Sequence[str] = (sys.executable, "-u", "-P", "-m", "campaigns.station.executors.ray.bridge")
    """What starts a bridge; the address comes behind it."""
    silent_since: float | None = None
    """When Ray was last heard of, in seconds since the epoch, while it is not; None while it is."""
    complaint: str = ""
    """What was said last of why it cannot be reached."""
    refusal: str = ""
    """Why it never will be, as things are; empty as long as it may."""
    hint: str = ""
    starts: int = 0
    """How often a child was started: whoever comes anew knows of no attempt."""
    has_heard: bool = False
    """Ray has answered at least once."""
    _child: "subprocess.Popen[bytes] | None" = None
    _errors: IO[bytes] | None = None
    _read: bytearray = field(default_factory=bytearray)
    _unsent: bytearray = field(default_factory=bytearray)
    _heard: float = field(default_factory=time.time)
    _falls: int = 0
    """Children in a row that ended before Ray was heard of."""
    _rests_until: float = 0.0

    def tell(self, order: BridgeOrder) -> None:
        """Say something to the child, as soon as it listens."""
        self._unsent += line_of(order)
        self._flush()

    def poll(self) -> Sequence[BridgeNews]:
        """Return what the child has said since; start one where there is none."""
        if self._child is None and time.monotonic() >= self._rests_until:
            self._start()
        self._flush()
        news = [self._taken(line) for line in self._lines()]
        if self._child is not None and self._child.poll() is not None:
            self._buried()
        is_silent = time.time() - self._heard > PATIENCE
        self.silent_since = self._heard if is_silent else None
        return [message for message in news if message is not None]

    def close(self) -> None:
        """Let the child end; attempts go on."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        with suppress(OSError):
            child.stdin.close()
        try:
            child.wait(FAREWELL)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        self._shut(child)

    def _start(self) -> None:
        self.starts += 1
        self._read, self._unsent = bytearray(), bytearray()
        # Into a file: a pipe that nobody empties would hold up a library that complains at length.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed when the child is gone
        self._child = subprocess.Popen(
            [*self.command, self.address],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True, cwd="/",
        )  # fmt: skip
        for pipe in (self._child.stdin, self._child.stdout):
            assert pipe is not None
            os.set_blocking(pipe.fileno(), False)

    def _flush(self) -> None:
        if self._child is None or not self._unsent:
            return
        assert self._child.stdin is not None
        with suppress(BlockingIOError, BrokenPipeError):  # it is busy, or gone: who comes next is told anew
            del self._unsent[: os.write(self._child.stdin.fileno(), self._unsent)]

    def _lines(self) -> list[bytes]:
        if self._child is None:
            return []
        assert self._child.stdout is not None
        with suppress(BlockingIOError):
            while part := os.read(self._child.stdout.fileno(), _READ):
                self._read += part
                if len(self._read) > MOST_BYTES:
                    break
        whole = self._read.rfind(b"\n") + 1
        lines = bytes(self._read[:whole]).splitlines()
        del self._read[:whole]
        if len(self._read) > MOST_BYTES:
            self._child.kill()
            self.complaint = "its bridge says what has no end"
        return lines

    def _taken(self, line: bytes) -> BridgeNews | None:
        try:
            news = read_news(line)
        except ValueError as error:
            self.complaint = f"its bridge says what nobody understands: {error}"
            if self._child is not None:
                self._child.kill()
            return None
        if news.heard is not None:
            self._heard, self.has_heard, self._falls, self.refusal = max(self._heard, news.heard), True, 0, ""
        if news.complaint or news.refusal:
            self.complaint, self.refusal, self.hint = news.complaint or news.refusal, news.refusal, news.hint
        return news

    def _buried(self) -> None:
        child, self._child = self._child, None
        assert child is not None
        if not self.complaint:
            self.complaint = self._last_words() or f"its bridge ended with exit code {child.returncode}"
        self._shut(child)
        self._rests_until = time.monotonic() + PAUSES[min(self._falls, len(PAUSES) - 1)]
        self._falls += 1

    def _last_words(self) -> str:
        assert self._errors is not None
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - 4096))
        lines = self._errors.read().decode(errors="replace").splitlines()
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")

    def _shut(self, child: "subprocess.Popen[bytes]") -> None:
        for file in (child.stdin, child.stdout, self._errors):
            if file is not None:
                with suppress(OSError):
                    file.close()
        self._errors = None
