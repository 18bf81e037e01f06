"""A worker under a station's eye: does it live, and how is it asked to stop."""

import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from campaigns.core.states import Intent
from campaigns.home.paths import AttemptPaths
from campaigns.station.local import Worker, is_at, send
from campaigns.station.oom import oom_kills
from campaigns.store.rows import AttemptRow

BIRTH_SECONDS = 5.0
"""How long an adopted attempt may have no process before it counts as lost; one that is born later finds a successor
and leaves the job to it."""

LADDERS: Mapping[Intent, tuple[tuple[float, signal.Signals], ...]] = {
    Intent.DRAIN: ((0, signal.SIGUSR1),),
    # A pause waits for the epoch to end; only one that takes very long is given up.
    Intent.PAUSE: ((0, signal.SIGTERM), (600, signal.SIGTERM), (620, signal.SIGKILL)),
    # The second SIGTERM comes a little later: two at once would arrive as one.
    Intent.CANCEL: ((0, signal.SIGTERM), (0.3, signal.SIGTERM), (10, signal.SIGKILL)),
}
"""For each way of stopping, what is sent how many seconds after it was asked for."""


@dataclass(slots=True)
class Live:
    """One running attempt."""

    attempt: AttemptRow
    paths: AttemptPaths
    adopted: float
    """When we took it on, on the monotonic clock."""
    process: subprocess.Popen[bytes] | None = None
    """Only when it is our own child; a child has to be reaped."""
    worker: Worker | None = None
    oom_kills: int = field(default_factory=oom_kills)
    """Processes that had been killed for memory when we took it on."""
    _asked: Intent | None = None
    _asked_at: float = 0.0
    _steps: int = field(default=0, repr=False)

    def is_alive(self) -> bool:
        """True while the worker runs, or may still be about to."""
        if self.process is not None:
            return self.process.poll() is None
        if self.worker is None:
            return self._told_worker() or time.monotonic() - self.adopted < BIRTH_SECONDS
        return is_at(self.worker, self.paths.folder)

    def _told_worker(self) -> bool:
        if self.attempt.pid is None or self.attempt.born is None:
            return False
        self.worker = Worker(self.attempt.pid, self.attempt.born, self.attempt.mark or "")
        return is_at(self.worker, self.paths.folder)

    @property
    def was_asked(self) -> bool:
        """True when it was asked to stop."""
        return self._asked is not None

    def obey(self, intent: Intent) -> None:
        """The next step of the ladder, when its time has come. Another wish starts another ladder."""
        ladder = LADDERS.get(intent)
        if ladder is None or self.worker is None:
            return
        if self._asked is not intent:
            self._asked, self._asked_at, self._steps = intent, time.monotonic(), 0
        while self._steps < len(ladder) and time.monotonic() - self._asked_at >= ladder[self._steps][0]:
            self._send(ladder[self._steps][1])
            self._steps += 1

    def kill(self) -> None:
        """End it now."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.worker is not None and (self.process is not None or is_at(self.worker, self.paths.folder)):
            send(self.worker, number)

    @property
    def exit_code(self) -> int | None:
        """As Python has it: negative for a signal; None when it was not our child."""
        return None if self.process is None else self.process.poll()

    @property
    def how_it_died(self) -> str:
        """For a person: the signal or the exit code, when we can know it."""
        code = self.exit_code
        # A guess, but one with a reason: the kernel counts the processes that it kills for memory.
        guess = ", perhaps out of memory: the system killed for that meanwhile" if self._was_short() else ""
        if code is None and self.worker is None:
            return "its process was never started: the station was killed just then"
        if code is None:
            return f"its process is gone{guess or ': it was killed, or the machine was restarted'}"
        if code < 0:
            return f"killed by {signal.Signals(-code).name}{guess}"
        return f"ended with exit code {code} and no last words"

    def _was_short(self) -> bool:
        return self.exit_code in {None, -signal.SIGKILL} and oom_kills() > self.oom_kills
