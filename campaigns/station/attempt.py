"""A running attempt under a station's eye: what became of it, and how it is asked to stop."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from campaigns.core.execution import Condition, Ended, Handle, Lost, Running, StopStep
from campaigns.core.states import Intent
from campaigns.home.asked import StopRequest
from campaigns.home.paths import AttemptPaths
from campaigns.store.rows import AttemptRow

BIRTH_SECONDS = 5.0
"""How long an adopted attempt may have no handle before it counts as lost; a worker that is born later finds a
successor and leaves the job to it."""

LADDERS: Mapping[Intent, tuple[tuple[float, StopStep], ...]] = {
    Intent.DRAIN: ((0, StopStep.DRAIN),),
    # A pause waits for the epoch to end; only one that takes very long is given up.
    Intent.PAUSE: ((0, StopStep.PAUSE), (600, StopStep.NOW), (620, StopStep.KILL)),
    # The second step comes a little later: two signals at once would arrive as one.
    Intent.CANCEL: ((0, StopStep.PAUSE), (0.3, StopStep.NOW), (10, StopStep.KILL)),
}
"""For each way of stopping, what is asked how many seconds after it was asked for."""

NEVER_STARTED = Lost("its process was never started: the station was killed just then")
"""What became of an attempt that never had a handle."""
UNKNOWN = Lost("its executor does not know it any more")
"""What became of an attempt whose handle means nothing to its executor."""


@dataclass(slots=True)
class Live:
    """One running attempt."""

    attempt: AttemptRow
    paths: AttemptPaths
    adopted: float
    """When we took it on, on the monotonic clock."""
    handle: Handle | None = None
    """None while nobody knows what runs it: the station that started it was killed before it could say so."""
    _asked: Intent | None = None
    _asked_at: float = 0.0
    _steps: int = field(default=0, repr=False)

    def condition(self, conditions: Mapping[Handle, Condition]) -> Condition:
        """Return what became of it, from what its executor says of all."""
        if self.handle is not None:
            return conditions.get(self.handle, UNKNOWN)
        return Running() if time.monotonic() - self.adopted < BIRTH_SECONDS else NEVER_STARTED

    @property
    def was_asked(self) -> bool:
        """True when it was asked to stop."""
        return self._asked is not None

    def obey(self, intent: Intent, ask: Callable[[Handle, StopStep], None]) -> None:
        """Take the next step of the ladder, when its time has come. Another wish starts another ladder."""
        ladder = LADDERS.get(intent)
        if ladder is None or self.handle is None:
            return
        if self._asked is not intent:
            self._asked, self._asked_at, self._steps = intent, time.monotonic(), 0
        while self._steps < len(ladder) and time.monotonic() - self._asked_at >= ladder[self._steps][0]:
            step = ladder[self._steps][1]
            with suppress(OSError):  # the disk takes no more, or somebody removed the folder: the signal is left
                StopRequest(step).write(self.paths.asked)
            ask(self.handle, step)
            self._steps += 1


def exit_code(condition: Condition) -> int | None:
    """Return the code that a worker ended with, negative for a signal; None when nobody knows it."""
    return condition.code if isinstance(condition, Ended) else None
