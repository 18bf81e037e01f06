"""One thread that feels whether anything may have happened in a home, for every screen of the program at once."""

from threading import Event, Thread
from typing import ClassVar

from campaigns.services.monitor.pulse import Pulse
from campaigns.services.workspace import Workspace


class Heartbeat:
    """Counts the moments at which something may have happened. Nobody who waits for one of them touches the disk."""

    EVERY: ClassVar[float] = 0.5
    """Seconds between two looks at the times of files."""

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
        while not self._is_over.wait(self.EVERY):
            if self._pulse.has_moved():
                self.late_beats += self._pulse.is_late
                self.beats += 1
