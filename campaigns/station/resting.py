"""Resting between two turns, but not while a child has ended: its slot is free."""

import os
import select
import signal
from dataclasses import dataclass, field

TICK = 0.1
"""Seconds between two turns of the loop."""
CALM_TICK, CALM = 0.5, 50
"""Likewise, once so many turns have passed in which workers only worked."""
MOST = 4096
"""Rings that are heard at once."""


@dataclass(slots=True)
class ChildBell:
    """Rings when a signal arrives, as of a child that has ended. There is one in a process, in its main thread."""

    _heard: int = field(init=False)

    def __post_init__(self) -> None:
        self._heard, rung = os.pipe()
        os.set_blocking(self._heard, False)
        os.set_blocking(rung, False)
        signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
        # One that is ignored by default rings nothing; children are reaped by who looks after them.
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)

    def rest(self, seconds: float) -> None:
        """Rest for so long, or until it rings."""
        if select.select([self._heard], [], [], seconds)[0]:
            os.read(self._heard, MOST)
