"""How long a test waits before it gives something up for lost: one patience, which grows with the machine's load.

Nothing waits so long unless something is broken: who waits goes on as soon as the condition holds. A test that asserts
how long something took measures who else was at work; what a thing may cost is a benchmark's question.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

SECONDS = 120.0
"""On a machine that has nothing else to do, where the slowest thing that is waited for takes a tenth of it."""
MOST_TIMES = 10.0
"""As often as that at most, so that a hang ends before pytest's own timeout."""
SPIN_SECONDS = 0.02
"""Of processor time: several turns of a scheduler, so that one shows in which others had theirs between."""
FRESH_SECONDS = 5
"""As long a measurement holds: a screen's test takes a tenth of a second, and each of them asks."""
OVERRIDE = "ALWSL_TEST_PATIENCE"
"""Environment variable: seconds, whatever the load."""


def patience() -> float:
    """Return the seconds after which a test gives up, on a machine as busy as this one is now."""
    chosen = os.environ.get(OVERRIDE)
    return float(chosen) if chosen else SECONDS * min(MOST_TIMES, slowness())


def slowness() -> float:
    """Return how many times longer than alone something takes here now, at least 1."""
    # The load is a mean over a minute and knows nothing of a storm that has just begun; a measurement knows nothing of
    # those who wait for the disk. The larger of the two is nearer to what a test meets.
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1), _stretch(int(time.monotonic() / FRESH_SECONDS)))


@lru_cache(maxsize=1)
def _stretch(_period: int) -> float:
    """Return seconds that pass for each second of processor time that this thread is given, measured once a period."""
    began, due = time.perf_counter(), time.thread_time() + SPIN_SECONDS
    while time.thread_time() < due:
        pass
    return (time.perf_counter() - began) / SPIN_SECONDS


SHORTEST_PAUSE, LONGEST_PAUSE = 0.005, 0.1
"""Seconds between two looks at what is waited for."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a test's patience, counted from now; it moves away while the machine is busy."""

    began: float = field(default_factory=time.monotonic)
    """On the monotonic clock."""

    def pause(self) -> float:
        """Return the seconds to the next look: a twentieth of what has passed, so that looking costs little."""
        passed = time.monotonic() - self.began
        return min(LONGEST_PAUSE, max(SHORTEST_PAUSE, passed / 20))

    def require_time(self, on_failure: Callable[[], str]) -> None:
        """Raise AssertionError with what `on_failure` says (a log, a screen) once patience is over."""
        passed = time.monotonic() - self.began
        # How busy the machine is takes a moment to measure: only who has waited long asks.
        if passed > float(os.environ.get(OVERRIDE, SECONDS)) and passed > patience():
            raise AssertionError(f"not within {passed:.0f} s\n{on_failure()}")
