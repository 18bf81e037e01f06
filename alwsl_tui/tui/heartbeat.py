"""One thread that feels whether anything may have happened in a home, for every screen of the program at once."""

from threading import Event, Thread
from typing import ClassVar

from campaigns.services.monitor.pulse import Pulse
from campaigns.services.workspace import Workspace


class Heartbeat:
    """Counts the moments at which something may have happened. Nobody who waits for one of them touches the disk."""

    EVERY: ClassVar[float] = 0.5
    """Seconds between two looks at the times of files."""
    CALM: ClassVar[float] = 1.0
    """Likewise, where nothing has happened for a while."""
    AWAKE: ClassVar[int] = 60
    """Looks at which nothing has happened after which they may be rarer."""

    def __init__(self, workspace: Workspace) -> None:
        self.beats = 0
        self.late_beats = 0
        """Those of them that nothing tells of but the time that has passed."""
        self._pulse = Pulse(workspace)
        self._is_over = Event()

    def begin(self) -> None:
        """Start the thread; it ends with the program."""
        Thread(target=self._beat, daemon=True, name="heartbeat").start()

    def end(self) -> None:
        """Let the thread go."""
        self._is_over.set()

    def _beat(self) -> None:
        quiet = 0
        while not self._is_over.wait(self.EVERY if quiet < self.AWAKE else self.CALM):
            has_moved = self._pulse.has_moved()
            quiet = 0 if has_moved and not self._pulse.is_late else quiet + 1
            if has_moved:
                self.late_beats += self._pulse.is_late
                self.beats += 1
